"""Erasures and prunings as rows, and the holds on a person's entries.

A worker holds an erasure by a claim that lapses by itself, as work on keys is held: killed anywhere, another one goes
on from what was committed together with the work.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

import sqlalchemy as sa

from vault.database.key_queries import read_fact, write_fact
from vault.database.tables.erasing import trail_erasures, trail_holds
from vault.model import PersonId
from vault.policy.erasing import ErasureKind, ErasureState, LegalBasis

_HOLDS_LOCK = 0x6572617365  # "erase"
_FORGETTING_LOCK = 0x666F72676574  # "forget"
_FORGETTINGS_FACT = "trail_forgettings"


@dataclass(frozen=True, slots=True)
class ErasureRecord:
    """``preflight`` and ``report`` are JSON texts; ``periods`` are ids apart by spaces; months are ``2026-11``."""

    id: str
    kind: ErasureKind
    state: ErasureState
    person_id: str
    from_month: str
    until_month: str
    before: dt.datetime | None
    size: int
    basis: LegalBasis
    case_number: str
    requested_by: PersonId
    decided_by: PersonId | None
    created_at: dt.datetime
    decided_at: dt.datetime | None
    changed_at: dt.datetime
    phase: str
    cursor: str
    fence: str
    periods: str
    done: int
    total: int
    claimed_by: str
    claimed_until: dt.datetime | None
    preflight: str
    report: str
    fault_code: str


@dataclass(frozen=True, slots=True)
class PersonHoldRecord:
    """A hold on all entries of a person; in force until it is lifted."""

    id: str
    person_id: PersonId
    case_number: str
    placed_by: PersonId
    placed_at: dt.datetime
    lifted_by: PersonId | None
    lifted_at: dt.datetime | None


def lock_holds(tx: sa.Connection) -> None:
    """Placing a hold and taking something out of the trail wait for one another, or both could be told they came first.

    Every hold, on a dossier or a person, is placed after this; every step that erases or prunes looks at them after it.
    SQLite has one writer anyhow.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_HOLDS_LOCK)))


def lock_forgetting(tx: sa.Connection) -> None:
    """Taken first by whoever takes away what entries are found by, and counted with :func:`note_forgetting`."""
    if tx.dialect.name == "postgresql":
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_FORGETTING_LOCK)))


def share_forgetting(tx: sa.Connection) -> int:
    """How often something was taken away; not once more before this transaction ends. Many at once do not wait."""
    if tx.dialect.name == "postgresql":
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_FORGETTING_LOCK)))
    return count_forgettings(tx)


def count_forgettings(tx: sa.Connection) -> int:
    """How often something was taken away of what entries are found by: a count from before may be wrong by now."""
    return int(read_fact(tx, _FORGETTINGS_FACT) or 0)


def note_forgetting(tx: sa.Connection) -> None:
    """After :func:`lock_forgetting`."""
    write_fact(tx, _FORGETTINGS_FACT, str(count_forgettings(tx) + 1))


def store_erasure(tx: sa.Connection, erasure: ErasureRecord) -> None:
    values = {field.name: getattr(erasure, field.name) for field in fields(erasure)}
    values |= {"kind": erasure.kind.value, "state": erasure.state.value, "basis": erasure.basis.value}
    tx.execute(sa.insert(trail_erasures).values(values))


def load_erasure(tx: sa.Connection, erasure_id: str) -> ErasureRecord | None:
    row = tx.execute(sa.select(trail_erasures).where(trail_erasures.c.id == erasure_id)).one_or_none()
    return _erasure(row) if row else None


def lock_erasure(tx: sa.Connection, erasure_id: str) -> ErasureRecord | None:
    """The erasure with its row held until the transaction ends."""
    query = sa.select(trail_erasures).where(trail_erasures.c.id == erasure_id).with_for_update()
    row = tx.execute(query).one_or_none()
    return _erasure(row) if row else None


