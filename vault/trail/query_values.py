"""The values of each search word: which there are, and their one spelling.

InputError names what was expected, and the column of the value. Words for people, dossiers and places stay as they are:
what they stand for only the database knows.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from vault.errors import InputError
from vault.ledger.events import Event, Outcome
from vault.model import PlaceSource, ReasonCategory
from vault.trail.conditions import spelt_condition
from vault.trail.language_times import DAYS, Calendar, days_of, hours_text
from vault.trail.query import Field, Term, fault_of

LAST_INDEX = 10**15 - 1
_LONGEST_NAME = 64  # of what is compared with the names of events

_INDEX = re.compile(r"#?(\d{1,15})?(?:(\.\.)#?(\d{1,15})?)?", re.ASCII)
ID_FIELDS = {
    Field.DOCUMENT: re.compile(r"f[a-z2-7]{26}"),
    Field.VIEW: re.compile(r"w[a-z2-7]{26}"),
    Field.SESSION: re.compile(r"s[a-z2-7]{26}"),
}
"""Search words whose values are ids and nothing else, with their form."""
_EVENTS = {event.value for event in Event}
_FAMILIES = {f"{name.partition('.')[0]}.*" for name in _EVENTS}
_CATEGORIES = {category.value for category in ReasonCategory}
_WHOLE = {Field.TIME, Field.HOURS, Field.IS, Field.INDEX, Field.ZONE}
"""Search words that take one value: of several spans or zones nobody could say which holds."""


def normalised(term: Term, calendar: Calendar) -> Term:
    """The term with each value in its one spelling. InputError where a value is none of its search word."""
    if term.field in _WHOLE and len(term.values) > 1:
        raise fault_of(term, 1, "trail.query_one")
    columns: dict[str, int] = {}  # the first of those that are spelt alike
    for number, value in enumerate(term.values):
        try:
            spelt = _spelling(term.field, value, calendar)
        except InputError as error:
            raise fault_of(term, number, error.code, **error.params) from None
        for each in spelt:
            columns.setdefault(each, term.columns[number] if term.columns else 0)
    values = sorted(columns, key=DAYS.index) if term.field is Field.DAY else list(columns)
    known = tuple(columns[each] for each in values) if term.columns else ()
    return replace(term, values=tuple(values), columns=known)


def check_values(term: Term) -> Term:
    """The same for a term that holds moments already."""
    return normalised(term, Calendar("UTC"))


def is_category(value: str) -> bool:
    """Whether a value of ``reason:`` is a category; else it is words of its text."""
    return value in _CATEGORIES


def is_id(field: Field, value: str) -> bool:
    """Whether a value of ``document:``, ``view:`` or ``session:`` is formed like one."""
    return field in ID_FIELDS and ID_FIELDS[field].fullmatch(value) is not None


def events_of(value: str) -> tuple[str, ...]:
    """The events that a value of ``event:`` names: itself, or all of a family such as ``view.*``."""
    if value not in _FAMILIES:
        return (value,)
    return tuple(sorted(name for name in _EVENTS if name.startswith(value[:-1])))


def span_of_index(value: str) -> tuple[int, int]:
    """First and last index of a value of ``index:``."""
    first, is_range, last = value.partition("..")
    begin = int(first or 0)
    return begin, int(last or LAST_INDEX) if is_range else begin


def _spelling(field: Field, value: str, calendar: Calendar) -> list[str]:
    if field in ID_FIELDS:
        return [_id(field, value)]
    if field not in _SPELLINGS:
        return [value]
    return _SPELLINGS[field](unicodedata.normalize("NFKC", value), calendar)


def _id(field: Field, value: str) -> str:
    """Ids are read off pages and papers: spaces and capitals do not matter."""
    spelt = "".join(value.split()).casefold()
    if not is_id(field, spelt):
        raise InputError(f"trail.{field.value}")
    return spelt


def _one_of(known: Iterable[str], code: str, *, usual: tuple[str, ...] = ()) -> Callable[[str, Calendar], list[str]]:
    """Else the error says in ``expected`` what is nearest, or what is ``usual`` where nothing is near."""
    names = dict.fromkeys(known)

    def spell(value: str, _calendar: Calendar) -> list[str]:
        spelt = value.casefold()
        if spelt not in names:
            nearest = difflib.get_close_matches(spelt[:_LONGEST_NAME], names, n=3) if usual else names
            raise InputError(code, expected=", ".join(nearest or usual))
        return [spelt]

    return spell


def _reason(value: str, _calendar: Calendar) -> list[str]:
    return [value.casefold()] if value.casefold() in _CATEGORIES else [value]


def _numbers(value: str, code: str) -> list[str]:
    found = _INDEX.fullmatch(value)
    if found is None or (found[1] is None and found[3] is None):
        raise InputError(code)
    first, last = (None if each is None else int(each) for each in (found[1], found[3]))
    if first is not None and last is not None and first > last:
        raise InputError(code)
    if not found[2] or (first is not None and first == last):
        return [str(first)]
    return [f"{'' if first is None else first}..{'' if last is None else last}"]


def _zone(value: str, _calendar: Calendar) -> list[str]:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # unknown, a path, or a directory
        raise InputError("trail.query_zone") from None
    return [value]


_SPELLINGS: Mapping[Field, Callable[[str, Calendar], list[str]]] = {
    Field.EVENT: _one_of(sorted(_EVENTS | _FAMILIES), "trail.event", usual=("view.opened", "view.*", "page.read")),
    Field.OUTCOME: _one_of((outcome.value for outcome in Outcome), "trail.outcome"),
    Field.SOURCE: _one_of((source.value for source in PlaceSource), "trail.query_source"),
    Field.IS: lambda value, _calendar: [spelt_condition(value)],
    Field.REASON: _reason,
    Field.TIME: lambda value, calendar: [calendar.span(value)],
    Field.HOURS: lambda value, _calendar: [hours_text(value)],
    Field.DAY: lambda value, _calendar: days_of(value.casefold()),
    Field.INDEX: lambda value, _calendar: _numbers(value, "trail.query_index"),
    Field.POLICY: lambda value, _calendar: _numbers(value, "trail.query_policy"),
    Field.ZONE: _zone,
}
