"""Days as people enter and read them: from the first moment of one day to the last moment of another, in their zone."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from markupsafe import Markup

from gateway.localisation import current_timezone, day

_MIDNIGHT = dt.time()
_ONE_DAY = dt.timedelta(days=1)


def first_moment(words: str, *, timezone: str) -> dt.datetime | None:
    """When the day begins that is written as year-month-day, None for no words; ValueError for anything else."""
    return _midnight(dt.date.fromisoformat(words.strip()), timezone) if words.strip() else None


def last_moment(words: str, *, timezone: str) -> dt.datetime | None:
    """When that day is over: the first moment of the next."""
    if not words.strip():
        return None
    try:
        return _midnight(dt.date.fromisoformat(words.strip()) + _ONE_DAY, timezone)
    except OverflowError as exc:
        raise ValueError("beyond the calendar") from exc


def last_day(value: dt.datetime) -> Markup | None:
    """The day whose end this moment is in the reader's zone; None for a moment within a day."""
    local = value.astimezone(zoneinfo.ZoneInfo(current_timezone()))
    return day(value - _ONE_DAY) if local.time() == _MIDNIGHT else None


def today(now: dt.datetime) -> str:
    """The reader's day as year-month-day, for the field of a form."""
    return now.astimezone(zoneinfo.ZoneInfo(current_timezone())).date().isoformat()


def _midnight(date: dt.date, timezone: str) -> dt.datetime:
    try:
        return dt.datetime.combine(date, _MIDNIGHT, zoneinfo.ZoneInfo(timezone)).astimezone(dt.UTC)
    except OverflowError as exc:
        raise ValueError("beyond the calendar") from exc
