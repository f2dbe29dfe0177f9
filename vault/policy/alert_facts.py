"""What a person did in one day of their own calendar, in numbers. Pure.

A day is a calendar day where the person is, 23 to 25 hours long when clocks change. Kept for as long as it says what is
usual: numbers, hours, zones or networks, and kinds of browsers; no document, customer or reason.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

Hours = tuple[tuple[int, int], ...]
"""Hours of the day, 0 to 23 by the person's clock, each with how many documents were opened in it; in order."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A view that was granted. ``assigned_at`` is since when the dossier was theirs to borrow; None: it was not."""

    time: dt.datetime
    document: str
    dossier: str
    session: str
    assigned_at: dt.datetime | None
    in_campaign: bool = False


@dataclass(frozen=True, slots=True)
class PageRead:
    time: dt.datetime
    document: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A view that was refused; ``document`` is '' for an id that is none."""

    time: dt.datetime
    document: str
    is_outside: bool


@dataclass(frozen=True, slots=True)
class SessionPlace:
    """Where and on what a session was: zone or network, and kind of browser."""

    place: str
    device: str


@dataclass(frozen=True, slots=True)
class DayEvents:
    """Everything of one person on one day that counts, in order of time."""

    openings: Sequence[Opening] = ()
    pages: Sequence[PageRead] = ()
    refusals: Sequence[Refusal] = ()
    blocked_sign_ins: int = 0
    sessions: dict[str, SessionPlace] = field(default_factory=dict)


class SessionFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was opened from one place on one device."""

    place: str
    device: str
    hours: Hours = ()

    @property
    def looks(self) -> int:
        return sum(looks for _hour, looks in self.hours)


class DayFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """The numbers of a day; each look is of one document, however often it was opened."""

    looks: int = 0
    settling: int = 0
    """Of these, in dossiers assigned so lately that they are still being looked through."""
    campaign: int = 0
    """Of the others, in an announced campaign."""
    first_seen: int = 0
    """Dossiers opened for the first time, but for settling ones and those of a campaign."""
    pages: int = 0
    """But for those of documents that do not count."""
    rush_pages: int = 0
    """Of any documents: the most within ``rush_minutes``."""
    rush_documents: int = 0
    rush_minutes: int = 0
    outside: int = 0
    refused_outside: int = 0
    refused: int = 0
    blocked_sign_ins: int = 0
    hours: Hours = ()
    sessions: tuple[SessionFacts, ...] = ()

    @property
    def counted(self) -> int:
        """The looks that are compared with what is usual."""
        return self.looks - self.settling - self.campaign


def day_of(moment: dt.datetime, zone: dt.tzinfo) -> dt.date:
    """The calendar day of a moment where the person is."""
    return moment.astimezone(zone).date()


def bounds_of(day: dt.date, zone: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
    """Begin and end of the day in UTC: from midnight to midnight by the clock there."""
    begin = dt.datetime.combine(day, dt.time(), zone)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
    return begin.astimezone(dt.UTC), end.astimezone(dt.UTC)


def zone_of(name: str) -> dt.tzinfo:
    """The zone of that name; UTC where this machine does not know it."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return dt.UTC


def device_of(user_agent: str) -> str:
    """The kind of browser and machine, without the numbers that every update changes."""
    return " ".join(re.sub(r"[0-9][0-9._]*", "", user_agent).split())[:120]


def facts_of(
    events: DayEvents,
    *,
    zone: dt.tzinfo,
    seen_before: frozenset[str],
    settling: dt.timedelta,
    rush: dt.timedelta,
) -> DayFacts:
    """The numbers of a day. ``seen_before`` are the dossiers among those opened that the person had opened earlier."""
    first = _first_openings(events.openings)
    is_settling = {each.document for each in first if _is_settling(each, settling)}
    in_campaign = {each.document for each in first if each.in_campaign} - is_settling
    set_aside = is_settling | in_campaign
    counted_dossiers = {each.dossier for each in first if each.document not in set_aside}
    rush_pages, rush_documents = _rush(events.pages, rush)
    outside = {refusal.document for refusal in events.refusals if refusal.is_outside and refusal.document}
    unknown = sum(refusal.is_outside and not refusal.document for refusal in events.refusals)
    return DayFacts(
        looks=len(first),
        settling=len(is_settling),
        campaign=len(in_campaign),
        first_seen=len(counted_dossiers - seen_before),
        pages=sum(page.document not in set_aside for page in events.pages),
        rush_pages=rush_pages,
        rush_documents=rush_documents,
        rush_minutes=int(rush.total_seconds()) // 60 if rush_pages else 0,
        outside=sum(each.assigned_at is None for each in first),
        refused_outside=len(outside) + unknown,
        refused=len(events.refusals),
        blocked_sign_ins=events.blocked_sign_ins,
        hours=_hours(first, zone),
        sessions=_sessions(first, events.sessions, zone),
    )


def _first_openings(openings: Sequence[Opening]) -> list[Opening]:
    """The first opening of each document."""
    first: dict[str, Opening] = {}
    for opening in openings:
        first.setdefault(opening.document, opening)
    return list(first.values())


def _is_settling(opening: Opening, settling: dt.timedelta) -> bool:
    return opening.assigned_at is not None and opening.time - opening.assigned_at < settling


def _rush(pages: Sequence[PageRead], rush: dt.timedelta) -> tuple[int, int]:
    """The most pages within the time, and of how many documents those were."""
    window: deque[PageRead] = deque()
    documents: Counter[str] = Counter()
    best = (0, 0)
    for page in pages:
        window.append(page)
        documents[page.document] += 1
        while page.time - window[0].time >= rush:
            left = window.popleft()
            documents[left.document] -= 1
            if not documents[left.document]:
                del documents[left.document]
        best = max(best, (len(window), len(documents)))
    return best


def _hours(openings: Sequence[Opening], zone: dt.tzinfo) -> Hours:
    return tuple(sorted(Counter(each.time.astimezone(zone).hour for each in openings).items()))


def _sessions(
    openings: Sequence[Opening], places: dict[str, SessionPlace], zone: dt.tzinfo
) -> tuple[SessionFacts, ...]:
    """One for each place and device: sessions of the same kind are one."""
    together: dict[tuple[str, str], list[Opening]] = {}
    for opening in openings:
        where = places.get(opening.session)
        if where is not None:
            together.setdefault((where.place, where.device), []).append(opening)
    return tuple(
        SessionFacts(place, device, _hours(found, zone)) for (place, device), found in sorted(together.items())
    )
