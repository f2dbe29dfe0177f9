"""From the terms of a query, in ids, to what the database is asked."""

from __future__ import annotations

import datetime as dt
import functools
import zoneinfo
from collections.abc import Callable, Iterable

from vault.database import ledger_sequencing
from vault.database.engine import Connection
from vault.database.trail_criteria import (
    Choice,
    ClockTime,
    IndexSpans,
    Intents,
    SealedWords,
    SearchCriteria,
    TimeSpan,
    WorkTime,
)
from vault.database.trail_scanner import END
from vault.ledger.events import Outcome
from vault.policy.document import WorkingHours
from vault.policy.hours import read_span
from vault.trail.asking import INTENTS
from vault.trail.conditions import OutOfHours, Unanswered, read_condition
from vault.trail.language_times import DAYS, bounds_of, minutes_of
from vault.trail.query import OUT_OF_HOURS, Field, Term
from vault.trail.query_values import LAST_INDEX, events_of, is_category, span_of_index

Span = tuple[int, int]
Offsets = tuple[tuple[int, int], ...]

_COLUMNS = {
    Field.ACTOR: ("actor_id",),
    Field.SUBJECT: ("subject_id",),
    Field.PERSON: ("actor_id", "subject_id"),
    Field.DOSSIER: ("dossier_id",),
    Field.DOCUMENT: ("document_id",),
    Field.VIEW: ("view_id",),
    Field.SESSION: ("session_id",),
    Field.EVENT: ("event",),
    Field.OUTCOME: ("outcome",),
    Field.REASON: ("reason_category",),
    Field.PLACE: ("place_zone",),
    Field.SOURCE: ("place_source",),
}
_OUTCOMES = tuple(outcome.value for outcome in Outcome)
_ALL_DAYS = tuple(range(len(DAYS)))
_FIRST_YEAR = 2020
"""No trail of this vault is older."""
_EPOCH = dt.date(1970, 1, 1)
SLACK = 10_000
"""So many places beside that of a change another node may have an entry that names the version on its other side."""
_NOWHERE = (LAST_INDEX, LAST_INDEX)
_MINUTE = dt.timedelta(minutes=1)
_MILLISECOND = dt.timedelta(milliseconds=1)


def criteria_from(
    terms: Iterable[Term],
    *,
    offsets: Callable[[str], Offsets],
    hours: Callable[[int], tuple[WorkingHours, str]],
    in_force: Callable[[int, int], Span | None],
) -> SearchCriteria:
    """All terms together. ``offsets`` are those of a zone, '' for the query's, as :class:`ClockTime` has them;
    ``hours`` what a version of the policy calls working hours, with their zone; ``in_force`` the first and the
    last place where versions from one to another are named, None where none is."""
    choices, clocks, intents = list[Choice](), list[ClockTime | WorkTime](), list[Intents]()
    times, indexes, words = [], list[IndexSpans](), []
    for term in terms:
        if term.field is Field.POLICY:
            words.append(SealedWords(term.field.value, term.values, is_excluded=term.is_excluded))
            indexes += _in_force(term, in_force)
        elif _is_sealed(term):
            words.append(_words(term))
        elif term.field in _COLUMNS:
            choices.append(_choice(term))
        elif term.field is Field.TIME:
            times.append(TimeSpan(*bounds_of(term.values[0]), is_excluded=term.is_excluded))
        elif term.field is Field.INDEX:
            indexes.append(IndexSpans(tuple(map(span_of_index, term.values)), term.is_excluded))
        elif term.field is Field.IS:
            said = read_condition(*term.values)
            if isinstance(said, OutOfHours) or term.values == (OUT_OF_HOURS,):
                clocks.append(_out_of_hours(term, offsets, *hours(said.policy if isinstance(said, OutOfHours) else 0)))
            else:
                choices += _leading_to_intents(term)
                intents.append(_intents(term, said if isinstance(said, Unanswered) else Unanswered(END, END)))
        elif term.field in {Field.HOURS, Field.DAY}:
            clocks.append(_clock(term, offsets("")))
    return SearchCriteria(
        choices=tuple(choices),
        times=tuple(times),
        indexes=tuple(indexes),
        clocks=tuple(clocks),
        words=tuple(words),
        intents=tuple(intents),
    )


