"""Asking for more views of a document, and taking the request back."""

from __future__ import annotations

import datetime as dt

import msgspec

from vault.access.facts import load_target
from vault.database import request_queries, view_queries
from vault.database.request_queries import RequestRecord, RequestState
from vault.errors import Conflict, InputError, NotFound
from vault.filing.dossier_keys import DossierKey, key_for_new_fields
from vault.ledger.events import Event
from vault.model import Actor, Reason, RequestId, new_id
from vault.policy.reasons import ReasonDraft, check_reason
from vault.policy.requesting import MOST_VIEWS_ASKED, decide_asking
from vault.recording import deciding, denial_of, done_by, require
from vault.runtime import Vault

REASON_FIELD = "request_reason"


def request_views(vault: Vault, actor: Actor, *, document_id: str, views: int, reason: ReasonDraft) -> RequestId:
    """Asks for ``views`` (1 to 10) more. Conflict ``request.open`` while an earlier one waits; Sealed while sealed."""
    checked = check_reason(reason)
    if not 1 <= views <= MOST_VIEWS_ASKED:
        raise InputError("request.views", limit=MOST_VIEWS_ASKED)
    now = vault.clock.now()
    with deciding(vault, denial_of(Event.REQUEST_MADE, actor, document=document_id)) as tx:
        target = load_target(vault, tx, actor, document_id)
        if not target.holding.duties or target.version is None:
            raise NotFound(recorded_as="denied.not_assigned")
        require(decide_asking(target.holding.duties))
        view_queries.lock_quota(tx, target.quota_key)
        waiting = request_queries.open_request_of(tx, actor.person_id, target.document.id)
        if waiting is not None and waiting.as_of(now).state is RequestState.OPEN:
            raise Conflict("request.open")
        if waiting is not None:
            request_queries.close_request(tx, waiting.id, state=RequestState.LAPSED, now=now)
        key = key_for_new_fields(vault.keyroom, tx, target.document.dossier_id)
        request_id = RequestId(new_id("r", vault.random))
        request_queries.store_request(
            tx,
            RequestRecord(
                id=request_id,
                requester_id=actor.person_id,
                document_id=target.document.id,
                views_asked=views,
                reason_sealed=_seal_reason(vault, key, request_id, checked),
                state=RequestState.OPEN,
                views_granted=0,
                decided_by=None,
                decision_sealed=None,
                asked_at=now,
                lapses_at=now + dt.timedelta(days=vault.config.views.request_lapse_days),
                decided_at=None,
            ),
        )
        ids = {"dossier": target.document.dossier_id, "document": target.document.id, "request": request_id}
        vault.recorder.append(tx, done_by(actor, Event.REQUEST_MADE, reason=checked, details={"views": views}, **ids))
    return request_id


def withdraw_request(vault: Vault, actor: Actor, *, request_id: str) -> None:
    """Takes one's own open request back. NotFound for anybody else's; Conflict once it is decided or lapsed."""
    now = vault.clock.now()
    with deciding(vault, denial_of(Event.REQUEST_WITHDRAWN, actor, request=request_id)) as tx:
        request = request_queries.load_request(tx, request_id)
        if request is None or request.requester_id != actor.person_id:
            raise NotFound(recorded_as="not_found.request")
        is_open = request.as_of(now).state is RequestState.OPEN
        if not is_open or not request_queries.close_request(tx, request.id, state=RequestState.WITHDRAWN, now=now):
            raise Conflict("request.closed")
        ids = {"document": request.document_id, "request": request.id}
        vault.recorder.append(tx, done_by(actor, Event.REQUEST_WITHDRAWN, code="withdrawn", **ids))


def open_reason(key: DossierKey, request: RequestRecord) -> Reason:
    """The reason that was given, opened."""
    encoded = key.open_field(REASON_FIELD, request.reason_sealed, owner=request.id)
    return msgspec.json.decode(encoded, type=Reason)


def _seal_reason(vault: Vault, key: DossierKey, request_id: RequestId, reason: Reason) -> bytes:
    encoded = msgspec.json.encode(reason).decode()
    return key.seal_field(REASON_FIELD, encoded, owner=request_id, random=vault.random)
