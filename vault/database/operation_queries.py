"""Work on keys as rows: operations with their approvals, and legal holds.

A worker holds an operation by a claim that lapses by itself: killed anywhere, another one goes on from the cursor that
was committed together with the work.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection
from dataclasses import dataclass, fields

import sqlalchemy as sa

from vault.database.tables.operations import key_approvals, key_operations, legal_holds
from vault.database.upserts import insert_or_ignore
from vault.model import DossierId, PersonId
from vault.policy.custody import STOPS_HARM, OperationKind


class OperationState(enum.Enum):
    """Life of an operation. WAITING is approved and not yet due."""

    AWAITING = "awaiting"
    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


LONG_PHASE = "reseal"
"""The part of a compromise that takes as long as its content is big, and is no more urgent than other work."""
OPEN_STATES = (OperationState.AWAITING, OperationState.WAITING, OperationState.RUNNING, OperationState.PAUSED)


@dataclass(frozen=True, slots=True)
class OperationRecord:
    """``scope``, ``preflight`` and ``report`` are JSON texts; :mod:`vault.custody` gives them their types."""

    id: str
    kind: OperationKind
    scope: str
    state: OperationState
    requested_by: PersonId
    category: str
    case_number: str
    created_at: dt.datetime
    changed_at: dt.datetime
    not_before: dt.datetime | None
    phase: str
    cursor: str
    done: int
    total: int
    worked_ms: int
    claimed_by: str
    claimed_until: dt.datetime | None
    preflight: str
    report: str
    fault_code: str


@dataclass(frozen=True, slots=True)
class HoldRecord:
    id: str
    dossier_id: DossierId
    case_number: str
    placed_by: PersonId
    placed_at: dt.datetime
    lifted_by: PersonId | None
    lifted_at: dt.datetime | None


def _operation(row: sa.Row[tuple[object, ...]]) -> OperationRecord:
    stored = dict(row._mapping)
    stored["kind"] = OperationKind(stored["kind"])
    stored["state"] = OperationState(stored["state"])
    return OperationRecord(**stored)


def store_operation(tx: sa.Connection, operation: OperationRecord) -> None:
    values = {field.name: getattr(operation, field.name) for field in fields(operation)}
    values["kind"], values["state"] = operation.kind.value, operation.state.value
    tx.execute(sa.insert(key_operations).values(values))


def load_operation(tx: sa.Connection, operation_id: str) -> OperationRecord | None:
    row = tx.execute(sa.select(key_operations).where(key_operations.c.id == operation_id)).one_or_none()
    return _operation(row) if row else None


def lock_operation(tx: sa.Connection, operation_id: str) -> OperationRecord | None:
    """The operation with its row held until the transaction ends."""
    query = sa.select(key_operations).where(key_operations.c.id == operation_id).with_for_update()
    row = tx.execute(query).one_or_none()
    return _operation(row) if row else None


def list_operations(tx: sa.Connection, *, open_only: bool = False, limit: int = 200) -> list[OperationRecord]:
    """Newest first."""
    query = sa.select(key_operations).order_by(key_operations.c.created_at.desc(), key_operations.c.id).limit(limit)
    if open_only:
        query = query.where(key_operations.c.state.in_([state.value for state in OPEN_STATES]))
    return [_operation(row) for row in tx.execute(query)]


def change_state(
    tx: sa.Connection,
    operation_id: str,
    *,
    expected: OperationState,
    target: OperationState,
    now: dt.datetime,
    holder: str | None = None,
    **changes: object,
) -> bool:
    """The state change as a conditional update: False if the operation is no longer in ``expected``.

    With ``holder`` also if somebody else has claimed it.
    """
    change = sa.update(key_operations).where(
        key_operations.c.id == operation_id, key_operations.c.state == expected.value
    )
    if holder is not None:
        change = change.where(key_operations.c.claimed_by == holder)
    return tx.execute(change.values(state=target.value, changed_at=now, **changes)).rowcount == 1


def claim_due(
    tx: sa.Connection, *, worker: str, now: dt.datetime, until: dt.datetime, urgent_only: bool = False
) -> OperationRecord | None:
    """An operation that is to be worked on and that nobody holds; held by ``worker`` from now on.

    What stops harm comes first; then the one that has waited longest for its turn, so that several go on side by side
    and one that cannot go on holds up no other.
    """
    urgent = sa.and_(
        key_operations.c.kind.in_([kind.value for kind in STOPS_HARM]), key_operations.c.phase != LONG_PHASE
    )
    due = sa.and_(key_operations.c.state == OperationState.WAITING.value, key_operations.c.not_before <= now)
    runs = key_operations.c.state == OperationState.RUNNING.value
    free = sa.or_(
        key_operations.c.claimed_until.is_(None),
        key_operations.c.claimed_until < now,
        key_operations.c.claimed_by == worker,
    )
    oldest = (
        sa.select(key_operations.c.id)
        .where(sa.or_(due, runs), free, urgent if urgent_only else sa.true())
        .order_by(sa.case((urgent, 0), else_=1), key_operations.c.changed_at, key_operations.c.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    change = (
        sa.update(key_operations)
        .where(key_operations.c.id == oldest)
        .values(state=OperationState.RUNNING.value, claimed_by=worker, claimed_until=until, changed_at=now)
        .returning(key_operations)
    )
    row = tx.execute(change).one_or_none()
    return _operation(row) if row else None


def keep_claim(tx: sa.Connection, operation: OperationRecord, *, until: dt.datetime) -> bool:
    """Holds it for longer; False if it is paused, ended or somebody else's."""
    change = (
        sa.update(key_operations)
        .where(key_operations.c.id == operation.id, key_operations.c.state == OperationState.RUNNING.value)
        .where(key_operations.c.claimed_by == operation.claimed_by)
        .values(claimed_until=until)
    )
    return tx.execute(change).rowcount == 1


