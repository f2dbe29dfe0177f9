"""What the trail is searched by, as values, and the conditions on ``trail_search`` that they become."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from vault.database.intent_queries import Intent, is_answered, is_intent
from vault.database.tables.ledger import trail_search

_MILLISECONDS_A_DAY = 24 * 60 * 60 * 1000
_MILLISECONDS_A_MINUTE = 60 * 1000
_THURSDAY = 3  # the epoch was one; days of the week count from Monday, 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One of ``columns`` holds one of ``values``; or none does."""

    columns: tuple[str, ...]
    values: tuple[str, ...]
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """Logged from ``since`` on and before ``until``; or not. The time of logging never decreases along the trail."""

    since: dt.datetime | None
    until: dt.datetime | None
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class IndexSpans:
    """In one of these places, each from a first to a last one; or in none."""

    spans: tuple[tuple[int, int], ...]
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class ClockTime:
    """Happened on one of ``days`` (0 is Monday) from one minute of the day to another, the end left out; or did not.

    An end that is not after the beginning is on the next day; ``days`` are those of the moment itself. ``offsets`` are
    the zone's, in milliseconds, each with the moment it began to hold, newest first.
    """

    offsets: tuple[tuple[int, int], ...]
    begin: int
    end: int
    days: tuple[int, ...]
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class WorkTime:
    """Happened within one of ``spans`` (days, first minute, minute after the last) and on no holiday; or did not.

    ``offsets`` as above; ``holidays`` are days since 1970.
    """

    offsets: tuple[tuple[int, int], ...]
    spans: tuple[tuple[tuple[int, ...], int, int], ...]
    holidays: tuple[int, ...] = ()
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class SealedWords:
    """A personal value holds one of ``words``; or none. Only opening an entry tells.

    ``part`` is ``reason``, ``case``, ``declared`` or ``address``. A reason may also be of one of ``categories``. Of
    part ``policy`` the words are versions or ranges of them: no personal value, but the leaf alone names it as well.
    """

    part: str
    words: tuple[str, ...]
    categories: tuple[str, ...] = ()
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Intents:
    """Entries that are one of ``asked`` below one position, with no result below another; or all but those."""

    asked: tuple[Intent, ...]
    below: int
    answered_below: int
    is_excluded: bool = False


@dataclass(frozen=True, slots=True, init=False)
class SearchCriteria:
    """What to look for; all of it holds. The keywords are short for what is asked most: '' and None ask for nothing.

    ``persons`` matches actor or subject; an empty tuple matches nothing.
    """

    choices: tuple[Choice, ...]
    times: tuple[TimeSpan, ...]
    indexes: tuple[IndexSpans, ...]
    clocks: tuple[ClockTime | WorkTime, ...]
    words: tuple[SealedWords, ...] = field(repr=False)
    intents: tuple[Intents, ...]

    def __init__(
        self,
        *,
        choices: tuple[Choice, ...] = (),
        times: tuple[TimeSpan, ...] = (),
        indexes: tuple[IndexSpans, ...] = (),
        clocks: tuple[ClockTime | WorkTime, ...] = (),
        words: tuple[SealedWords, ...] = (),
        intents: tuple[Intents, ...] = (),
        persons: tuple[str, ...] | None = None,
        document: str = "",
        dossier: str = "",
        view: str = "",
        session: str = "",
        event: str = "",
        outcome: str = "",
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
    ) -> None:
        if persons is not None:
            choices += (Choice(("actor_id", "subject_id"), tuple(persons)),)
        for column, value in (
            ("document_id", document),
            ("dossier_id", dossier),
            ("view_id", view),
            ("session_id", session),
            ("event", event),
            ("outcome", outcome),
        ):
            choices += (Choice((column,), (value,)),) if value else ()
        if since is not None or until is not None:
            times += (TimeSpan(since, until),)
        object.__setattr__(self, "choices", choices)
        object.__setattr__(self, "times", times)
        object.__setattr__(self, "indexes", indexes)
        object.__setattr__(self, "clocks", clocks)
        object.__setattr__(self, "words", words)
        object.__setattr__(self, "intents", intents)

    @property
    def is_everything(self) -> bool:
        """Whether nothing but times and places in the trail is asked for."""
        return not (self.choices or self.clocks or self.words or self.intents)


