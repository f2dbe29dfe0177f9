"""Asking for something to be taken out of the trail, and deciding on it: an administrator asks, an officer decides.

::

    request   looked at, then AWAITING another person of another office
    approve   looked at again; what it is about is fixed, and a worker begins
    refuse, cancel    the officer's no, or the administrator's second thoughts: nothing was touched
    resume    goes on where it stopped; what was destroyed stays destroyed

Holds refuse it when it is asked for, when it is approved, and at every step. Nobody has a part in erasing themselves.
"""

from __future__ import annotations

from typing import Any

from vault.database import erasure_queries, ledger_erasing, people_queries
from vault.database.engine import Connection, reading
from vault.database.erasure_queries import ErasureRecord
from vault.errors import AccessDenied, Conflict, InputError, NotFound
from vault.ledger.entry import Entry
from vault.ledger.events import Event
from vault.model import Actor, Office, PersonId, PersonState, Reason, new_id
from vault.people.humans import human_of
from vault.policy.decision import Decision
from vault.policy.erasing import (
    BASES,
    NEXT_STATE,
    ErasureKind,
    ErasureState,
    ErasureStep,
    LegalBasis,
    decide_deciding,
    decide_requesting,
)
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require, require_office
from vault.runtime import Vault
from vault.trail.erasing.looking import Plan, look, require_no_hold
from vault.trail.erasing.scope import ErasureDraft, ErasureGrounds, encoded

OPEN_STATES = (ErasureState.AWAITING, ErasureState.RUNNING, ErasureState.FAILED)
REQUESTERS, DECIDERS = Office.ADMINISTRATOR, Office.SECURITY_OFFICER


def preview_erasure(vault: Vault, actor: Actor, *, draft: ErasureDraft) -> Plan:
    """What it would touch, with the holds in its way; nothing is asked for. Errors of asking for it otherwise."""
    with deciding(vault, denial_of(Event.ERASURE_REQUESTED, actor)) as tx:
        require_office(tx, actor, REQUESTERS)
        plan = look(vault, tx, draft)
        require(_decide_requesting(tx, actor, plan))
        return plan


def request_erasure(vault: Vault, actor: Actor, *, draft: ErasureDraft, grounds: ErasureGrounds) -> str:
    """Asks for it; its id. InputError or Conflict ``erasure.*`` if it cannot be or another one is under way."""
    basis, reason = check_grounds(draft.kind, grounds)
    now, erasure_id = vault.clock.now(), new_id("x", vault.random)
    with deciding(vault, denial_of(Event.ERASURE_REQUESTED, actor)) as tx:
        require_office(tx, actor, REQUESTERS)
        erasure_queries.lock_holds(tx)
        plan = look(vault, tx, draft)
        require(_decide_requesting(tx, actor, plan))
        require_no_hold(plan.preflight)
        _require_free(tx, plan)
        erasure = ErasureRecord(
            id=erasure_id,
            kind=plan.kind,
            state=ErasureState.AWAITING,
            person_id=plan.person_id,
            from_month=plan.from_month,
            until_month=plan.until_month,
            before=plan.before,
            size=plan.size,
            basis=basis,
            case_number=reason.case_number,
            requested_by=actor.person_id,
            decided_by=None,
            created_at=now,
            decided_at=None,
            changed_at=now,
            phase="begin",
            cursor="",
            fence="",
            periods="",
            done=0,
            total=plan.preflight.total,
            claimed_by="",
            claimed_until=None,
            preflight=encoded(plan.preflight),
            report="",
            fault_code="",
        )
        erasure_queries.store_erasure(tx, erasure)
        vault.recorder.append(tx, _entry(actor, Event.ERASURE_REQUESTED, erasure, reason=reason))
    return erasure_id


