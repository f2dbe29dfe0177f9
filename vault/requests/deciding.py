"""Deciding a request: approved, approved for less, or refused; each approver by themselves, with a reason.

One refusal ends a request. Approvals count up to as many as the policy asks for the class; the grant is then the least
that any of them approved. Who decided is checked at that moment, and again at every use (:mod:`vault.grants.standing`).
"""

from __future__ import annotations

import datetime as dt

from vault.database import grant_queries, request_queries, view_queries
from vault.database.engine import Connection
from vault.database.grant_queries import GrantRecord
from vault.database.policy_queries import policy_in_force
from vault.database.request_queries import DecisionRecord, RequestState
from vault.database.view_queries import QuotaKey
from vault.errors import Conflict, InputError
from vault.filing.dossier_keys import key_for_new_fields
from vault.grants.recording import record_given
from vault.ledger.events import Event
from vault.model import Actor, DocumentId, Reason, new_id
from vault.policy.document import Policy
from vault.policy.granting import approvals_for, lasts
from vault.policy.limits import limits_for
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, finding_tampering, require
from vault.requests.asking import ids_of
from vault.requests.notifying import tell_decided
from vault.requests.standing import Standing, decide_for_requester, load_standing, standing_approvals
from vault.runtime import Vault

NOTE_FIELD = "decision_note"


def decide_request(
    vault: Vault,
    actor: Actor,
    *,
    request_id: str,
    approve: bool,
    amount: int = 0,
    note: str = "",
    document_id: str = "",
) -> RequestState:
    """Approves for ``amount`` (1 to what was asked) or refuses; either way ``note`` says why, with some substance.

    How the request stands then: still open while more approvers must agree. ``document_id`` is needed by whoever is
    first to approve access. Deciding again the same way is fine; another way, or after somebody else closed it, is
    Conflict ``request.agreed`` or ``request.closed``. A requester who could not use it now is refused or left to lapse,
    never granted: AccessDenied ``denied.requester_right``.
    """
    reason = check_reason(ReasonDraft("review", note))
    denial = denial_of(Event.REQUEST_DECIDED, actor, request=request_id)
    with finding_tampering(vault, actor, request=request_id), deciding(vault, denial, Conflict) as tx:
        standing = load_standing(vault, tx, actor, request_id, document_id=document_id, lock=True)
        require(standing.decision)
        request, amount = standing.request, amount if approve else 0
        if approve and not 1 <= amount <= request.asked:
            raise InputError("request.granted", limit=request.asked)
        if standing.own_decision is None:
            _require_open(vault, standing)
            standing = _decide(vault, tx, actor, standing, approve=approve, amount=amount, reason=reason)
        elif (standing.own_decision.approved, standing.own_decision.amount) != (approve, amount):
            raise Conflict("request.agreed" if request.state is RequestState.OPEN else "request.closed")
        if request.state is not RequestState.OPEN:
            return request.state  # the same decision once more
        _require_open(vault, standing)
        return _conclude(vault, tx, actor, standing)


def quota_key_of(policy: Policy, standing: Standing) -> QuotaKey:
    """The quota that a grant of views adds to."""
    assert standing.document is not None
    per_version = limits_for(policy, standing.dossier.classification).per_version
    number = (standing.document.current_version or 0) if per_version else 0
    return QuotaKey(standing.request.requester_id, standing.document.id, number)


def _require_open(vault: Vault, standing: Standing) -> None:
    if standing.request.as_of(vault.clock.now()).state is not RequestState.OPEN:
        raise Conflict("request.closed")


def _decide(
    vault: Vault, tx: Connection, actor: Actor, standing: Standing, *, approve: bool, amount: int, reason: Reason
) -> Standing:
    """Stores and records one approver's decision; the standing with it."""
    request = standing.request
    if approve:
        if standing.document is None:
            raise InputError("request.document")
        require(decide_for_requester(vault, tx, standing))
        view_queries.lock_quota(tx, quota_key_of(policy_in_force(tx).policy, standing))  # before the dossier, as asking
        if request.document_id is None:
            request_queries.name_document(tx, request.id, standing.document.id)
    key = key_for_new_fields(vault.keyroom, tx, standing.dossier.id)
    decision_id = new_id("j", vault.random)
    decision = DecisionRecord(
        id=decision_id,
        request_id=request.id,
        decider_id=actor.person_id,
        approved=approve,
        amount=amount,
        note_sealed=key.seal_field(NOTE_FIELD, reason.text, owner=decision_id, random=vault.random),
        decided_at=vault.clock.now(),
        in_stead_of=standing.delegation.giver_id if standing.delegation else None,
    )
    request_queries.store_decision(tx, decision)
    decided = load_standing(vault, tx, actor, request.id, document_id=standing.document.id if standing.document else "")
    approvals, needed = len(standing_approvals(vault, tx, decided)), _needed(tx, standing)
    state = RequestState.REFUSED.value
    if approve:
        state = RequestState.APPROVED.value if approvals >= needed else "agreed"
    facts: dict[str, str | int] = {"asked": request.asked, "granted": amount, "kind": request.kind.value}
    if standing.delegation is not None:  # its entry says in whose stead: no person's id stands in the clear
        facts["delegation"] = standing.delegation.id
    vault.recorder.append(
        tx,
        done_by(
            actor,
            Event.REQUEST_DECIDED,
            subject_person=request.requester_id,
            reason=reason,
            code=state,
            details=facts if needed == 1 or not approve else {**facts, "approvals": approvals, "needed": needed},
            **(ids_of(request) | {"document": standing.document.id if standing.document else ""}),
        ),
    )
    return decided


def _conclude(vault: Vault, tx: Connection, actor: Actor, standing: Standing) -> RequestState:
    """Closes the request if it is decided: refused by one, or approved by as many as must."""
    now = vault.clock.now()
    if any(not each.approved for each in standing.decisions):
        request_queries.close_request(tx, standing.request.id, state=RequestState.REFUSED, now=now)
        tell_decided(vault, tx, standing.request)
        return RequestState.REFUSED
    approvals = standing_approvals(vault, tx, standing)
    if len(approvals) < _needed(tx, standing):
        return RequestState.OPEN
    require(decide_for_requester(vault, tx, standing))
    granted = min(each.amount for each in approvals)
    request_queries.close_request(tx, standing.request.id, state=RequestState.APPROVED, now=now, granted=granted)
    grant = _grant(policy_in_force(tx).policy, standing, granted, now)
    grant_queries.store_grant(tx, grant)
    record_given(vault, tx, grant, actor=actor, dossier=standing.dossier.id)
    tell_decided(vault, tx, standing.request)
    return RequestState.APPROVED


def _needed(tx: Connection, standing: Standing) -> int:
    """By the policy and the class as they are now, not as they were when it was asked."""
    return approvals_for(policy_in_force(tx).policy, standing.dossier.classification)


def _grant(policy: Policy, standing: Standing, amount: int, now: dt.datetime) -> GrantRecord:
    request, key = standing.request, quota_key_of(policy, standing)
    return GrantRecord(
        request_id=request.id,
        kind=request.kind,
        person_id=request.requester_id,
        document_id=DocumentId(key.document_id),
        quota_version=key.version_number,
        amount=amount,
        used=0,
        given_at=now,
        use_by=now + dt.timedelta(days=policy.requests.first_use_days),
        lasts_days=lasts(policy, request.kind, amount).days,
        first_used_at=None,
        ends_at=None,
        ended_at=None,
        end_cause="",
        ended_by=None,
        end_note_sealed=None,
    )
