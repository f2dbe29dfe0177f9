"""How many entries each hour has, by person, event and outcome: counted once when they are placed, not at each search.

An hour is a whole one of UTC, by the time of logging. Written in the sequencer's transaction, so they fit the trail
whenever anybody looks; who doubts them has them made anew (:mod:`vault.trail.reindexing`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import sqlalchemy as sa

from vault.database.ledger_sequencing import SearchRow
from vault.database.tables.ledger import trail_search, trail_tallies
from vault.database.upserts import add_or_insert

PERSON, ACTOR, EVENT, OUTCOME = "p", "a", "e", "o"
_SECONDS = 3600


def add_to_tallies(tx: sa.Connection, rows: Iterable[SearchRow]) -> None:
    """Counts entries that were just placed."""
    counted = Counter(key for row in rows for key in keys_of(row))
    add_or_insert(
        tx,
        trail_tallies,
        [
            {"kind": kind, "subject": subject, "hour": hour, "number": number}
            for (kind, subject, hour), number in sorted(counted.items())
        ],
        number="number",
    )


def keys_of(row: SearchRow) -> list[tuple[str, str, int]]:
    """What an entry counts for; once for a person who did it to themselves."""
    hour = hour_of(row.logged)
    people = {each for each in (row.actor_id, row.subject_id) if each}
    acted = [(ACTOR, row.actor_id, hour)] if row.actor_id else []
    of_people = [(PERSON, each, hour) for each in people]
    return [*of_people, *acted, (EVENT, row.event, hour), (OUTCOME, row.outcome, hour)]


def hour_of(moment: dt.datetime) -> int:
    """The number of the hour since the epoch."""
    return int(moment.timestamp()) // _SECONDS


def numbers_between(tx: sa.Connection, kind: str, subjects: Iterable[str], hours: Sequence[int]) -> list[int]:
    """How many entries there are from each of ``hours`` on and before the next one, which come in order.

    Added up by the database: years of hours are tens of thousands of rows, which would be most of the time to fetch.
    """
    if len(hours) < 2:
        return []
    spans = sa.values(
        sa.column("bar", sa.Integer), sa.column("first", sa.Integer), sa.column("until", sa.Integer), name="spans"
    )
    bars = spans.data([(bar, *pair) for bar, pair in enumerate(pairwise(hours))]).cte("bars")
    table = trail_tallies.c
    number = (
        sa.select(sa.func.coalesce(sa.func.sum(table.number), 0))
        .where(table.kind == kind, table.subject.in_(list(subjects)))
        .where(table.hour >= bars.c.first, table.hour < bars.c.until)
        .correlate(bars)
        .scalar_subquery()
    )
    query = sa.select(number.label("number")).select_from(bars).order_by(bars.c.bar)
    return [int(row.number) for row in tx.execute(query)]


def recount_person(tx: sa.Connection, person_id: str) -> None:
    """By the index as it is: once a person's months are erased, nothing counts them. Only while nobody sequences."""
    kinds = trail_tallies.c.kind.in_((PERSON, ACTOR))
    tx.execute(sa.delete(trail_tallies).where(kinds, trail_tallies.c.subject == person_id))
    theirs = sa.or_(trail_search.c.actor_id == person_id, trail_search.c.subject_id == person_id)
    _insert_counts(tx, PERSON, sa.literal(person_id, sa.String), theirs)
    _insert_counts(tx, ACTOR, sa.literal(person_id, sa.String), trail_search.c.actor_id == person_id)


def recount_everything(tx: sa.Connection) -> None:
    """The same for all of them: some seconds for each million of entries. Only while nobody sequences."""
    tx.execute(sa.delete(trail_tallies))
    _count_all(tx, sa.true())


def recount_before(tx: sa.Connection, moment: dt.datetime) -> None:
    """The same for the hours before the one of ``moment``, from which entries were removed."""
    hour = hour_of(moment)
    tx.execute(sa.delete(trail_tallies).where(trail_tallies.c.hour < hour))
    _count_all(tx, trail_search.c.logged < dt.datetime.fromtimestamp(hour * _SECONDS, dt.UTC))


def _count_all(tx: sa.Connection, among: sa.ColumnElement[bool]) -> None:
    columns = trail_search.c
    _insert_counts(tx, ACTOR, columns.actor_id, sa.and_(columns.actor_id != "", among))
    _insert_counts(tx, EVENT, columns.event, among)
    _insert_counts(tx, OUTCOME, columns.outcome, among)
    sides = sa.union_all(
        sa.select(columns.actor_id.label("person"), columns.logged).where(columns.actor_id != "", among),
        sa.select(columns.subject_id, columns.logged).where(
            columns.subject_id != "", columns.subject_id != columns.actor_id, among
        ),
    ).subquery("sides")
    _insert_counts(tx, PERSON, sides.c.person, sa.true(), logged=sides.c.logged)


def _insert_counts(
    tx: sa.Connection,
    kind: str,
    subject: sa.ColumnElement[str],
    condition: sa.ColumnElement[bool],
    *,
    logged: sa.ColumnElement[dt.datetime] = trail_search.c.logged,
) -> None:
    hour = sa.type_coerce(logged, sa.BigInteger) // (_SECONDS * 1000)
    counts = (
        sa.select(
            sa.literal(kind, sa.String).label("kind"), subject.label("subject"), hour.label("hour"), sa.func.count()
        )
        .where(condition)
        .group_by(sa.text("subject"), sa.text("hour"))
    )
    tx.execute(sa.insert(trail_tallies).from_select(["kind", "subject", "hour", "number"], counts))
