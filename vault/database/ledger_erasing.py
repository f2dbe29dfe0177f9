"""Taking one person out of the trail's tables: their months' keys, their id in what entries are found by, their handle.

The leaves stay. Entries are found by the period whose key sealed their values, so that what a new period of the same
month holds is left alone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database.tables.ledger import (
    trail_disclosures,
    trail_handles,
    trail_inbox,
    trail_leaves,
    trail_periods,
    trail_search,
)
from vault.database.tables.operations import legal_holds

_RECORDING = sa.text(
    "SELECT DISTINCT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND relation = CAST('trail_lanes' AS regclass) AND pid <> pg_backend_pid()"
)
_HOLD_PERIODS = sa.text("LOCK TABLE trail_periods IN SHARE ROW EXCLUSIVE MODE NOWAIT")
_LOCK_NOT_AVAILABLE = "55P03"
_PARTS = (("actor", "actor_id"), ("subject", "subject_id"))
_DETAILS = ("session_id", "reason_category", "place_zone", "place_source")
"""Sealed in the actor's part, whoever acted."""
_EMPTIED = {"actor_id": dict.fromkeys(("actor_id", *_DETAILS), ""), "subject_id": {"subject_id": ""}}


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """A person's month in the trail, and how many entries have values of it."""

    id: str
    month: str
    entries: int


def periods_of(tx: sa.Connection, person_id: str, *, from_month: str = "", until_month: str = "") -> list[PeriodFacts]:
    """Oldest first; '' for no bound, both inclusive."""
    counted = sa.func.count(sa.distinct(trail_disclosures.c.entry_id))
    query = (
        sa.select(trail_periods.c.id, trail_periods.c.month, counted.label("entries"))
        .outerjoin(trail_disclosures, trail_disclosures.c.period_id == trail_periods.c.id)
        .where(trail_periods.c.person_id == person_id)
        .group_by(trail_periods.c.id, trail_periods.c.month)
        .order_by(trail_periods.c.month)
    )
    if from_month:
        query = query.where(trail_periods.c.month >= from_month)
    if until_month:
        query = query.where(trail_periods.c.month <= until_month)
    return [PeriodFacts(row.id, row.month, row.entries) for row in tx.execute(query)]


def month_of_period(tx: sa.Connection, period_id: str) -> str | None:
    """None if it is not there any more."""
    found: str | None = tx.execute(
        sa.select(trail_periods.c.month).where(trail_periods.c.id == period_id)
    ).scalar_one_or_none()
    return found


def delete_period(tx: sa.Connection, period_id: str) -> bool:
    """Destroys its key: what was sealed to it never opens again. False if it was gone."""
    return tx.execute(sa.delete(trail_periods).where(trail_periods.c.id == period_id)).rowcount == 1


def count_entries_of_period(tx: sa.Connection, period_id: str) -> int:
    query = sa.select(sa.func.count(sa.distinct(trail_disclosures.c.entry_id)))
    return int(tx.execute(query.where(trail_disclosures.c.period_id == period_id)).scalar_one())


def forget_in_search_rows(tx: sa.Connection, person_id: str, period_id: str, *, limit: int) -> int:
    """Empties what the rows of entries that this period sealed tell of the person, at most ``limit``; how many."""
    changed = 0
    for part, column in _PARTS:
        found = (
            sa.select(trail_leaves.c.position)
            .join(trail_disclosures, trail_disclosures.c.entry_id == trail_leaves.c.entry_id)
            .join(trail_search, trail_search.c.position == trail_leaves.c.position)
            .where(trail_disclosures.c.period_id == period_id, trail_disclosures.c.part == part)
            .where(_tells(trail_search, column, person_id))
            .limit(limit - changed)
        )
        positions = list(tx.execute(found).scalars())
        if positions:
            tx.execute(sa.update(trail_search).where(trail_search.c.position.in_(positions)).values(_EMPTIED[column]))
        changed += len(positions)
        if changed >= limit:
            break
    return changed


