"""Ordering work on keys: looked at first, approved by others where needed, then worked off by whoever has keys.

::

    order     preflight, then AWAITING the approvals that policy wants, or at once WAITING or RUNNING
    approve   each person once, never the requester; the last one needed sets it going
    pause, resume, cancel     what runs can be paused and gone on with; what has not begun can be called off

A failed operation keeps its cursor: resuming it goes on where it stopped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keys.lifecycle import restored_state
from keys.model import KeyState
from vault.custody.procedures.key_states import version_of
from vault.custody.procedures.port import Procedure
from vault.custody.procedures.registry import PROCEDURES
from vault.custody.procedures.rotating import change_key_state
from vault.custody.scope import Preflight, Report, Scope, encoded, preflight_of, report_of, scope_of
from vault.database import dossier_queries, key_queries, operation_queries, people_queries
from vault.database.engine import Connection, reading
from vault.database.operation_queries import OPEN_STATES, OperationRecord, OperationState
from vault.database.people_queries import PersonRecord
from vault.errors import Conflict, InputError, NotFound
from vault.ledger.entry import Entry
from vault.ledger.events import Event
from vault.model import Actor, Office, PersonId, Reason, new_id
from vault.people.humans import human_of, humans_of
from vault.policy.custody import APPROVALS_NEEDED, STOPS_HARM, WAITS, OperationKind, decide_approving
from vault.policy.decision import Decision
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require, require_office
from vault.runtime import Vault

_STATE_CHANGES = frozenset({*STOPS_HARM, OperationKind.RESTORE_KEY, OperationKind.DESTROY_KEY})


@dataclass(frozen=True, slots=True)
class OperationRow:
    """An operation as a security officer sees it. ``why_not`` is '' when this person may approve it now."""

    id: str
    kind: OperationKind
    state: OperationState
    scope: Scope
    dossier_reference: str
    requested_by: str
    category: str
    case_number: str
    created_at: dt.datetime
    not_before: dt.datetime | None
    approved_by: tuple[str, ...]
    approvals_needed: int
    phase: str
    done: int
    total: int
    seconds_left: int | None
    preflight: Preflight
    report: Report | None
    fault_code: str
    why_not: str
    may_cancel: bool

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES or self.state is OperationState.FAILED


def preview(vault: Vault, actor: Actor, *, kind: OperationKind, scope: Scope) -> Preflight:
    """What the operation would touch and whether all is well for it; nothing is ordered. Errors of ordering it."""
    vault.keyroom.require_unsealed()
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        _require_free(tx, kind, scope)
        return _look(vault, tx, kind, scope)


def order(vault: Vault, actor: Actor, *, kind: OperationKind, scope: Scope, reason: ReasonDraft) -> str:
    """Orders it; its id. InputError or Conflict ``operation.*`` when it cannot be done or another one is at it."""
    checked = check_reason(reason)
    vault.keyroom.require_unsealed()
    now, operation_id = vault.clock.now(), new_id("o", vault.random)
    with deciding(vault, denial_of(Event.OPERATION_REQUESTED, actor)) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        key_queries.lock_keys(tx)
        _require_free(tx, kind, scope)
        preflight = _look(vault, tx, kind, scope)
        operation = OperationRecord(
            id=operation_id,
            kind=kind,
            scope=encoded(scope),
            state=OperationState.AWAITING,
            requested_by=actor.person_id,
            category=checked.category.value,
            case_number=checked.case_number,
            created_at=now,
            changed_at=now,
            not_before=None,
            phase="begin",
            cursor="",
            done=0,
            total=preflight.total,
            worked_ms=0,
            claimed_by="",
            claimed_until=None,
            preflight=encoded(preflight),
            report="",
            fault_code="",
        )
        operation_queries.store_operation(tx, operation)
        vault.recorder.append(tx, _entry(actor, Event.OPERATION_REQUESTED, operation, reason=checked))
        if not APPROVALS_NEEDED[kind]:
            _set_going(vault, tx, operation)
    return operation_id


def approve(vault: Vault, actor: Actor, *, operation_id: str) -> None:
    """One more person agrees; the last one needed sets it going, after the procedure has looked again."""
    vault.keyroom.require_unsealed()
    with deciding(vault, denial_of(Event.OPERATION_APPROVED, actor)) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        operation = _locked(tx, operation_id)
        approved = frozenset(person for person, _at in operation_queries.approvals_of(tx, operation.id))
        require(_decide_approving(tx, actor.person_id, operation, approved))
        if operation.state is not OperationState.AWAITING:
            raise Conflict("operation.decided")
        _look(vault, tx, operation.kind, scope_of(operation))
        operation_queries.store_approval(tx, operation.id, actor.person_id, now=vault.clock.now())
        vault.recorder.append(tx, _entry(actor, Event.OPERATION_APPROVED, operation))
        if len(approved) + 1 >= APPROVALS_NEEDED[operation.kind]:
            _set_going(vault, tx, operation)


def pause(vault: Vault, actor: Actor, *, operation_id: str) -> None:
    """Stops it after the step at work; everything goes on opening meanwhile."""
    _move(vault, actor, operation_id, Event.OPERATION_PAUSED, {OperationState.RUNNING}, OperationState.PAUSED)


def resume(vault: Vault, actor: Actor, *, operation_id: str) -> None:
    """Goes on where it was paused or failed; after a failure not beside other work on the same keys."""
    states = {OperationState.PAUSED, OperationState.FAILED}
    _move(vault, actor, operation_id, Event.OPERATION_RESUMED, states, OperationState.RUNNING)


def cancel(vault: Vault, actor: Actor, *, operation_id: str) -> None:
    """Calls off what has not begun; a scheduled destruction gives the key back its state."""
    with deciding(vault, denial_of(Event.OPERATION_CANCELLED, actor)) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        operation = _locked(tx, operation_id)
        if operation.state not in {OperationState.AWAITING, OperationState.WAITING}:
            raise Conflict("operation.begun")
        if operation.state is OperationState.WAITING and operation.kind is OperationKind.DESTROY_KEY:
            version = version_of(tx, scope_of(operation))
            change_key_state(vault, tx, version, restored_state(KeyState(operation.cursor)))
        _change(vault, tx, operation, OperationState.CANCELLED)
        vault.recorder.append(tx, _entry(actor, Event.OPERATION_CANCELLED, operation))


def list_operations(vault: Vault, actor: Actor, *, open_only: bool = False) -> list[OperationRow]:
    """Newest first. For security officers."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        return _rows(tx, actor, operation_queries.list_operations(tx, open_only=open_only))