def conditions_of(
    criteria: SearchCriteria, *, besides: Choice | None = None, columns: sa.FromClause = trail_search
) -> Iterator[sa.ColumnElement[bool]]:
    """What rows of ``columns`` must hold, besides one choice and the bounds of positions.

    Of sealed words only this: that there is a value at all, or that nobody can tell from the row.
    """
    for choice in criteria.choices:
        if choice is not besides:
            yield _choice(choice, columns)
    for clock in criteria.clocks:
        yield _work_time(clock, columns) if isinstance(clock, WorkTime) else _clock(clock, columns)
    for intents in criteria.intents:
        yield _intents(intents, columns)
    for sealed in criteria.words:
        if sealed.part == "policy":
            continue
        column = columns.c["reason_category" if sealed.part in {"reason", "case"} else "place_source"]
        if not sealed.is_excluded:
            yield sa.or_(column.is_(None), column != "")


def _choice(choice: Choice, columns: sa.FromClause) -> sa.ColumnElement[bool]:
    """What was recorded before a column was there is unknown: it is found by no value, and left out by none."""
    if choice.is_excluded:
        parts = [
            sa.or_(columns.c[name].is_(None), columns.c[name].not_in(choice.values))
            if trail_search.c[name].nullable
            else columns.c[name].not_in(choice.values)
            for name in choice.columns
        ]
        return sa.and_(*parts)
    return sa.or_(*(columns.c[name].in_(choice.values) for name in choice.columns))


def _intents(intents: Intents, columns: sa.FromClause) -> sa.ColumnElement[bool]:
    unanswered = [
        sa.and_(is_intent(each, columns), sa.not_(is_answered(each, columns, below=intents.answered_below)))
        for each in intents.asked
    ]
    held = sa.and_(columns.c.position < intents.below, sa.or_(*unanswered))
    return sa.not_(held) if intents.is_excluded else held


def _clock(clock: ClockTime, columns: sa.FromClause) -> sa.ColumnElement[bool]:
    held = _within(_local(clock.offsets, columns), clock.days, clock.begin, clock.end)
    return sa.not_(held) if clock.is_excluded else held


def _work_time(work: WorkTime, columns: sa.FromClause) -> sa.ColumnElement[bool]:
    local = _local(work.offsets, columns)
    held: sa.ColumnElement[bool] = sa.or_(sa.false(), *(_within(local, *span) for span in work.spans))
    if work.holidays:
        held = sa.and_(held, (local // _MILLISECONDS_A_DAY).not_in(work.holidays))
    return sa.not_(held) if work.is_excluded else held


def _local(offsets: tuple[tuple[int, int], ...], columns: sa.FromClause) -> sa.ColumnElement[int]:
    """The wall clock's milliseconds since 1970."""
    moment = sa.type_coerce(columns.c.time, sa.BigInteger)
    offset: sa.ColumnElement[int] = sa.literal(offsets[-1][1], sa.BigInteger)
    if len(offsets) > 1:
        offset = sa.case(*((moment >= begun, held) for begun, held in offsets[:-1]), else_=offsets[-1][1])
    return moment + offset


def _within(local: sa.ColumnElement[int], days: tuple[int, ...], begin: int, end: int) -> sa.ColumnElement[bool]:
    minute = (local % _MILLISECONDS_A_DAY) // _MILLISECONDS_A_MINUTE
    tests = []
    if begin < end:
        tests.append(sa.and_(minute >= begin, minute < end))
    elif begin > end:
        tests.append(sa.or_(minute >= begin, minute < end))
    if len(days) < 7:
        tests.append(((local // _MILLISECONDS_A_DAY + _THURSDAY) % 7).in_(days))
    return sa.and_(sa.true(), *tests)
