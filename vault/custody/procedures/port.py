"""What a procedure is, and what steps share: progress that holds the claim, the end, the failure.

A step is a transaction, or several of which each leaves what the next worker can go on from. Whatever is damaged is
counted and named, and left as it is: one record that does not open must not keep all others under an old key.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Protocol

from vault import claims
from vault.claims import CLAIM_SECONDS
from vault.custody.scope import Preflight, Report, Scope, encoded, report_of
from vault.database import operation_queries
from vault.database.engine import Connection, transaction
from vault.database.operation_queries import OperationRecord, OperationState
from vault.errors import Conflict
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.runtime import Vault

__all__ = [
    "CLAIM_SECONDS",
    "STEP_SECONDS",
    "Procedure",
    "advance",
    "fail",
    "finish",
    "holding_claim",
    "leftover_of",
    "record_damage",
]

STEP_SECONDS = 0.2
"""How long a step's transaction may hold the database, roughly; batches are cut to it."""


class Procedure(Protocol):
    """One kind of operation."""

    def look(self, vault: Vault, tx: Connection, scope: Scope) -> Preflight:
        """What it would touch. InputError or Conflict ``operation.*`` if it cannot be done or must not be."""

    def step(self, vault: Vault, operation: OperationRecord) -> None:
        """Does the next piece. Errors of the vault end the operation as failed, except for parts that are away."""


def holding_claim(vault: Vault, operation: OperationRecord) -> contextlib.AbstractContextManager[None]:
    """Keeps the claim fresh while the block runs, for a big object takes longer to copy than a claim lasts."""
    return claims.holding_claim(
        vault,
        lambda tx, until: operation_queries.keep_claim(tx, operation, until=until),
        every_seconds=claims.NEWS_SECONDS,
    )


def advance(
    vault: Vault,
    tx: Connection,
    operation: OperationRecord,
    *,
    more: int = 0,
    cursor: str | None = None,
    phase: str | None = None,
    total: int | None = None,
    started_at: float | None = None,
    leftover: int | None = None,
) -> None:
    """Writes progress. Conflict ``operation.taken`` undoes the step if it was paused or another worker has it."""
    now = vault.clock.now()
    progress: dict[str, object] = {"done": operation.done + more}
    if cursor is not None:
        progress["cursor"] = cursor
    if phase is not None:
        progress["phase"] = phase
    if total is not None:
        progress["total"] = total
    if started_at is not None:
        progress["worked_ms"] = operation.worked_ms + int((vault.monotonic() - started_at) * 1000)
    if leftover is not None:
        progress["report"] = encoded(Report(leftover=leftover))
    until = now + dt.timedelta(seconds=CLAIM_SECONDS)
    if not operation_queries.advance(tx, operation, until=until, now=now, **progress):
        raise Conflict("operation.taken")


def leftover_of(operation: OperationRecord) -> int:
    """What had to be left as it is so far."""
    report = report_of(operation)
    return report.leftover if report else 0


def record_damage(vault: Vault, tx: Connection, operation: OperationRecord, dossier_id: str, *, code: str) -> None:
    """Names the dossier in the trail, for the security officer."""
    facts: dict[str, str | int] = {"operation": operation.id}
    entry = Entry(Event.OBJECT_TAMPERED, Outcome.FAILED, dossier=dossier_id, code=code, details=facts)
    vault.recorder.append(tx, entry)


def finish(vault: Vault, tx: Connection, operation: OperationRecord, report: Report) -> None:
    """The verified end, with its report in the trail."""
    done = operation_queries.change_state(
        tx,
        operation.id,
        expected=OperationState.RUNNING,
        target=OperationState.DONE,
        now=vault.clock.now(),
        holder=operation.claimed_by,
        report=encoded(report),
        done=operation.total or operation.done,
        claimed_by="",
        claimed_until=None,
    )
    if not done:
        raise Conflict("operation.taken")
    facts: dict[str, str | int] = {"operation": operation.id, "kind": operation.kind.value}
    facts |= {name: value for name in report.__struct_fields__ if (value := getattr(report, name))}
    vault.recorder.append(tx, Entry(Event.OPERATION_FINISHED, Outcome.SUCCESS, details=facts))


def fail(vault: Vault, operation: OperationRecord, code: str) -> None:
    """Stops it with the code of what a person must look at; :func:`vault.custody.operations.resume` tries again.

    Nothing happens if somebody else has claimed it: what went wrong here need not go wrong there.
    """
    with transaction(vault.engine) as tx:
        failed = operation_queries.change_state(
            tx,
            operation.id,
            expected=OperationState.RUNNING,
            target=OperationState.FAILED,
            now=vault.clock.now(),
            holder=operation.claimed_by,
            fault_code=code,
            claimed_by="",
            claimed_until=None,
        )
        if failed:
            facts = {"operation": operation.id, "kind": operation.kind.value}
            vault.recorder.append(tx, Entry(Event.OPERATION_FAILED, Outcome.FAILED, code=code, details=facts))
