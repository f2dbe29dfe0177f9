"""From the terms of a query, in ids, to what the database is asked."""

from __future__ import annotations

import datetime as dt
import functools
import zoneinfo
from collections.abc import Iterable

from vault.database import ledger_sequencing
from vault.database.engine import Connection
from vault.database.trail_criteria import Choice, ClockTime, IndexSpans, SealedWords, SearchCriteria, TimeSpan
from vault.ledger.events import Outcome
from vault.trail.language_times import DAYS, bounds_of, minutes_of
from vault.trail.query import Field, Term
from vault.trail.query_values import WORKING_DAYS, WORKING_HOURS, events_of, is_category, span_of_index

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
_MINUTE = dt.timedelta(minutes=1)
_MILLISECOND = dt.timedelta(milliseconds=1)


def criteria_from(terms: Iterable[Term], *, offsets: Offsets) -> SearchCriteria:
    """All terms together. ``offsets`` are those of the zone of the query, as :class:`ClockTime` has them."""
    choices, times, indexes, clocks, words = [], [], [], [], []
    for term in terms:
        if _is_sealed(term):
            words.append(_words(term))
        elif term.field in _COLUMNS:
            choices.append(_choice(term))
        elif term.field is Field.TIME:
            times.append(TimeSpan(*bounds_of(term.values[0]), is_excluded=term.is_excluded))
        elif term.field is Field.INDEX:
            indexes.append(IndexSpans(tuple(map(span_of_index, term.values)), term.is_excluded))
        elif term.field.needs_zone:
            clocks.append(_clock(term, offsets))
    return SearchCriteria(
        choices=tuple(choices), times=tuple(times), indexes=tuple(indexes), clocks=tuple(clocks), words=tuple(words)
    )


def zone_offsets(tx: Connection, zone: str) -> Offsets:
    """The offsets of a zone up to the newest entry, each with the moment it began to hold, in milliseconds."""
    head = ledger_sequencing.load_head(tx)
    return _offsets(zone, head.logged_at.date() if head else dt.date(_FIRST_YEAR, 1, 1))


def _is_sealed(term: Term) -> bool:
    if term.field is Field.REASON:
        return not all(map(is_category, term.values))
    return term.field.is_words


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


def _clock(term: Term, offsets: Offsets) -> ClockTime:
    if term.field is Field.DAY:
        return ClockTime(offsets, 0, 0, tuple(map(DAYS.index, term.values)), term.is_excluded)
    if term.field is Field.IS:
        begin, end = minutes_of(WORKING_HOURS)
        return ClockTime(offsets, begin, end, tuple(map(DAYS.index, WORKING_DAYS)), not term.is_excluded)
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
