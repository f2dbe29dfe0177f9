"""The query language of the trail: one line that the browser, the command line and exports read alike.

::

    actor:wang event:view.opened,view.denied -outcome:success time:2026-11-01.. reason:"line four"

A line is terms, parted by spaces; a term is a search word, a colon and values. Values parted by commas are
alternatives, terms all hold, a term after ``-`` must not hold. A value with spaces stands in quotation marks, in which
``\\`` takes away the meaning of the next character. Colons, commas, quotation marks, hyphens and spaces of a Chinese
keyboard are read as their ASCII fellows.

A line has a canonical spelling (:func:`text_of`), and reading that gives the same query again. What cannot be read is
an InputError whose ``column`` says where, from 1. Where a value is none of its search word, that is where
the value begins. Pure: what words stand for :mod:`vault.trail.querying` finds out.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator

from vault.errors import InputError
from vault.trail.language_times import Calendar
from vault.trail.query import Field, Term, TrailQuery
from vault.trail.query_values import normalised

MOST_CHARACTERS = 1000
MOST_TERMS = 30
MOST_VALUES = 30

_COLONS = ":："
_COMMAS = ",，、"
_HYPHENS = "-－﹣"
_CLOSING = {'"': '"', "＂": "＂", "“": "”“", "”": "”“", "「": "」", "『": "』"}
_NAME = re.compile(r"\w+")
_BARE = re.compile(r"[^\s,，、\"＂“”「『\\]+")
_FIELDS = {field.value: field for field in Field}


def parse_query(text: str, zone: str, *, now: dt.datetime) -> TrailQuery:
    """The query of a line. ``zone`` is the reader's, for days and hours of the clock; ``now`` is for ``today``, ``7d``.

    The query itself holds moments in UTC, and names the zone where hours or days of the week are asked for.
    """
    if len(text) > MOST_CHARACTERS:
        raise InputError("trail.query_long", column=MOST_CHARACTERS)
    read = list(_terms(text))
    if len(read) > MOST_TERMS:
        raise InputError("trail.query_many", column=read[MOST_TERMS].column)
    named = [term for term in read if term.field is Field.ZONE]
    calendar = Calendar(normalised(named[-1], Calendar("UTC", now)).values[0] if named else zone, now)
    terms = [normalised(term, calendar) for term in read if term.field is not Field.ZONE]
    if any(term.needs_zone for term in terms):
        terms.append(Term(Field.ZONE, (calendar.zone,)))
    return TrailQuery(*terms)


def text_of(query: TrailQuery, *, zone: str = "UTC") -> str:
    """The line of a query, with moments in UTC or, in another ``zone``, as they are shortest there."""
    return " ".join(text_of_term(term, zone=zone) for term in query.terms)


def text_of_term(term: Term, *, zone: str = "UTC") -> str:
    """One term as it stands in a line."""
    values = term.values
    if term.field is Field.TIME and zone != "UTC":
        values = tuple(Calendar(zone).spelt(value) for value in values)
    return f"{'-' * term.is_excluded}{term.field.value}:{','.join(map(_spelt, values))}"


def _spelt(value: str) -> str:
    if _BARE.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _terms(text: str) -> Iterator[Term]:
    at = 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if at == len(text):
            return
        term, at = _term(text, at)
        yield term


def _term(text: str, at: int) -> tuple[Term, int]:
    column = at + 1
    is_excluded = text[at] in _HYPHENS
    at += is_excluded
    found = _NAME.match(text, at)
    name = unicodedata.normalize("NFKC", found.group()).casefold() if found else ""
    if found is None or name not in _FIELDS:
        raise InputError("trail.query_field", column=at + 1)
    if found.end() == len(text) or text[found.end()] not in _COLONS:
        raise InputError("trail.query_colon", column=found.end() + 1)
    values, end = _values(text, found.end() + 1)
    term = Term(
        _FIELDS[name],
        tuple(value for value, _column in values),
        is_excluded=bool(is_excluded),
        column=column,
        columns=tuple(column for _value, column in values),
    )
    return term, end


def _values(text: str, at: int) -> tuple[list[tuple[str, int]], int]:
    """Each with the column that it begins at, and where the last ends."""
    values: list[tuple[str, int]] = []
    while True:
        begin = at
        value, at = _quoted(text, at) if text[at : at + 1] in _CLOSING else _bare(text, at)
        composed = " ".join(unicodedata.normalize("NFC", value).split())
        if not composed or not composed.isprintable():
            raise InputError("trail.query_value", column=begin + 1)
        values.append((composed, begin + 1))
        if len(values) > MOST_VALUES:
            raise InputError("trail.query_many", column=begin + 1)
        if at < len(text) and text[at] in _COMMAS:
            at += 1
        elif at == len(text) or text[at].isspace():
            return values, at
        else:  # something stuck to a closing quotation mark
            raise InputError("trail.query_space", column=at + 1)


def _bare(text: str, at: int) -> tuple[str, int]:
    end = at
    while end < len(text) and not text[end].isspace() and text[end] not in _COMMAS:
        end += 1
    return text[at:end], end


def _quoted(text: str, at: int) -> tuple[str, int]:
    closing, begin, value = _CLOSING[text[at]], at, ""
    at += 1
    while at < len(text):
        if text[at] in closing:
            return value, at + 1
        at += text[at] == "\\" and at + 1 < len(text)
        value += text[at]
        at += 1
    raise InputError("trail.query_quote", column=begin + 1)
