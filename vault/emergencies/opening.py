"""Opening a document in an emergency, also called breaking the glass.

The password once more, a reason, and in one transaction: a request that nobody decided, its grant of exactly one view,
the entry, and a notice to every approver and custodian of the dossier and to the security officers. The view itself
then opens as every view does (:mod:`vault.access.opening`), which counts the grant. The request waits for its review
until an approver closes it (:mod:`vault.emergencies.reviewing`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from vault.access.emergencies import decide_emergency_of
from vault.access.facts import Target, load_target, with_declared_place
from vault.access.opening import IDEMPOTENCY_KEY_CHARACTERS, OpenedView, open_view
from vault.database import grant_queries, people_queries, request_queries, view_queries
from vault.database.engine import Connection
from vault.database.grant_queries import GrantRecord
from vault.database.people_queries import PersonRecord
from vault.database.request_queries import RequestRecord, RequestState
from vault.emergencies.telling import tell_opened
from vault.errors import AccessDenied, InputError
from vault.filing.dossier_keys import key_for_new_fields
from vault.grants.recording import record_given
from vault.ledger.events import Event
from vault.model import Actor, Reason, RequestId, new_id
from vault.people.confirming import confirm_password, require_still
from vault.people.humans import accounts_of
from vault.policy.case_numbers import check_case_number
from vault.policy.granting import GrantKind, lasts
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, finding_tampering, record, require
from vault.requests.asking import ids_of, sealed_reason
from vault.runtime import Vault


def break_glass(
    vault: Vault,
    actor: Actor,
    *,
    document_id: str,
    reason: ReasonDraft,
    password: str,
    declared_place: str,
    idempotency_key: str,
) -> OpenedView:
    """Opens one view of the document that would not open otherwise, and has it reviewed.

    The same idempotency key is the same emergency; so is one whose view has not been opened yet. InputError
    ``reason.*`` and ``password.wrong``; TooMany after too many wrong passwords; NotFound for whoever may not know of
    the document; AccessDenied ``denied.emergency_*`` and what no emergency stands in for; then as :func:`open_view`.
    """
    checked = check_reason(reason)
    if not 1 <= len(idempotency_key) <= IDEMPOTENCY_KEY_CHARACTERS:
        raise InputError("input.idempotency_key")
    denial = denial_of(Event.EMERGENCY_OPENED, actor, document=document_id)
    if actor.session_secret is None:
        record(vault, replace(denial, code="denied.no_session"))
        raise AccessDenied("denied.no_session")
    vault.keyroom.require_unsealed()
    confirmed = confirm_password(vault, actor, password, denial=denial)
    place = with_declared_place(actor.place, declared_place)
    with finding_tampering(vault, actor, document=document_id), deciding(vault, denial) as tx:
        _hold_accounts(tx, confirmed)  # so that two emergencies of one person are counted one after the other
        target = load_target(vault, tx, actor, document_id)
        if not _is_begun(tx, actor, target, idempotency_key, vault.clock.now()):
            require(decide_emergency_of(tx, target, place=place, now=vault.clock.now()))
            check_case_number(target.policy.requests.case_numbers.pattern_for(checked.category), checked.case_number)
            _begin(vault, tx, replace(actor, place=place), target, checked)
    return open_view(
        vault,
        actor,
        document_id=document_id,
        reason=reason,
        declared_place=declared_place,
        idempotency_key=idempotency_key,
    )


def _hold_accounts(tx: Connection, confirmed: PersonRecord) -> None:
    for each in sorted(accounts_of(tx, confirmed.id)):
        people_queries.lock_person(tx, each)
    require_still(tx, confirmed)


def _is_begun(tx: Connection, actor: Actor, target: Target, idempotency_key: str, now: dt.datetime) -> bool:
    """Whether this is one more try of an emergency that is there already: not used yet, or used with this very key."""
    for each in request_queries.unreviewed_by(tx, {actor.person_id}):
        grant = grant_queries.load_grant(tx, each.id) if each.document_id == target.document.id else None
        if grant is None:
            continue
        used = grant_queries.views_through(tx, each.id)
        if any(view.idempotency_key == idempotency_key and not view.claim_returned for view in used):
            return True
        if each.id in {holding.request_id for holding in target.grants.holding} and now < grant.use_by:
            return True
    return False


def _begin(vault: Vault, tx: Connection, actor: Actor, target: Target, reason: Reason) -> None:
    """The request, its grant, the entries and the notices."""
    view_queries.lock_quota(tx, target.quota_key)
    request = _request(vault, tx, actor, target, reason)
    grant = _grant(target, request)
    request_queries.store_request(tx, request)
    grant_queries.store_grant(tx, grant)
    details: dict[str, str | int] = {"minutes": target.policy.emergencies.minutes}
    vault.recorder.append(tx, done_by(actor, Event.EMERGENCY_OPENED, reason=reason, details=details, **ids_of(request)))
    record_given(vault, tx, grant, actor=actor, dossier=target.document.dossier_id)
    tell_opened(vault, tx, request)


def _request(vault: Vault, tx: Connection, actor: Actor, target: Target, reason: Reason) -> RequestRecord:
    now, request_id = vault.clock.now(), RequestId(new_id("r", vault.random))
    key = key_for_new_fields(vault.keyroom, tx, target.document.dossier_id)
    return RequestRecord(
        id=request_id,
        requester_id=actor.person_id,
        kind=GrantKind.EMERGENCY,
        subject=target.document.id,
        dossier_id=target.document.dossier_id,
        document_id=target.document.id,
        asked=1,
        reason_sealed=sealed_reason(vault, key, reason, owner=request_id),
        state=RequestState.UNREVIEWED,
        granted=1,
        asked_at=now,
        lapses_at=now + dt.timedelta(minutes=target.policy.emergencies.minutes),
        decided_at=None,
    )


def _grant(target: Target, request: RequestRecord) -> GrantRecord:
    return GrantRecord(
        request_id=request.id,
        kind=GrantKind.EMERGENCY,
        person_id=request.requester_id,
        document_id=target.document.id,
        quota_version=target.quota_key.version_number,
        amount=1,
        used=0,
        given_at=request.asked_at,
        use_by=request.lapses_at,
        lasts_days=lasts(target.policy, GrantKind.EMERGENCY, 1).days,
        first_used_at=None,
        ends_at=None,
        ended_at=None,
        end_cause="",
        ended_by=None,
        end_note_sealed=None,
    )
