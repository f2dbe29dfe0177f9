"""Counts over time as a drawing and as a table: each bar leads to the same query within its time."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from vault.trail.counting import Bar, Bars, Unit
from vault.trail.language_times import bounds_of
from vault.trail.query import Field, Term, TrailQuery, span_text

HEIGHT = 60
STEP = 10
LEAST_STEPS = 24
"""A drawing is as wide as so many bars, however few there are: one bar alone would be a wall."""
_SPLIT = (Unit.MINUTE, Unit.FIVE_MINUTES, Unit.QUARTER, Unit.HOUR)
_GAP = 2
_LEAST = 2
_PATTERNS = {
    "en": {
        **dict.fromkeys(_SPLIT, "d MMM, HH:mm"),
        Unit.DAY: "d MMM y",
        Unit.WEEK: "d MMM y",
        Unit.MONTH: "MMM y",
        Unit.YEAR: "y",
    },
    "zh_Hans_CN": {
        **dict.fromkeys(_SPLIT, "M月d日 HH:mm"),
        Unit.DAY: "y年M月d日",
        Unit.WEEK: "y年M月d日",
        Unit.MONTH: "y年M月",
        Unit.YEAR: "y年",
    },
}


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A bar with its place in the drawing, its words, and where it leads to; said in the drawing and in the table."""

    x: int
    y: int
    width: int
    height: int
    words: str
    number: int
    number_words: str
    is_whole: bool
    address: str


@dataclass(frozen=True, slots=True)
class Chart:
    """``width`` and ``height`` are those of the drawing; ``most`` is the number of its highest bar.

    ``is_short``: the bars do not reach the right end.
    """

    unit: Unit
    width: int
    height: int
    bars: list[DrawnBar]
    total: int
    most: int
    is_whole: bool
    is_short: bool


def chart_of(
    query: TrailQuery, bars: Bars | None, *, locale: str, timezone: str, address: Callable[[TrailQuery], str]
) -> Chart | None:
    """The drawing of the bars; None where there is nothing to draw. ``address`` is where a query is shown."""
    if bars is None or not bars.bars:
        return None
    most = max(bar.number for bar in bars.bars)
    zone = zoneinfo.ZoneInfo(timezone)
    leads_to = [address(query.instead(_within(bar, query))) for bar in bars.bars]
    return Chart(
        unit=bars.unit,
        width=max(len(bars.bars), LEAST_STEPS) * STEP,
        height=HEIGHT,
        bars=[_drawn(at, bar, bars.unit, most, leads_to[at], locale, zone) for at, bar in enumerate(bars.bars)],
        total=bars.total,
        most=most,
        is_whole=bars.is_whole,
        is_short=len(bars.bars) < LEAST_STEPS,
    )


def _drawn(at: int, bar: Bar, unit: Unit, most: int, address: str, locale: str, zone: zoneinfo.ZoneInfo) -> DrawnBar:
    height = max(round(bar.number / most * HEIGHT), _LEAST) if bar.number else 0
    return DrawnBar(
        x=at * STEP,
        y=HEIGHT - height,
        width=STEP - _GAP,
        height=height,
        words=_words(bar.since, unit, locale, zone),
        number=bar.number,
        number_words=str(format_decimal(bar.number, locale=locale)),
        is_whole=bar.is_whole,
        address=address,
    )


def _within(bar: Bar, query: TrailQuery) -> Term:
    """The time of the bar, and not more than the query asked for."""
    since, until = bar.since, bar.until
    for term in query.of(Field.TIME):
        begin, end = bounds_of(term.values[0])
        since, until = max(since, begin or since), min(until, end or until)
    return Term(Field.TIME, (span_text(since, until),))


def _words(moment: dt.datetime, unit: Unit, locale: str, zone: zoneinfo.ZoneInfo) -> str:
    local, pattern = moment.astimezone(zone), _PATTERNS[locale][unit]
    if unit in _SPLIT:
        return str(format_datetime(local, pattern, locale=locale))
    return str(format_date(local.date(), pattern, locale=locale))
