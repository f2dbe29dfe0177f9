"""Asking for more views of a document, and taking the request back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import msgspec

from vault.access.facts import Target, load_target
from vault.database import request_queries, view_queries
from vault.database.engine import Connection, reading
from vault.database.policy_queries import policy_in_force
from vault.database.request_queries import RequestRecord, RequestState
from vault.database.window_queries import quota_standing
from vault.errors import Conflict, InputError, NotFound
from vault.filing.cards import document_title
from vault.filing.dossier_keys import DossierKey, key_for_new_fields, unwrap_dossier_key
from vault.filing.records import open_record
from vault.ledger.events import Event
from vault.model import Actor, Classification, DocumentId, DossierId, Reason, RequestId, new_id
from vault.policy.decision import Decision
from vault.policy.reasons import ReasonDraft, check_reason
from vault.policy.requesting import MOST_VIEWS_ASKED, decide_asking
from vault.recording import deciding, denial_of, done_by, finding_tampering, require
from vault.requests.lapsing import dossier_of, lapse_request
from vault.requests.standing import custodians_of, deciders_of
from vault.runtime import Vault

REASON_FIELD = "request_reason"


@dataclass(frozen=True, slots=True)
class AskingCard:
    """What a person should know before they ask: how things stand, who decides and until when.

    ``custodians`` are named for when there is nobody among ``deciders``.
    """

    document_id: DocumentId
    dossier_id: DossierId
    title: str
    customer_name: str
    dossier_reference: str
    classification: Classification
    views_used: int
    views_allowed: int
    most_views: int
    deciders: list[str]
    custodians: list[str]
    would_lapse_at: dt.datetime
    open_request: RequestId | None
    decision: Decision


def asking_card(vault: Vault, actor: Actor, *, document_id: str) -> AskingCard:
    """The card for one document. NotFound for whoever may not know of it; Sealed while sealed."""
    now = vault.clock.now()
    with finding_tampering(vault, actor, document=document_id), reading(vault.engine) as tx:
        target = load_target(vault, tx, actor, document_id)
        if not target.holding.duties:
            raise NotFound
        key = unwrap_dossier_key(vault.keyroom, target.holding.dossier)
        quota = quota_standing(tx, target.quota_key, since=target.limits.counted_since(now))
        waiting = request_queries.open_request_of(tx, actor.person_id, target.document.id)
        behind = request_queries.people_behind(tx, [target.document.id]).get(target.document.id, frozenset())
        dossier_id = target.document.dossier_id
        return AskingCard(
            document_id=target.document.id,
            dossier_id=dossier_id,
            title=document_title(key, target.document),
            customer_name=open_record(key, target.holding.dossier.record_sealed).name,
            dossier_reference=target.holding.dossier.reference,
            classification=target.holding.dossier.classification,
            views_used=quota.used,
            views_allowed=target.limits.views + quota.granted,
            most_views=MOST_VIEWS_ASKED,
            deciders=deciders_of(tx, dossier_id, without=behind | {actor.person_id}, now=now),
            custodians=custodians_of(tx, dossier_id, now=now),
            would_lapse_at=_lapsing(tx, now),
            open_request=waiting.id if waiting and waiting.as_of(now).state is RequestState.OPEN else None,
            decision=decide_asking(target.facts(actor.place), now=now),
        )


def request_views(vault: Vault, actor: Actor, *, document_id: str, views: int, reason: ReasonDraft) -> RequestId:
    """Asks for ``views`` (1 to 10) more; asking the very same again while it waits is the same request.

    Conflict ``request.open`` while another one waits; AccessDenied for who could not open the document anyway; Sealed
    while sealed.
    """
    checked = check_reason(reason)
    if not 1 <= views <= MOST_VIEWS_ASKED:
        raise InputError("request.views", limit=MOST_VIEWS_ASKED)
    now = vault.clock.now()
    denial = denial_of(Event.REQUEST_MADE, actor, document=document_id)
    with finding_tampering(vault, actor, document=document_id), deciding(vault, denial) as tx:
        target = load_target(vault, tx, actor, document_id)
        require(decide_asking(target.facts(actor.place), now=now))
        view_queries.lock_quota(tx, target.quota_key)
        key = key_for_new_fields(vault.keyroom, tx, target.document.dossier_id)
        waiting = request_queries.open_request_of(tx, actor.person_id, target.document.id)
        if waiting is not None and waiting.as_of(now).state is RequestState.OPEN:
            if waiting.views_asked == views and open_reason(key, waiting) == checked:
                return waiting.id
            raise Conflict("request.open")
        if waiting is not None:  # its time ran out and the sweep has not come by: two cannot be open at once
            lapse_request(vault, tx, waiting)
        return _store(vault, tx, actor, target, key, views=views, reason=checked)


def withdraw_request(vault: Vault, actor: Actor, *, request_id: str) -> None:
    """Takes one's own open request back; twice is fine. NotFound for anybody else's; Conflict once it is decided."""
    now = vault.clock.now()
    with deciding(vault, denial_of(Event.REQUEST_WITHDRAWN, actor, request=request_id)) as tx:
        request = request_queries.load_request(tx, request_id)
        if request is None or request.requester_id != actor.person_id:
            raise NotFound(recorded_as="not_found.request")
        if request.state is RequestState.WITHDRAWN:
            return
        is_open = request.as_of(now).state is RequestState.OPEN
        if not is_open or not request_queries.close_request(tx, request.id, state=RequestState.WITHDRAWN, now=now):
            raise Conflict("request.closed")
        ids = {"dossier": dossier_of(tx, request), "document": request.document_id, "request": request.id}
        vault.recorder.append(tx, done_by(actor, Event.REQUEST_WITHDRAWN, code="withdrawn", **ids))


def open_reason(key: DossierKey, request: RequestRecord) -> Reason:
    """The reason that was given, opened."""
    encoded = key.open_field(REASON_FIELD, request.reason_sealed, owner=request.id)
    return msgspec.json.decode(encoded, type=Reason)


def _store(
    vault: Vault, tx: Connection, actor: Actor, target: Target, key: DossierKey, *, views: int, reason: Reason
) -> RequestId:
    now, request_id = vault.clock.now(), RequestId(new_id("r", vault.random))
    encoded = msgspec.json.encode(reason).decode()
    request = RequestRecord(
        id=request_id,
        requester_id=actor.person_id,
        document_id=target.document.id,
        views_asked=views,
        reason_sealed=key.seal_field(REASON_FIELD, encoded, owner=request_id, random=vault.random),
        state=RequestState.OPEN,
        views_granted=0,
        decided_by=None,
        decision_sealed=None,
        asked_at=now,
        lapses_at=_lapsing(tx, now),
        decided_at=None,
    )
    request_queries.store_request(tx, request)
    ids = {"dossier": target.document.dossier_id, "document": request.document_id, "request": request.id}
    vault.recorder.append(tx, done_by(actor, Event.REQUEST_MADE, reason=reason, details={"views": views}, **ids))
    return request_id


def _lapsing(tx: Connection, now: dt.datetime) -> dt.datetime:
    return now + dt.timedelta(days=policy_in_force(tx).policy.request_lapse_days)