def advance(
    tx: sa.Connection, operation: OperationRecord, *, until: dt.datetime, now: dt.datetime, **progress: object
) -> bool:
    """Writes progress with the work of the same transaction; False if it is paused, cancelled or somebody else's."""
    change = (
        sa.update(key_operations)
        .where(key_operations.c.id == operation.id, key_operations.c.state == OperationState.RUNNING.value)
        .where(key_operations.c.claimed_by == operation.claimed_by)
        .values(claimed_until=until, changed_at=now, **progress)
    )
    return tx.execute(change).rowcount == 1


def store_approval(tx: sa.Connection, operation_id: str, person_id: PersonId, *, now: dt.datetime) -> bool:
    """False if the person had approved before."""
    values = {"operation_id": operation_id, "person_id": person_id, "approved_at": now}
    return insert_or_ignore(tx, key_approvals, values)


def approvals_of(tx: sa.Connection, operation_id: str) -> list[tuple[PersonId, dt.datetime]]:
    query = sa.select(key_approvals.c.person_id, key_approvals.c.approved_at).where(
        key_approvals.c.operation_id == operation_id
    )
    return [
        (PersonId(row.person_id), row.approved_at) for row in tx.execute(query.order_by(key_approvals.c.approved_at))
    ]


def approvers_of(tx: sa.Connection, operation_ids: Collection[str]) -> dict[str, list[PersonId]]:
    """Who approved each, in order; no entry where nobody has."""
    query = sa.select(key_approvals.c.operation_id, key_approvals.c.person_id)
    query = query.where(key_approvals.c.operation_id.in_(operation_ids)).order_by(key_approvals.c.approved_at)
    found: dict[str, list[PersonId]] = {}
    for row in tx.execute(query):
        found.setdefault(row.operation_id, []).append(PersonId(row.person_id))
    return found


def place_hold(tx: sa.Connection, hold: HoldRecord) -> None:
    tx.execute(sa.insert(legal_holds).values({name: getattr(hold, name) for name in HoldRecord.__slots__}))


def lift_hold(tx: sa.Connection, hold_id: str, *, person_id: PersonId, now: dt.datetime) -> bool:
    """False if it was lifted before."""
    change = sa.update(legal_holds).where(legal_holds.c.id == hold_id, legal_holds.c.lifted_at.is_(None))
    return tx.execute(change.values(lifted_by=person_id, lifted_at=now)).rowcount == 1


def holds_on(tx: sa.Connection, dossier_id: str) -> list[HoldRecord]:
    """The holds in force."""
    query = sa.select(legal_holds).where(legal_holds.c.dossier_id == dossier_id, legal_holds.c.lifted_at.is_(None))
    return [HoldRecord(**row._mapping) for row in tx.execute(query)]


def load_hold(tx: sa.Connection, hold_id: str) -> HoldRecord | None:
    row = tx.execute(sa.select(legal_holds).where(legal_holds.c.id == hold_id)).one_or_none()
    return HoldRecord(**row._mapping) if row else None


def list_holds(tx: sa.Connection) -> list[HoldRecord]:
    """Every hold in force."""
    query = sa.select(legal_holds).where(legal_holds.c.lifted_at.is_(None)).order_by(legal_holds.c.placed_at)
    return [HoldRecord(**row._mapping) for row in tx.execute(query)]