def list_erasures(tx: sa.Connection, *, states: tuple[ErasureState, ...] = (), limit: int = 200) -> list[ErasureRecord]:
    """Newest first; those in ``states``, or all."""
    query = sa.select(trail_erasures).order_by(trail_erasures.c.created_at.desc(), trail_erasures.c.id).limit(limit)
    if states:
        query = query.where(trail_erasures.c.state.in_([state.value for state in states]))
    return [_erasure(row) for row in tx.execute(query)]


def change_state(
    tx: sa.Connection,
    erasure: ErasureRecord,
    target: ErasureState,
    *,
    now: dt.datetime,
    holder: str | None = None,
    **changes: object,
) -> bool:
    """The change as a conditional update: False if it is not in the state that was read any more.

    With ``holder`` also if somebody else has claimed it.
    """
    change = sa.update(trail_erasures).where(
        trail_erasures.c.id == erasure.id, trail_erasures.c.state == erasure.state.value
    )
    if holder is not None:
        change = change.where(trail_erasures.c.claimed_by == holder)
    return tx.execute(change.values(state=target.value, changed_at=now, **changes)).rowcount == 1


def claim_running(tx: sa.Connection, *, worker: str, now: dt.datetime, until: dt.datetime) -> ErasureRecord | None:
    """An erasure to be worked on that nobody else holds, the one that waited longest first; held by ``worker`` now."""
    free = sa.or_(
        trail_erasures.c.claimed_until.is_(None),
        trail_erasures.c.claimed_until < now,
        trail_erasures.c.claimed_by == worker,
    )
    oldest = (
        sa.select(trail_erasures.c.id)
        .where(trail_erasures.c.state == ErasureState.RUNNING.value, free)
        .order_by(trail_erasures.c.changed_at, trail_erasures.c.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    change = (
        sa.update(trail_erasures)
        .where(trail_erasures.c.id == oldest)
        .values(claimed_by=worker, claimed_until=until, changed_at=now)
        .returning(trail_erasures)
    )
    row = tx.execute(change).one_or_none()
    return _erasure(row) if row else None


def advance(
    tx: sa.Connection, erasure: ErasureRecord, *, until: dt.datetime, now: dt.datetime, **progress: object
) -> bool:
    """Writes progress with the work of the same transaction; False if it ended or is somebody else's."""
    change = (
        sa.update(trail_erasures)
        .where(trail_erasures.c.id == erasure.id, trail_erasures.c.state == ErasureState.RUNNING.value)
        .where(trail_erasures.c.claimed_by == erasure.claimed_by)
        .values(claimed_until=until, changed_at=now, **progress)
    )
    return tx.execute(change).rowcount == 1


def place_hold(tx: sa.Connection, hold: PersonHoldRecord) -> None:
    tx.execute(sa.insert(trail_holds).values({name: getattr(hold, name) for name in PersonHoldRecord.__slots__}))


def lift_hold(tx: sa.Connection, hold_id: str, *, person_id: PersonId, now: dt.datetime) -> bool:
    """False if it was lifted before."""
    change = sa.update(trail_holds).where(trail_holds.c.id == hold_id, trail_holds.c.lifted_at.is_(None))
    return tx.execute(change.values(lifted_by=person_id, lifted_at=now)).rowcount == 1


def load_hold(tx: sa.Connection, hold_id: str) -> PersonHoldRecord | None:
    row = tx.execute(sa.select(trail_holds).where(trail_holds.c.id == hold_id)).one_or_none()
    return PersonHoldRecord(**row._mapping) if row else None


def list_holds(tx: sa.Connection, *, person_id: str = "") -> list[PersonHoldRecord]:
    """Every hold in force, or those on one person; oldest first."""
    query = sa.select(trail_holds).where(trail_holds.c.lifted_at.is_(None))
    if person_id:
        query = query.where(trail_holds.c.person_id == person_id)
    return [PersonHoldRecord(**row._mapping) for row in tx.execute(query.order_by(trail_holds.c.placed_at))]


def _erasure(row: sa.Row[tuple[object, ...]]) -> ErasureRecord:
    stored = dict(row._mapping)
    stored["kind"] = ErasureKind(stored["kind"])
    stored["state"] = ErasureState(stored["state"])
    stored["basis"] = LegalBasis(stored["basis"])
    return ErasureRecord(**stored)
