"""What an auditor asks the trail for, as a value: terms that all hold. The values of each are alternatives."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from vault.errors import InputError
from vault.ledger.recorder import instant

OUT_OF_HOURS = "out_of_hours"
UNANSWERED = "unanswered"


class Field(enum.Enum):
    """The search words, each with what its values are."""

    ACTOR = "actor"
    SUBJECT = "subject"
    PERSON = "person"
    DOSSIER = "dossier"
    DOCUMENT = "document"
    VIEW = "view"
    SESSION = "session"
    EVENT = "event"
    OUTCOME = "outcome"
    REASON = "reason"
    CASE = "case"
    PLACE = "place"
    DECLARED = "declared"
    ADDRESS = "address"
    SOURCE = "source"
    TIME = "time"
    HOURS = "hours"
    DAY = "day"
    IS = "is"
    ZONE = "zone"
    INDEX = "index"
    POLICY = "policy"

    @property
    def names_people(self) -> bool:
        """Whether its values are people."""
        return self in {Field.ACTOR, Field.SUBJECT, Field.PERSON}

    @property
    def is_words(self) -> bool:
        """Whether its values are words that stand sealed beside the leaves; of a reason, those that are no category."""
        return self in {Field.REASON, Field.CASE, Field.DECLARED, Field.ADDRESS}


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. ``column`` is where it was typed, from 1; 0 if it was not. ``columns`` are those of its values."""

    field: Field
    values: tuple[str, ...]
    is_excluded: bool = False
    column: int = dataclass_field(default=0, compare=False)
    columns: tuple[int, ...] = dataclass_field(default=(), compare=False)

    @property
    def needs_zone(self) -> bool:
        """Whether it speaks of the clock on somebody's wall."""
        if self.field is Field.IS:
            return any(each.startswith(OUT_OF_HOURS) for each in self.values)
        return self.field in {Field.HOURS, Field.DAY}


def fault_of(term: Term, number: int, code: str, **params: str | int) -> InputError:
    """The error for the value of this number, from 0, with its column if it was typed in a line."""
    where = {"column": term.columns[number]} if number < len(term.columns) else {}
    return InputError(code, **params, **where)


@dataclass(frozen=True, slots=True, init=False)
class TrailQuery:
    """What is asked for; without terms everything.

    The keywords are short for the terms asked most: '' and None ask for nothing. ``person`` is a login, staff number,
    full name or id and matches who acted and whom it was about; ``dossier`` is a reference or id. ``since`` and
    ``until`` (exclusive) are aware, and bound the moment of logging.
    """

    terms: tuple[Term, ...]

    def __init__(
        self,
        *terms: Term,
        person: str = "",
        dossier: str = "",
        document: str = "",
        view: str = "",
        session: str = "",
        event: str = "",
        outcome: str = "",
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
    ) -> None:
        words = (
            (Field.PERSON, person),
            (Field.DOSSIER, dossier),
            (Field.DOCUMENT, document),
            (Field.VIEW, view),
            (Field.SESSION, session),
            (Field.EVENT, event),
            (Field.OUTCOME, outcome),
            (Field.TIME, span_text(since, until)),
        )
        more = tuple(Term(name, (value.strip(),)) for name, value in words if value.strip())
        object.__setattr__(self, "terms", terms + more)

    def of(self, *fields: Field, excluded: bool = False) -> Iterator[Term]:
        """The terms of these search words that must hold, or with ``excluded`` those that must not."""
        return (term for term in self.terms if term.field in fields and term.is_excluded is excluded)

    def the(self, name: Field) -> str:
        """The value, if this is asked for once, as one value that must hold; else ''."""
        found = [term for term in self.terms if term.field is name]
        is_simple = len(found) == 1 and len(found[0].values) == 1 and not found[0].is_excluded
        return found[0].values[0] if is_simple else ""

    def without(self, *gone: Term) -> TrailQuery:
        """The query less these terms; the zone goes with the last that needs it."""
        left = [term for term in self.terms if term not in gone]
        if not any(term.needs_zone for term in left):
            left = [term for term in left if term.field is not Field.ZONE]
        return TrailQuery(*left)

    def with_term(self, added: Term) -> TrailQuery:
        """The query with this term at its end, where it does not hold it already."""
        return self if added in self.terms else TrailQuery(*self.terms, added)

    def instead(self, added: Term) -> TrailQuery:
        """The query with this term in place of all of its search word."""
        return TrailQuery(*(term for term in self.terms if term.field is not added.field), added)


def span_text(since: dt.datetime | None, until: dt.datetime | None) -> str:
    """A span of time as a value of ``time:``; '' for all of it."""
    if since is None and until is None:
        return ""
    return f"{moment_text(since) if since else ''}..{moment_text(until) if until else ''}"


def moment_text(moment: dt.datetime) -> str:
    """RFC 3339 in UTC, to the millisecond where the second is not whole."""
    return instant(moment).replace(".000Z", "Z")
