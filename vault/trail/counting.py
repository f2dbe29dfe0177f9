"""How many entries a query finds over time: bars of minutes, hours, days, weeks, months or years in the reader's zone.

Three ways, from the cheapest: differences of positions where nothing but time is asked for; tallies by the hour where
one person, or events, or outcomes are; else positions of matches, newest first, as far as a budget reaches. What was
not reached is said to be uncounted: a bar is exact, or known to be at least that, or unknown.
"""

from __future__ import annotations

import bisect
import datetime as dt
import enum
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from vault.database import ledger_sequencing, trail_searching, trail_tallying
from vault.database.engine import Connection
from vault.database.ledger_sequencing import HeadRow
from vault.database.trail_criteria import Choice, SearchCriteria
from vault.database.trail_scanner import Bounds

MOST_BARS = 62
COUNTED = 4_000
"""Candidates that are looked at for bars."""
END_OF_TIME = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
_HOUR = dt.timedelta(hours=1)


class Unit(enum.Enum):
    """What a bar stands for, the finest first."""

    MINUTE = "minute"
    FIVE_MINUTES = "five_minutes"
    QUARTER = "quarter"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


_MINUTE = dt.timedelta(minutes=1)
_PARTS_OF_AN_HOUR = {Unit.MINUTE: _MINUTE, Unit.FIVE_MINUTES: 5 * _MINUTE, Unit.QUARTER: 15 * _MINUTE}


@dataclass(frozen=True, slots=True)
class Bar:
    """Entries logged from ``since`` on and before ``until``. Not ``is_whole``: at least ``number``."""

    since: dt.datetime
    until: dt.datetime
    number: int
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Bars:
    """In order of time, without gaps."""

    unit: Unit
    bars: tuple[Bar, ...]

    @property
    def total(self) -> int:
        return sum(bar.number for bar in self.bars)

    @property
    def is_whole(self) -> bool:
        """Whether the total is exact; else it is at least that."""
        return all(bar.is_whole for bar in self.bars)


def count_over_time(tx: Connection, criteria: SearchCriteria, *, zone: str) -> Bars | None:
    """The bars of a query; None where entries would have to be opened, or where there is no time to count over."""
    head = ledger_sequencing.load_head(tx)
    span = _span(tx, criteria, head)
    if criteria.words or head is None or span is None:
        return None
    unit, moments = _moments(*span, zone=zone)
    hours = _tally(tx, head, criteria, moments)
    if hours is not None:
        return _bars(unit, moments, hours)
    edges = [min(each, head.size) for each in trail_searching.first_positions(tx, moments)]
    limits = trail_searching.bounds_of(tx, criteria)
    if criteria.is_everything and not limits.gaps and not limits.spans:
        return _bars(unit, moments, [_overlap(*pair, limits) for pair in pairwise(edges)])
    positions, reached = trail_searching.matching_positions(tx, criteria, limits=limits, budget=COUNTED)
    if reached is not None and unit in _PARTS_OF_AN_HOUR:  # too many for so fine a look: the tallies may still tell
        moments_of_hours = _borders(Unit.HOUR, *span, zone=zone)
        hours = _tally(tx, head, criteria, moments_of_hours)
        if hours is not None:
            return _bars(Unit.HOUR, moments_of_hours, hours)
    numbers = [0] * (len(moments) - 1)
    for position in positions:  # whatever lies beyond the borders was written beside the trail; it counts at its end
        numbers[min(max(bisect.bisect_right(edges, position) - 1, 0), len(numbers) - 1)] += 1
    return _bars(unit, moments, numbers, unknown_to=reached, edges=edges)


def _span(tx: Connection, criteria: SearchCriteria, head: HeadRow | None) -> tuple[dt.datetime, dt.datetime] | None:
    """From when to when: what the query says, within what there is."""
    oldest = trail_searching.oldest_moment(tx)
    if head is None or oldest is None:
        return None
    since, until = _asked(criteria)
    since = max(since or oldest, oldest)
    until = min(until or END_OF_TIME, head.logged_at + dt.timedelta(milliseconds=1))
    return (since, until) if since < until else None


def _asked(criteria: SearchCriteria) -> tuple[dt.datetime | None, dt.datetime | None]:
    spans = [time for time in criteria.times if not time.is_excluded]
    since = max((time.since for time in spans if time.since), default=None)
    return since, min((time.until for time in spans if time.until), default=None)


