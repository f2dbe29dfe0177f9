"""Deciding a request: approved, approved for fewer views, or refused; by an approver with no other part in it."""

from __future__ import annotations

from vault.database import request_queries, view_queries
from vault.database.engine import Connection
from vault.database.policy_queries import policy_in_force
from vault.database.request_queries import RequestState
from vault.database.view_queries import QuotaKey
from vault.errors import Conflict, InputError
from vault.filing.dossier_keys import key_for_new_fields
from vault.ledger.events import Event
from vault.model import Actor, Reason
from vault.policy.limits import limits_for
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, finding_tampering, require
from vault.requests.standing import Standing, decide_for_requester, load_standing
from vault.runtime import Vault

NOTE_FIELD = "decision_note"


def decide_request(
    vault: Vault, actor: Actor, *, request_id: str, approve: bool, views: int = 0, note: str = ""
) -> None:
    """Approves for ``views`` (1 to what was asked) or refuses; either way ``note`` says why, with some substance.

    Deciding again the same way is fine; another way is Conflict ``request.closed``. A requester who could not use the
    views now is refused or left to lapse, never granted: AccessDenied ``denied.requester_right``.
    """
    reason = check_reason(ReasonDraft("review", note))
    state = RequestState.APPROVED if approve else RequestState.REFUSED
    denial = denial_of(Event.REQUEST_DECIDED, actor, request=request_id)
    with finding_tampering(vault, actor, request=request_id), deciding(vault, denial) as tx:
        standing = load_standing(vault, tx, actor, request_id)
        require(standing.decision)
        request, granted = standing.request, views if approve else 0
        if approve and not 1 <= views <= request.views_asked:
            raise InputError("request.granted", limit=request.views_asked)
        if (request.state, request.decided_by, request.views_granted) == (state, actor.person_id, granted):
            return
        if approve:
            require(decide_for_requester(vault, tx, standing))
        _close(vault, tx, actor, standing, state=state, granted=granted, reason=reason)
        if granted:
            view_queries.grant_views(tx, quota_key_of(tx, standing), views_granted=granted)
        _record(vault, tx, actor, standing, state=state, granted=granted, reason=reason)


def quota_key_of(tx: Connection, standing: Standing) -> QuotaKey:
    """The quota that a grant adds to."""
    per_version = limits_for(policy_in_force(tx).policy, standing.dossier.classification).per_version
    number = (standing.document.current_version or 0) if per_version else 0
    return QuotaKey(standing.request.requester_id, standing.document.id, number)


def _close(
    vault: Vault,
    tx: Connection,
    actor: Actor,
    standing: Standing,
    *,
    state: RequestState,
    granted: int,
    reason: Reason,
) -> None:
    """Moves the request to its final state; Conflict if it is not open any more, whoever was faster."""
    now = vault.clock.now()
    key = key_for_new_fields(vault.keyroom, tx, standing.dossier.id)
    sealed = key.seal_field(NOTE_FIELD, reason.text, owner=standing.request.id, random=vault.random)
    is_open = standing.request.as_of(now).state is RequestState.OPEN
    if not is_open or not request_queries.close_request(
        tx,
        standing.request.id,
        state=state,
        now=now,
        decided_by=actor.person_id,
        decision_sealed=sealed,
        views_granted=granted,
    ):
        raise Conflict("request.closed")


def _record(
    vault: Vault,
    tx: Connection,
    actor: Actor,
    standing: Standing,
    *,
    state: RequestState,
    granted: int,
    reason: Reason,
) -> None:
    entry = done_by(
        actor,
        Event.REQUEST_DECIDED,
        subject_person=standing.request.requester_id,
        dossier=standing.dossier.id,
        document=standing.document.id,
        request=standing.request.id,
        reason=reason,
        code=state.value,
        details={"asked": standing.request.views_asked, "granted": granted},
    )
    vault.recorder.append(tx, entry)
