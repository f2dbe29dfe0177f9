"""Times in queries: days, moments and spans as somebody types them in their zone, and as the query holds them in UTC.

A unit stands for all of it (``2026-11``, ``2026-11-24``, ``2026-11-24T17:00`` is that minute). In ``A..B`` the span
begins with A; a day, month or year B is in it, a time of day B is not. ``7d``, ``24h`` and ``2w`` go back from now. An
hour that a clock change repeats is taken whole.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass

from vault.errors import InputError
from vault.trail.query import span_text

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CHINESE_DAYS = {f"周{day}": DAYS[at] for at, day in enumerate("一二三四五六日")}
_YEARS = range(2000, 2200)
_ONE_DAY = dt.timedelta(days=1)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_TIME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2})(?::(\d{2})(?::(\d{2}))?)?")
_EXACT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z")
_BACK = re.compile(r"(\d{1,4})([hdw])")
_UNITS = {"h": dt.timedelta(hours=1), "d": _ONE_DAY, "w": dt.timedelta(weeks=1)}
_NAMED_DAYS = {"today": 0, "今天": 0, "yesterday": 1, "昨天": 1}
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?")


@dataclass(frozen=True, slots=True)
class _Unit:
    """From ``start`` to ``end``; as the end of a span it is in it or not."""

    start: dt.datetime
    end: dt.datetime | None
    is_in_span: bool


class Calendar:
    """Reads and writes times in one zone. Without ``now``, words such as ``today`` are refused."""

    def __init__(self, zone: str, now: dt.datetime | None = None) -> None:
        self.zone = zone
        self._zone = zoneinfo.ZoneInfo(zone)
        self._now = now

    def span(self, text: str) -> str:
        """``since..until`` in UTC. InputError ``trail.query_time``, or ``trail.times`` where its end comes first."""
        first, is_range, last = text.partition("..")
        if not first and not last:
            raise InputError("trail.query_time")
        since = until = None
        if not is_range:
            unit = self._unit(first, fold=0)
            since, until = unit.start, unit.end
        else:
            since = self._unit(first, fold=0).start if first else None
            if last:
                unit = self._unit(last, fold=1)
                until = unit.end if unit.is_in_span else unit.start
        if since and until and since >= until:
            raise InputError("trail.times")
        return span_text(since, until)

    def spelt(self, span: str) -> str:
        """The shortest spelling that is read as this span again."""
        since, until = bounds_of(span)
        for spelling in self._spellings(since, until):
            if self._is_read_as(spelling, span):
                return spelling
        return span

    def _is_read_as(self, spelling: str, span: str) -> bool:
        try:
            return self.span(spelling) == span
        except InputError:
            return False

    def _spellings(self, since: dt.datetime | None, until: dt.datetime | None) -> Iterator[str]:
        first = since.astimezone(self._zone) if since else None
        last = until.astimezone(self._zone) if until else None
        day_before = last - _ONE_DAY / 2 if last else None
        for form in ("%Y", "%Y-%m", "%Y-%m-%d"):
            if first and last:
                yield first.strftime(form)
        for left in ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"):
            begin = first.strftime(left) if first else ""
            yield f"{begin}..{day_before:%Y-%m-%d}" if day_before else f"{begin}.."
            if last:
                yield f"{begin}..{last:%Y-%m-%dT%H:%M}"
                yield f"{begin}..{last:%Y-%m-%dT%H:%M:%S}"

    def _unit(self, text: str, *, fold: int) -> _Unit:
        try:
            unit = self._relative(text) or self._date(text) or self._time(text, fold) or _exact(text)
        except (ValueError, OverflowError):
            unit = None
        if unit is None or unit.start.year not in _YEARS:
            raise InputError("trail.query_time")
        return unit

    def _relative(self, text: str) -> _Unit | None:
        if self._now is None:
            return None
        if text in _NAMED_DAYS:
            day = self._now.astimezone(self._zone).date() - _NAMED_DAYS[text] * _ONE_DAY
            return _Unit(self._midnight(day), self._midnight(day + _ONE_DAY), is_in_span=True)
        back = _BACK.fullmatch(text)
        if back is None:
            return None
        start = self._now - int(back[1]) * _UNITS[back[2]]
        return _Unit(start.replace(microsecond=0), None, is_in_span=False)

    def _date(self, text: str) -> _Unit | None:
        found = _DATE.fullmatch(text)
        if found is None:
            return None
        year, month, day = (int(part) if part else 0 for part in found.groups())
        start = dt.date(year, month or 1, day or 1)
        following = dt.date(year + (month in {0, 12}), month % 12 + 1 if month else 1, 1)
        end = start + _ONE_DAY if day else following
        return _Unit(self._midnight(start), self._midnight(end), is_in_span=True)

    def _time(self, text: str, fold: int) -> _Unit | None:
        found = _TIME.fullmatch(text)
        if found is None:
            return None
        parts = [int(part) for part in found.groups() if part is not None]
        length = (dt.timedelta(hours=1), dt.timedelta(minutes=1), dt.timedelta(seconds=1))[len(parts) - 4]
        start = dt.datetime(*parts, fold=fold, tzinfo=self._zone).astimezone(dt.UTC)  # type: ignore[misc, arg-type]
        return _Unit(start, start + length, is_in_span=False)

    def _midnight(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), self._zone).astimezone(dt.UTC)


def bounds_of(span: str) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Beginning and end of a span that a query holds."""
    since, _, until = span.partition("..")
    return tuple(dt.datetime.fromisoformat(each) if each else None for each in (since, until))  # type: ignore[return-value]


def hours_text(text: str) -> str:
    """``HH:MM..HH:MM`` of hours such as ``22..6`` or ``8:30..17``. InputError ``trail.query_hours``."""
    first, _, last = text.partition("..")
    begin, end = _minute_of(first), _minute_of(last)
    if begin is None or end is None or begin == 24 * 60 or begin == end % (24 * 60):
        raise InputError("trail.query_hours")
    return f"{begin // 60:02}:{begin % 60:02}..{end % (24 * 60) // 60:02}:{end % 60:02}"


def minutes_of(hours: str) -> tuple[int, int]:
    """From which minute of the day to which, the end left out; past midnight if the end is the smaller."""
    first, _, last = hours.partition("..")
    return _minute_of(first) or 0, _minute_of(last) or 0


def days_of(text: str) -> list[str]:
    """The days of the week of ``sat`` or ``mon..fri``. InputError ``trail.query_day``."""
    first, is_range, last = text.partition("..")
    names = [_CHINESE_DAYS.get(each, each) for each in ((first, last) if is_range else (first, first))]
    if not all(name in DAYS for name in names):
        raise InputError("trail.query_day")
    begin, end = (DAYS.index(name) for name in names)
    return [DAYS[(begin + offset) % 7] for offset in range((end - begin) % 7 + 1)]


def _exact(text: str) -> _Unit | None:
    """A moment in UTC, as queries hold them."""
    if not _EXACT.fullmatch(text):
        return None
    moment = dt.datetime.fromisoformat(text)
    return _Unit(moment, moment + dt.timedelta(seconds=1), is_in_span=False)


def _minute_of(text: str) -> int | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    minute = int(found[1]) * 60 + int(found[2] or 0)
    return minute if int(found[2] or 0) < 60 and minute <= 24 * 60 else None
