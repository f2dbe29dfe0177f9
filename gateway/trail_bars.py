"""Counts over time as a drawing and as a table: each bar leads to the same query within its time."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass

from babel.dates import format_date, format_datetime

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
    """A bar with its place in the drawing, its words, and the query that it leads to."""

    x: int
    y: int
    width: int
    height: int
    words: str
    number: int
    is_whole: bool
    query: TrailQuery


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


def chart_of(query: TrailQuery, bars: Bars | None, *, locale: str, timezone: str) -> Chart | None:
    """The drawing of the bars; None where there is nothing to draw."""
    if bars is None or not bars.bars:
        return None
    most = max(bar.number for bar in bars.bars)
    zone = zoneinfo.ZoneInfo(timezone)
    return Chart(
        unit=bars.unit,
        width=max(len(bars.bars), LEAST_STEPS) * STEP,
        height=HEIGHT,
        bars=[_drawn(at, bar, bars.unit, most, query, locale, zone) for at, bar in enumerate(bars.bars)],
        total=bars.total,
        most=most,
        is_whole=bars.is_whole,
        is_short=len(bars.bars) < LEAST_STEPS,
    )


def _drawn(
    at: int, bar: Bar, unit: Unit, most: int, query: TrailQuery, locale: str, zone: zoneinfo.ZoneInfo
) -> DrawnBar:
    height = max(round(bar.number / most * HEIGHT), _LEAST) if bar.number else 0
    within = Term(Field.TIME, (span_text(*_clipped(bar, query)),))
    return DrawnBar(
        x=at * STEP,
        y=HEIGHT - height,
        width=STEP - _GAP,
        height=height,
        words=_words(bar.since, unit, locale, zone),
        number=bar.number,
        is_whole=bar.is_whole,
        query=query.instead(within),
    )


def _clipped(bar: Bar, query: TrailQuery) -> tuple[dt.datetime, dt.datetime]:
    """The time of the bar, and not more than the query asked for."""
    since, until = bar.since, bar.until
    for term in query.of(Field.TIME):
        begin, end = bounds_of(term.values[0])
        since, until = max(since, begin or since), min(until, end or until)
    return since, until


def _words(moment: dt.datetime, unit: Unit, locale: str, zone: zoneinfo.ZoneInfo) -> str:
    local, pattern = moment.astimezone(zone), _PATTERNS[locale][unit]
    if unit in _SPLIT:
        return str(format_datetime(local, pattern, locale=locale))
    return str(format_date(local.date(), pattern, locale=locale))