def approve_erasure(vault: Vault, actor: Actor, *, erasure_id: str) -> None:
    """Sets it going, after looking again. What is erased is fixed now: a month that begins later is not part of it."""
    with deciding(vault, denial_of(Event.ERASURE_APPROVED, actor)) as tx:
        require_office(tx, actor, DECIDERS)
        erasure_queries.lock_holds(tx)
        erasure = _locked(tx, erasure_id)
        _require_decider(tx, actor, erasure)
        _next(erasure, ErasureStep.APPROVE)
        require_requester(tx, erasure)
        plan = look(vault, tx, draft_of(erasure))
        require_no_hold(plan.preflight)
        vault.recorder.append(tx, _entry(actor, Event.ERASURE_APPROVED, erasure))
        decided: dict[str, Any] = {"decided_by": actor.person_id, "decided_at": vault.clock.now()}
        if erasure.kind is ErasureKind.PERSON:  # after the entry, which may itself be in one of the periods
            decided |= {"total": plan.preflight.total, "preflight": encoded(plan.preflight)}
            decided["periods"] = _periods(tx, erasure)
        _move(vault, tx, erasure, ErasureStep.APPROVE, **decided)


def refuse_erasure(vault: Vault, actor: Actor, *, erasure_id: str, reason: ReasonDraft) -> None:
    """The officer's no, with words for the record. Nothing was touched."""
    checked = check_reason(reason)
    with deciding(vault, denial_of(Event.ERASURE_REFUSED, actor)) as tx:
        require_office(tx, actor, DECIDERS)
        erasure = _locked(tx, erasure_id)
        _require_decider(tx, actor, erasure)
        decided = {"decided_by": actor.person_id, "decided_at": vault.clock.now()}
        _move(vault, tx, erasure, ErasureStep.REFUSE, **decided)
        vault.recorder.append(tx, _entry(actor, Event.ERASURE_REFUSED, erasure, reason=checked))


def cancel_erasure(vault: Vault, actor: Actor, *, erasure_id: str) -> None:
    """Calls off what waits or has stopped; what was destroyed by then stays destroyed. For administrators."""
    with deciding(vault, denial_of(Event.ERASURE_CANCELLED, actor)) as tx:
        require_office(tx, actor, REQUESTERS)
        erasure = _locked(tx, erasure_id)
        _move(vault, tx, erasure, ErasureStep.CANCEL)
        vault.recorder.append(tx, _entry(actor, Event.ERASURE_CANCELLED, erasure))


def resume_erasure(vault: Vault, actor: Actor, *, erasure_id: str) -> None:
    """Goes on after what stopped it is out of the way; the next step looks whether it is. For either office."""
    with deciding(vault, denial_of(Event.ERASURE_RESUMED, actor)) as tx:
        require_office(tx, actor, REQUESTERS, DECIDERS)
        erasure = _locked(tx, erasure_id)
        if erasure.person_id == actor.person_id:
            raise AccessDenied("denied.own_erasure")
        _move(vault, tx, erasure, ErasureStep.RESUME, claimed_by="", claimed_until=None, fault_code="")
        vault.recorder.append(tx, _entry(actor, Event.ERASURE_RESUMED, erasure))


def check_grounds(kind: ErasureKind, grounds: ErasureGrounds) -> tuple[LegalBasis, Reason]:
    """InputError ``erasure.basis``, ``erasure.case_number`` or ``reason.*``: it is never done without any of them."""
    basis = next((each for each in BASES[kind] if each.value == grounds.basis), None)
    if basis is None:
        raise InputError("erasure.basis")
    checked = check_reason(ReasonDraft("review", grounds.text, grounds.case_number))
    if not checked.case_number:
        raise InputError("erasure.case_number")
    return basis, checked


def draft_of(erasure: ErasureRecord) -> ErasureDraft:
    """The same question again, in ids."""
    before = erasure.before.date() if erasure.before else None
    return ErasureDraft(erasure.kind, erasure.person_id, erasure.from_month, erasure.until_month, before)


def require_requester(tx: Connection, erasure: ErasureRecord) -> None:
    """Conflict ``erasure.office_lost`` unless who asked is still one who may ask."""
    require_still(tx, erasure.requested_by, REQUESTERS)


