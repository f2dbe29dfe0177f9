"""A query of the trail as an address, as a line in the reader's words, and as chips.

An address holds ids and moments in UTC, so that it means the same to auditors elsewhere and names nobody. Words that
are searched in sealed values stand in it sealed to the reader's session.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask_babel.speaklater import LazyString
from markupsafe import Markup

from gateway.localisation import current_timezone
from gateway.sessions import current_actor, current_vault
from gateway.trail_words import FIELD_NAMES, value_words
from vault.errors import InputError
from vault.trail.hidden_words import hide_words, reveal_words
from vault.trail.language import text_of_term
from vault.trail.query import Field, Term, TrailQuery
from vault.trail.query_values import is_category
from vault.trail.querying import QueryNames, parse_query, text_of

_PLAIN = ("person", "dossier", "document", "view", "session", "event", "outcome")
_ADDRESS_TIME = "%Y-%m-%dT%H:%M:%SZ"
_YEARS = range(2000, 2200)
_LONGEST_POSITION = 15
_LINE, _HIDDEN_LINE = "q", "w"


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition that is on: its name, its words, and the queries without it and with its opposite."""

    name: LazyString
    words: str | Markup
    is_excluded: bool
    without: TrailQuery
    turned: TrailQuery | None


def query_of_address(sent: Mapping[str, str]) -> TrailQuery:
    """The query that an address asks for: its line, and whatever stands under a search word of its own.

    InputError for a line that cannot be read, words of another session, or times that are not written as ours are.
    """
    line = reveal_words(current_actor(), sent[_HIDDEN_LINE]) if sent.get(_HIDDEN_LINE) else sent.get(_LINE, "")
    query = parse_query(line, "UTC", now=current_vault().clock.now()) if line else TrailQuery()
    plain = {name: sent.get(name, "") for name in _PLAIN}
    since, until = (_address_time(sent.get(name, "")) for name in ("since", "until"))
    return TrailQuery(*query.terms, **plain, since=since, until=until)


def address_of(query: TrailQuery) -> dict[str, str]:
    """The values that lead to the query; none for everything."""
    if not query.terms:
        return {}
    if any(map(_has_words, query.terms)):
        return {_HIDDEN_LINE: hide_words(current_actor(), text_of(query), random=current_vault().random)}
    return {_LINE: text_of(query)}


def position_of(sent: str) -> int | None:
    """The position from which an older page goes on; None for anything that is no number of ours."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= _LONGEST_POSITION else None


def line_of(query: TrailQuery, names: QueryNames, *, timezone: str) -> str:
    """The query as its reader would type it: staff numbers and references for ids, times and hours in their zone."""
    shown = [
        replace(term, values=tuple(_called(term.field, value, names) for value in term.values))
        for term in query.terms
        if not (term.field is Field.ZONE and term.values == (timezone,))
    ]
    has_other_zone = any(term.field is Field.ZONE for term in shown)
    return " ".join(text_of_term(term, zone="UTC" if has_other_zone else timezone) for term in shown)


def chips_of(query: TrailQuery, names: QueryNames) -> list[Chip]:
    """The conditions that are on, in their order."""
    return [
        Chip(
            FIELD_NAMES[term.field],
            Markup(" / ").join(value_words(term.field, value, names) for value in term.values),
            term.is_excluded,
            query.without(term),
            None if term.field is Field.TIME else _turned(query, term),
        )
        for term in query.terms
        if not (term.field is Field.ZONE and term.values == (current_timezone(),))
    ]


def narrowed(query: TrailQuery, name: str, *values: str) -> TrailQuery:
    """The query with one condition more: for what is clicked."""
    return query.with_term(Term(Field(name), values))


def _turned(query: TrailQuery, term: Term) -> TrailQuery:
    """With what must hold excluded, and the other way round."""
    turned = replace(term, is_excluded=not term.is_excluded)
    return TrailQuery(*(turned if each == term else each for each in query.terms))


def _has_words(term: Term) -> bool:
    """Whether it asks for words of sealed values, which may not stand in an address."""
    if term.field is Field.REASON:
        return not all(map(is_category, term.values))
    return term.field.is_words


def _called(field: Field, value: str, names: QueryNames) -> str:
    if field.names_people and value in names.people:
        return names.people[value][1]
    return names.dossiers.get(value, value) if field is Field.DOSSIER else value


def _address_time(sent: str) -> dt.datetime | None:
    if not sent:
        return None
    try:
        parsed = dt.datetime.strptime(sent, _ADDRESS_TIME).replace(tzinfo=dt.UTC)
    except ValueError:
        raise InputError("trail.time") from None
    if parsed.year not in _YEARS:
        raise InputError("trail.time")
    return parsed