def show_operation(vault: Vault, actor: Actor, *, operation_id: str) -> OperationRow:
    """One operation, or NotFound."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        operation = operation_queries.load_operation(tx, operation_id)
        if operation is None:
            raise NotFound(recorded_as="not_found.operation")
        return _rows(tx, actor, [operation])[0]


def count_to_approve(vault: Vault, actor: Actor) -> int:
    """How many operations wait for this person's approval."""
    return sum(not row.why_not for row in list_operations(vault, actor, open_only=True))


def dossier_by_reference(vault: Vault, actor: Actor, reference: str) -> str:
    """The id of the dossier called so, for a scope. InputError ``operation.dossier``."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        dossier = dossier_queries.find_dossier_by_reference(tx, reference)
    if dossier is None or dossier.is_shredded:
        raise InputError("operation.dossier")
    return dossier.id


def _look(vault: Vault, tx: Connection, kind: OperationKind, scope: Scope) -> Preflight:
    procedure: Procedure = PROCEDURES[kind]
    return with_surroundings(vault, procedure.look(vault, tx, scope))


def with_surroundings(vault: Vault, found: Preflight) -> Preflight:
    """The preflight with what holds for every kind: the provider's health and the age of the newest backup."""
    provider = found.provider or ("ok" if vault.keyroom.root_answers() else "keys.unavailable")
    return Preflight(
        total=found.total,
        bytes=found.bytes,
        sampled=found.sampled,
        provider=provider,
        backup_hours=_backup_hours(vault),
    )