def forget_in_inbox(tx: sa.Connection, person_id: str, period_id: str) -> None:
    """The same in entries that wait for their place. Only while no sequencer can be carrying them over."""
    for part, column in _PARTS:
        sealed = sa.select(trail_disclosures.c.entry_id).where(
            trail_disclosures.c.period_id == period_id, trail_disclosures.c.part == part
        )
        rows = sa.and_(_tells(trail_inbox, column, person_id), trail_inbox.c.entry_id.in_(sealed))
        tx.execute(sa.update(trail_inbox).where(rows).values(_EMPTIED[column]))


def _tells(table: sa.Table, column: str, person_id: str) -> sa.ColumnElement[bool]:
    """Rows that still say something of one part of an entry."""
    details = [table.c[name] != "" for name in _DETAILS] if column == "actor_id" else []
    return sa.or_(table.c[column] == person_id, *details)


def hold_periods(tx: sa.Connection) -> bool:
    """All periods that there are can be seen, and until this transaction ends there is no new one.

    False, and nothing held, while another transaction is writing periods: to wait for it would stop whoever records
    their first entry of the month. On PostgreSQL whoever made a period looks again afterwards whether their handle is
    there. SQLite has one writer.
    """
    if tx.dialect.name != "postgresql":
        return True
    try:
        with tx.begin_nested():
            tx.execute(_HOLD_PERIODS)
    except sa.exc.OperationalError as error:
        if getattr(error.orig, "sqlstate", "") != _LOCK_NOT_AVAILABLE:
            raise
        return False
    return True


def delete_handle(tx: sa.Connection, person_id: str) -> bool:
    """Nobody can tell any more whose handle it was. False if there was none."""
    return tx.execute(sa.delete(trail_handles).where(trail_handles.c.person_id == person_id)).rowcount == 1


def recording_now(tx: sa.Connection) -> list[str]:
    """PostgreSQL: the other transactions that may have looked at a period or handle and not ended yet.

    Whoever records locks the table of lanes before it looks whether period and handle are still there, and until it
    ends. SQLite has one writer, so there is nobody.
    """
    if tx.dialect.name != "postgresql":
        return []
    return list(tx.execute(_RECORDING).scalars())


def held_dossiers_of(
    tx: sa.Connection, person_id: str, *, since: dt.datetime | None, until: dt.datetime | None
) -> list[tuple[str, str]]:
    """(case number, dossier id) of every hold in force on a dossier that entries of this person concern.

    ``since`` inclusive, ``until`` exclusive, by the time of the entry; None for no bound.
    """
    theirs = sa.or_(trail_search.c.actor_id == person_id, trail_search.c.subject_id == person_id)
    concerned = sa.select(trail_search.c.position).where(trail_search.c.dossier_id == legal_holds.c.dossier_id, theirs)
    if since is not None:
        concerned = concerned.where(trail_search.c.time >= since)
    if until is not None:
        concerned = concerned.where(trail_search.c.time < until)
    query = (
        sa.select(legal_holds.c.case_number, legal_holds.c.dossier_id)
        .where(legal_holds.c.lifted_at.is_(None), sa.exists(concerned))
        .order_by(legal_holds.c.placed_at, legal_holds.c.id)
    )
    return [(row.case_number, row.dossier_id) for row in tx.execute(query)]


def holds_in_force(tx: sa.Connection, dossier_ids: set[str]) -> list[tuple[str, str]]:
    """(case number, dossier id) of the holds in force on these dossiers."""
    query = sa.select(legal_holds.c.case_number, legal_holds.c.dossier_id).where(
        legal_holds.c.lifted_at.is_(None), legal_holds.c.dossier_id.in_(dossier_ids)
    )
    return [(row.case_number, row.dossier_id) for row in tx.execute(query.order_by(legal_holds.c.placed_at))]


def drafts_of(tx: sa.Connection, person_id: str) -> list[bytes]:
    """Entries of this person that have no place yet."""
    theirs = sa.or_(trail_inbox.c.actor_id == person_id, trail_inbox.c.subject_id == person_id)
    return list(tx.execute(sa.select(trail_inbox.c.draft).where(theirs)).scalars())