def require_still(tx: Connection, person_id: PersonId | None, office: Office) -> None:
    """Conflict ``erasure.office_lost`` unless the person is active and holds the office now."""
    person = people_queries.load_person(tx, person_id) if person_id else None
    if person is None or person.state is not PersonState.ACTIVE or person.office is not office:
        raise Conflict("erasure.office_lost")


def why_not_decide(tx: Connection, person_id: PersonId, erasure: ErasureRecord) -> str:
    """'' if this person may decide it now, else the code that says why not."""
    if (erasure.state, ErasureStep.APPROVE) not in NEXT_STATE:
        return "erasure.decided"
    return decision_of(tx, person_id, erasure).code


def decision_of(tx: Connection, decider: PersonId, erasure: ErasureRecord) -> Decision:
    """May this person decide it, or have decided it? Between people, whichever of their accounts they use."""
    return decide_deciding(
        decider=human_of(tx, decider),
        requester=human_of(tx, erasure.requested_by),
        subject=human_of(tx, PersonId(erasure.person_id)) if erasure.person_id else "",
    )


def load(vault: Vault, erasure_id: str) -> ErasureRecord | None:
    """As it stands now."""
    with reading(vault.engine) as tx:
        return erasure_queries.load_erasure(tx, erasure_id)


def facts_of(erasure: ErasureRecord) -> dict[str, str | int]:
    """What a leaf may say of it for ever."""
    facts: dict[str, str | int] = {"erasure": erasure.id, "kind": erasure.kind.value, "basis": erasure.basis.value}
    months = {"from": erasure.from_month, "until": erasure.until_month}
    facts |= {name: month for name, month in months.items() if month}
    return facts | ({"size": erasure.size} if erasure.size else {})


def _entry(actor: Actor, event: Event, erasure: ErasureRecord, *, reason: Reason | None = None) -> Entry:
    subject = PersonId(erasure.person_id) if erasure.person_id else None
    return done_by(actor, event, reason=reason, subject_person=subject, details=facts_of(erasure))


def _decide_requesting(tx: Connection, actor: Actor, plan: Plan) -> Decision:
    subject = human_of(tx, PersonId(plan.person_id)) if plan.person_id else ""
    return decide_requesting(requester=human_of(tx, actor.person_id), subject=subject)


def _require_free(tx: Connection, plan: Plan) -> None:
    """Conflict ``erasure.another``: one at a time for one person, one pruning at a time."""
    for other in erasure_queries.list_erasures(tx, states=OPEN_STATES):
        if (other.kind, other.person_id) == (plan.kind, plan.person_id):
            raise Conflict("erasure.another")


def _require_decider(tx: Connection, actor: Actor, erasure: ErasureRecord) -> None:
    require(decision_of(tx, actor.person_id, erasure))


def _periods(tx: Connection, erasure: ErasureRecord) -> str:
    found = ledger_erasing.periods_of(
        tx, erasure.person_id, from_month=erasure.from_month, until_month=erasure.until_month
    )
    return " ".join(period.id for period in found)


def _locked(tx: Connection, erasure_id: str) -> ErasureRecord:
    erasure = erasure_queries.lock_erasure(tx, erasure_id)
    if erasure is None:
        raise NotFound(recorded_as="not_found.erasure")
    return erasure


def _next(erasure: ErasureRecord, step: ErasureStep) -> ErasureState:
    """Conflict ``erasure.decided`` for a move that there is not, or not any more."""
    target = NEXT_STATE.get((erasure.state, step))
    if target is None:
        raise Conflict("erasure.begun" if erasure.state is ErasureState.RUNNING else "erasure.decided")
    return target


def _move(vault: Vault, tx: Connection, erasure: ErasureRecord, step: ErasureStep, **changes: Any) -> None:
    target = _next(erasure, step)
    if not erasure_queries.change_state(tx, erasure, target, now=vault.clock.now(), **changes):
        raise Conflict("erasure.decided")