def zone_offsets(tx: Connection, zone: str) -> Offsets:
    """The offsets of a zone up to the newest entry, each with the moment it began to hold, in milliseconds."""
    head = ledger_sequencing.load_head(tx)
    return _offsets(zone, head.logged_at.date() if head else dt.date(_FIRST_YEAR, 1, 1))


def _is_sealed(term: Term) -> bool:
    if term.field is Field.REASON:
        return not all(map(is_category, term.values))
    return term.field.is_words


def _in_force(term: Term, in_force: Callable[[int, int], Span | None]) -> list[IndexSpans]:
    """Where entries that name the versions stand at most, or with ``is_excluded`` at least: only the leaf names its
    version, and so hardly one is opened in vain."""
    found = [each for each in (in_force(*span_of_index(value)) for value in term.values) if each is not None]
    if not term.is_excluded:
        around = tuple((max(first - SLACK, 0), last + SLACK) for first, last in found)
        return [IndexSpans(around or (_NOWHERE,))]
    inner = ((first + SLACK if first else 0, last - SLACK) for first, last in found)
    return [IndexSpans(((first, last),), is_excluded=True) for first, last in inner if first <= last]


def _words(term: Term) -> SealedWords:
    categories = tuple(value for value in term.values if term.field is Field.REASON and is_category(value))
    words = tuple(value for value in term.values if value not in categories)
    return SealedWords(term.field.value, words, categories, term.is_excluded)


def _choice(term: Term) -> Choice:
    values = term.values
    if term.field is Field.EVENT:
        values = tuple(dict.fromkeys(name for value in values for name in events_of(value)))
    if term.field is Field.OUTCOME and term.is_excluded:  # the seldom ones have an index
        return Choice(_COLUMNS[term.field], tuple(each for each in _OUTCOMES if each not in values))
    return Choice(_COLUMNS[term.field], values, term.is_excluded)


def _out_of_hours(term: Term, offsets: Callable[[str], Offsets], hours: WorkingHours, zone: str) -> WorkTime:
    spans = [read_span(text) for text in hours.spans]
    return WorkTime(
        offsets(zone),
        tuple((span.days, span.begins, span.ends) for span in spans),
        tuple((dt.date.fromisoformat(day) - _EPOCH).days for day in hours.holidays),
        is_excluded=not term.is_excluded,
    )


def _intents(term: Term, places: Unanswered) -> Intents:
    return Intents(INTENTS, places.opened_below, places.answered_below, is_excluded=term.is_excluded)


def _leading_to_intents(term: Term) -> list[Choice]:
    """What the index finds them by."""
    return [] if term.is_excluded else [Choice(_COLUMNS[Field.EVENT], tuple(each.event for each in INTENTS))]


def _clock(term: Term, offsets: Offsets) -> ClockTime:
    if term.field is Field.DAY:
        return ClockTime(offsets, 0, 0, tuple(map(DAYS.index, term.values)), term.is_excluded)
    return ClockTime(offsets, *minutes_of(term.values[0]), _ALL_DAYS, term.is_excluded)


@functools.lru_cache(maxsize=64)
def _offsets(name: str, newest: dt.date) -> Offsets:
    """By days first, then to the minute within the day that changes."""
    zone = zoneinfo.ZoneInfo(name)
    day = dt.datetime(_FIRST_YEAR, 1, 1, tzinfo=dt.UTC)
    end = dt.datetime.combine(newest, dt.time(), dt.UTC) + dt.timedelta(days=2)
    found = [(0, _offset(zone, day))]
    while day < end:
        following = day + dt.timedelta(days=1)
        if _offset(zone, following) != found[0][1]:
            change = _change_between(zone, day, following)
            found.insert(0, (int(change.timestamp() * 1000), _offset(zone, change)))
        day = following
    return tuple(found)


def _change_between(zone: zoneinfo.ZoneInfo, before: dt.datetime, after: dt.datetime) -> dt.datetime:
    held = _offset(zone, before)
    while after - before > _MINUTE:
        middle = before + (after - before) // (2 * _MINUTE) * _MINUTE
        before, after = (middle, after) if _offset(zone, middle) == held else (before, middle)
    return after


def _offset(zone: zoneinfo.ZoneInfo, moment: dt.datetime) -> int:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset // _MILLISECOND