def _backup_hours(vault: Vault) -> int:
    marker = vault.config.custody.backup_marker
    try:
        touched = marker.stat().st_mtime if marker is not None else None
    except OSError:
        touched = None
    if touched is None:
        return -1
    return max(0, int((vault.clock.now().timestamp() - touched) // 3600))


def _require_free(tx: Connection, kind: OperationKind, scope: Scope) -> None:
    """No two operations at once on the same keys: Conflict ``operation.another``."""
    for other in operation_queries.list_operations(tx, open_only=True):
        if _meet(kind, scope, other.kind, scope_of(other)):
            raise Conflict("operation.another", operation=other.id)


def _meet(kind: OperationKind, scope: Scope, other_kind: OperationKind, other: Scope) -> bool:
    """Whether an operation may not be ordered beside another one that is open.

    Stopping harm waits for nothing but a change of the same key's state, and what is scheduled for weeks stands in
    nobody's way: each procedure bears with either (docs/spec/keys.md, "Operations that meet").
    """
    if OperationKind.DESTROY_KEY in {kind, other_kind}:
        return {kind, other_kind} <= _STATE_CHANGES and (scope.ring, scope.version) == (other.ring, other.version)
    if kind in STOPS_HARM:
        return other_kind in _STATE_CHANGES and scope.ring == other.ring
    if OperationKind.SHRED_DOSSIER in {kind, other_kind}:
        return kind is other_kind and scope == other
    if OperationKind.MOVE_ROOT in {kind, other_kind} or (scope.ring and scope.ring == other.ring):
        return True
    if {kind, other_kind} <= {OperationKind.RESEAL, OperationKind.COMPROMISE}:
        apart_by_ring = bool(scope.ring and other.ring)
        apart_by_dossier = bool(scope.dossier and other.dossier) and scope.dossier != other.dossier
        return not (apart_by_ring or apart_by_dossier)
    return kind is other_kind and scope == other


def _set_going(vault: Vault, tx: Connection, operation: OperationRecord) -> None:
    """Approved: runs now, or waits where policy says so; a key to be destroyed serves nobody while it waits."""
    if operation.kind not in WAITS:
        _change(vault, tx, operation, OperationState.RUNNING)
        return
    due = vault.clock.now() + dt.timedelta(days=vault.config.custody.destroy_wait_days)
    before = ""
    if operation.kind is OperationKind.DESTROY_KEY:
        version = version_of(tx, scope_of(operation))
        before = version.state.value
        change_key_state(vault, tx, version, KeyState.DESTROY_SCHEDULED)
    _change(vault, tx, operation, OperationState.WAITING, not_before=due, cursor=before)


def _move(
    vault: Vault,
    actor: Actor,
    operation_id: str,
    event: Event,
    expected: set[OperationState],
    target: OperationState,
) -> None:
    with deciding(vault, denial_of(event, actor)) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        operation = _locked(tx, operation_id)
        if operation.state is target:
            return
        if operation.state not in expected:
            raise Conflict("operation.state")
        if operation.state is OperationState.FAILED:
            key_queries.lock_keys(tx)
            _require_free(tx, operation.kind, scope_of(operation))
        _change(vault, tx, operation, target, claimed_by="", claimed_until=None, fault_code="")
        vault.recorder.append(tx, _entry(actor, event, operation))


def _locked(tx: Connection, operation_id: str) -> OperationRecord:
    operation = operation_queries.lock_operation(tx, operation_id)
    if operation is None:
        raise NotFound(recorded_as="not_found.operation")
    return operation


def _change(vault: Vault, tx: Connection, operation: OperationRecord, target: OperationState, **changes: Any) -> None:
    changed = operation_queries.change_state(
        tx, operation.id, expected=operation.state, target=target, now=vault.clock.now(), **changes
    )
    if not changed:
        raise Conflict("operation.decided")


def _entry(actor: Actor, event: Event, operation: OperationRecord, *, reason: Reason | None = None) -> Entry:
    scope = scope_of(operation)
    facts: dict[str, str | int] = {"operation": operation.id, "kind": operation.kind.value}
    if scope.ring:
        facts["ring"] = scope.ring
    if scope.version:
        facts["number"] = scope.version
    return done_by(actor, event, reason=reason, dossier=scope.dossier, details=facts)


def _rows(tx: Connection, actor: Actor, operations: list[OperationRecord]) -> list[OperationRow]:
    approved = operation_queries.approvers_of(tx, [each.id for each in operations])
    named = {each.requested_by for each in operations} | {person for theirs in approved.values() for person in theirs}
    people = people_queries.people_by_id(tx, named)
    references = dossier_queries.references_of(tx, {scope_of(each).dossier for each in operations} - {""})
    return [_row(tx, actor, each, approved.get(each.id, []), people, references) for each in operations]


def _row(
    tx: Connection,
    actor: Actor,
    operation: OperationRecord,
    approvals: list[PersonId],
    people: Mapping[PersonId, PersonRecord],
    references: Mapping[str, str],
) -> OperationRow:
    scope = scope_of(operation)
    return OperationRow(
        id=operation.id,
        kind=operation.kind,
        state=operation.state,
        scope=scope,
        dossier_reference=references.get(scope.dossier, ""),
        requested_by=people[operation.requested_by].name,
        category=operation.category,
        case_number=operation.case_number,
        created_at=operation.created_at,
        not_before=operation.not_before,
        approved_by=tuple(people[person].name for person in approvals),
        approvals_needed=APPROVALS_NEEDED[operation.kind],
        phase=operation.phase,
        done=max(0, operation.done),
        total=operation.total,
        seconds_left=_seconds_left(operation),
        preflight=preflight_of(operation),
        report=report_of(operation) if operation.state is OperationState.DONE else None,
        fault_code=operation.fault_code,
        why_not=_why_not(tx, actor.person_id, operation, frozenset(approvals)),
        may_cancel=operation.state in {OperationState.AWAITING, OperationState.WAITING},
    )


def _why_not(tx: Connection, person: PersonId, operation: OperationRecord, approved: frozenset[PersonId]) -> str:
    if operation.state is not OperationState.AWAITING:
        return "operation.decided"
    return _decide_approving(tx, person, operation, approved).code


def _decide_approving(
    tx: Connection, person: PersonId, operation: OperationRecord, approved: frozenset[PersonId]
) -> Decision:
    """Between people, whichever of their accounts they use."""
    return decide_approving(
        approver=human_of(tx, person),
        requester=human_of(tx, operation.requested_by),
        approved_by=humans_of(tx, approved),
    )


def _seconds_left(operation: OperationRecord) -> int | None:
    """From the pace so far; None before anything was done or when it is over."""
    if operation.state not in OPEN_STATES or operation.done <= 0 or operation.total <= 0:
        return None
    return int(operation.worked_ms / 1000 * max(0, operation.total - operation.done) / operation.done)