def _moments(since: dt.datetime, until: dt.datetime, *, zone: str) -> tuple[Unit, list[dt.datetime]]:
    """The borders of the bars, as fine as their number allows. The outer ones are those of the span, to the unit."""
    for unit in Unit:
        moments = _borders(unit, since, until, zone=zone)
        if moments[-1] >= until:
            break
    return unit, moments


def _borders(unit: Unit, since: dt.datetime, until: dt.datetime, *, zone: str) -> list[dt.datetime]:
    """Up to the end, or as many as there may be."""
    local = zoneinfo.ZoneInfo(zone)
    moments = [_begin(unit, since, local)]
    while moments[-1] < until and len(moments) <= MOST_BARS:
        moments.append(_next(unit, moments[-1], local))
    return moments


def _begin(unit: Unit, moment: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    if unit is Unit.HOUR:
        return moment.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
    if unit in _PARTS_OF_AN_HOUR:
        begun = moment.astimezone(dt.UTC).replace(second=0, microsecond=0)
        return begun - begun.minute * _MINUTE % _PARTS_OF_AN_HOUR[unit]
    day = moment.astimezone(zone).date()
    if unit is Unit.WEEK:
        day -= dt.timedelta(days=day.weekday())
    elif unit is Unit.MONTH:
        day = day.replace(day=1)
    elif unit is Unit.YEAR:
        day = day.replace(month=1, day=1)
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)


def _next(unit: Unit, begin: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    if unit is Unit.HOUR:
        return begin + _HOUR
    if unit in _PARTS_OF_AN_HOUR:
        return begin + _PARTS_OF_AN_HOUR[unit]
    longest = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 31, Unit.YEAR: 366}[unit]
    inside = begin.astimezone(zone).replace(hour=12) + dt.timedelta(days=longest)  # noon is in no change of the clock
    following = _begin(unit, inside, zone)
    return following if following > begin else _begin(unit, inside + dt.timedelta(days=1), zone)


def _overlap(begin: int, end: int, limits: Bounds) -> int:
    return max(min(end, limits.end) - max(begin, limits.first), 0)


def _tally(tx: Connection, head: HeadRow, criteria: SearchCriteria, moments: list[dt.datetime]) -> list[int] | None:
    """The numbers of the bars by the tallies; None where these cannot tell."""
    subjects = _tallied_subjects(criteria)
    asked = [moment for moment in _asked(criteria) if moment]
    if subjects is None or not all(map(_is_whole_hour, [*moments, *asked])) or head.detailed_from:
        return None
    hours = [trail_tallying.hour_of(moment) for moment in moments]
    since, until = (trail_tallying.hour_of(moment) if moment else None for moment in _asked(criteria))
    first = max(hours[0], since if since is not None else hours[0])
    end = min(hours[-1], until if until is not None else hours[-1])
    within = [min(max(hour, first), max(first, end)) for hour in hours]
    return trail_tallying.numbers_between(tx, *subjects, within)


def _tallied_subjects(criteria: SearchCriteria) -> tuple[str, Sequence[str]] | None:
    """What is counted in advance, if nothing else is asked for than that and a span of time."""
    has_more = (
        criteria.clocks or criteria.indexes or criteria.intents or any(time.is_excluded for time in criteria.times)
    )
    if has_more or len(criteria.choices) != 1:
        return None
    match criteria.choices[0]:
        case Choice(("actor_id", "subject_id"), (person,), False):
            return trail_tallying.PERSON, (person,)
        case Choice(("actor_id",), (person,), False):
            return trail_tallying.ACTOR, (person,)
        case Choice(("event",), events, False):
            return trail_tallying.EVENT, events
        case Choice(("outcome",), outcomes, False):
            return trail_tallying.OUTCOME, outcomes
    return None


def _is_whole_hour(moment: dt.datetime) -> bool:
    return moment.timestamp() % _HOUR.total_seconds() == 0


def _bars(
    unit: Unit,
    moments: list[dt.datetime],
    numbers: list[int],
    *,
    unknown_to: int | None = None,
    edges: Sequence[int] = (),
) -> Bars:
    """``unknown_to`` is the last position that was looked at."""
    return Bars(
        unit,
        tuple(
            Bar(since, until, number, unknown_to is None or edges[at] >= unknown_to)
            for at, (since, until, number) in enumerate(zip(moments[:-1], moments[1:], numbers, strict=True))
        ),
    )
