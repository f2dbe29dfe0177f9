"""How many entries each hour has, by person, event and outcome: counted once when they are placed, not at each search.

An hour is a whole one of UTC, by the time of logging. Written in the sequencer's transaction, so they fit the trail
whenever anybody looks; who doubts them has them made anew (:mod:`vault.trail.reindexing`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

import sqlalchemy as sa

from vault.database.ledger_sequencing import SearchRow
from vault.database.tables.ledger import trail_tallies
from vault.database.upserts import add_or_insert

PERSON, EVENT, OUTCOME = "p", "e", "o"
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
    return [(PERSON, each, hour) for each in people] + [(EVENT, row.event, hour), (OUTCOME, row.outcome, hour)]


def hour_of(moment: dt.datetime) -> int:
    """The number of the hour since the epoch."""
    return int(moment.timestamp()) // _SECONDS


def hour_numbers(
    tx: sa.Connection, kind: str, subjects: Iterable[str], *, first: int, end: int
) -> list[tuple[int, int]]:
    """Hours from ``first`` on and before ``end`` that have entries, each with how many, in order."""
    table = trail_tallies.c
    query = (
        sa.select(table.hour, sa.func.sum(table.number).label("number"))
        .where(table.kind == kind, table.subject.in_(list(subjects)), table.hour >= first, table.hour < end)
        .group_by(table.hour)
        .order_by(table.hour)
    )
    return [(row.hour, int(row.number)) for row in tx.execute(query)]


def forget_tallies(tx: sa.Connection) -> None:
    """Before they are made anew."""
    tx.execute(sa.delete(trail_tallies))
