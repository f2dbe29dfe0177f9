"""Working hours by the wall clock of the policy's time zone, through every change of that clock.

A moment is working time if the wall clock then stands within one of the spans of its day, and the day is no holiday. So
an hour that is set back and comes twice is worked twice, and one that is skipped is not worked; nobody is locked out by
a conversion. :func:`end_of_hours` is the first later moment of which that does not hold any more.
"""

from __future__ import annotations

import bisect
import datetime as dt
import functools
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from vault.policy.document import Date, SpanText, WorkingHours

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTE = dt.timedelta(minutes=1)
_HOUR = dt.timedelta(hours=1)
_DAYS_TO_AN_END = 3
"""Longer than the longest lease."""
_DAYS_TO_A_BEGINNING = 400
"""Longer than any row of holidays."""


@dataclass(frozen=True, slots=True)
class Span:
    """The same part of each of some ``days`` (0 is Monday): minutes since midnight, the last one excluded."""

    days: tuple[int, ...]
    begins: int
    ends: int


def is_working_time(hours: WorkingHours, timezone: str, moment: dt.datetime) -> bool:
    """Whether ``moment`` (aware) lies in working hours."""
    local = moment.astimezone(ZoneInfo(timezone))
    minute = local.hour * 60 + local.minute
    return any(span.begins <= minute < span.ends for span in _spans_of(hours, local.date()))


def end_of_hours(hours: WorkingHours, timezone: str, moment: dt.datetime) -> dt.datetime | None:
    """When the working time ends that ``moment`` lies in, in UTC; None where it lies in none, or no end is near."""
    if not is_working_time(hours, timezone, moment):
        return None
    return _first(hours, timezone, moment, working=False, days=_DAYS_TO_AN_END)


def next_hours(hours: WorkingHours, timezone: str, moment: dt.datetime) -> dt.datetime | None:
    """When working time begins after ``moment``, in UTC; None if it lies in working time, or none is near."""
    if is_working_time(hours, timezone, moment):
        return None
    return _first(hours, timezone, moment, working=True, days=_DAYS_TO_A_BEGINNING)


def first_moment_of_next_day(timezone: str, moment: dt.datetime) -> dt.datetime:
    """When the day of ``moment`` is over in this zone, in UTC."""
    zone = ZoneInfo(timezone)
    tomorrow = moment.astimezone(zone).date() + dt.timedelta(days=1)
    return min(_wall(tomorrow, 0, zone) or _jumps(tomorrow, zone))  # midnight itself may be what is skipped


def day_of(timezone: str, moment: dt.datetime) -> str:
    """The calendar day of ``moment`` in this zone, year-month-day."""
    return moment.astimezone(ZoneInfo(timezone)).date().isoformat()


@functools.lru_cache(maxsize=256)
def read_span(text: SpanText) -> Span:
    """The span that is written so. Days may go over the end of the week: ``sat-mon`` are three."""
    days, times = text.split(" ")
    first, _dash, last = days.partition("-")
    begin, count = DAYS.index(first), (DAYS.index(last or first) - DAYS.index(first)) % 7 + 1
    begins, ends = (int(each[:2]) * 60 + int(each[3:]) for each in times.split("-"))
    return Span(tuple((begin + step) % 7 for step in range(count)), begins, ends)


def _first(hours: WorkingHours, timezone: str, moment: dt.datetime, *, working: bool, days: int) -> dt.datetime | None:
    """The first later moment at which it is, or is not, working time: only where a span or the clock jumps."""
    zone = ZoneInfo(timezone)
    day = moment.astimezone(zone).date()
    for _day in range(days):
        minutes = {0, *(edge for span in _spans_of(hours, day) for edge in (span.begins, span.ends))}
        for edge in sorted({each for minute in minutes for each in _wall(day, minute, zone)} | _jumps(day, zone)):
            if edge > moment and is_working_time(hours, timezone, edge) is working:
                return edge
        day += dt.timedelta(days=1)
    return None


def _spans_of(hours: WorkingHours, day: dt.date) -> tuple[Span, ...]:
    calendar = _calendar(hours)
    return () if day.isoformat() in calendar.holidays else calendar.week[day.weekday()]


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The spans of each day of the week, and the days on which nobody works."""

    week: tuple[tuple[Span, ...], ...]
    holidays: frozenset[Date]


@functools.lru_cache(maxsize=64)
def _calendar(hours: WorkingHours) -> _Calendar:
    read = [read_span(text) for text in hours.spans]
    week = tuple(tuple(span for span in read if number in span.days) for number in range(len(DAYS)))
    return _Calendar(week, frozenset(hours.holidays))


def _wall(day: dt.date, minute: int, zone: ZoneInfo) -> list[dt.datetime]:
    """The moments at which the wall clock shows this minute of this day: one, two, or none where it is skipped."""
    wall = dt.datetime.combine(day, dt.time()) + minute * _MINUTE
    both = {wall.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC) for fold in (0, 1)}
    return sorted(each for each in both if each.astimezone(zone).replace(tzinfo=None) == wall)


def _jumps(day: dt.date, zone: ZoneInfo) -> set[dt.datetime]:
    """The moment of this day, its midnight included, at which the wall clock is set, to the minute, if there is one."""
    low = dt.datetime.combine(day, dt.time(), tzinfo=zone).astimezone(dt.UTC) - 3 * _HOUR
    high = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=zone).astimezone(dt.UTC)
    before = low.astimezone(zone).utcoffset()
    if before == high.astimezone(zone).utcoffset():
        return set()
    minutes = range(int((high - low) / _MINUTE) + 1)
    first = bisect.bisect_left(
        minutes, 1, key=lambda each: (low + each * _MINUTE).astimezone(zone).utcoffset() != before
    )
    return {low + first * _MINUTE}
