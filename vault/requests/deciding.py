"""Deciding a request: approved, approved for fewer views, or refused; by an approver with no other part in it."""

from __future__ import annotations

import unicodedata

from vault.database import document_queries, dossier_queries, request_queries, view_queries
from vault.database.document_queries import DocumentRecord, VersionRecord
from vault.database.engine import Connection
from vault.database.request_queries import RequestRecord, RequestState
from vault.database.view_queries import QuotaKey
from vault.errors import Conflict, InputError, NotFound
from vault.filing.dossier_keys import key_for_new_fields
from vault.filing.holdings import Holding, holding_of
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor
from vault.policy.decision import Decision
from vault.policy.limits import limits_for
from vault.policy.reasons import ReasonDraft, check_reason
from vault.policy.requesting import decide_deciding
from vault.recording import deciding, denial_of, done_by, require
from vault.runtime import Vault

NOTE_FIELD = "decision_note"


def decide_request(
    vault: Vault, actor: Actor, *, request_id: str, approve: bool, views: int = 0, note: str = ""
) -> None:
    """Approves for ``views`` (1 to what was asked) or refuses; a refusal needs a note of some substance.

    Deciding again the same way is fine; another way is Conflict ``request.closed``.
    """
    now = vault.clock.now()
    state = RequestState.APPROVED if approve else RequestState.REFUSED
    words = _checked_note(note, required=not approve)
    with deciding(vault, denial_of(Event.REQUEST_DECIDED, actor, request=request_id)) as tx:
        request, document, holding = load_request_holding(vault, tx, actor, request_id)
        version = current_version(tx, document)
        require(decide_for(actor, holding, request, version))
        if approve and not 1 <= views <= request.views_asked:
            raise InputError("request.granted", limit=request.views_asked)
        current = request.as_of(now).state
        if current is state and request.decided_by == actor.person_id:
            return
        key = key_for_new_fields(vault.keyroom, tx, holding.dossier.id)
        sealed = key.seal_field(NOTE_FIELD, words, owner=request.id, random=vault.random) if words else None
        granted = views if approve else 0
        closed = current is RequestState.OPEN and request_queries.close_request(
            tx,
            request.id,
            state=state,
            now=now,
            decided_by=actor.person_id,
            decision_sealed=sealed,
            views_granted=granted,
        )
        if not closed:
            raise Conflict("request.closed")
        if granted:
            per_version = limits_for(vault.config, holding.dossier.classification).per_version
            number = version.number if version and per_version else 0
            view_queries.grant_views(
                tx, QuotaKey(request.requester_id, request.document_id, number), views_granted=granted
            )
        entry = done_by(
            actor,
            Event.REQUEST_DECIDED,
            subject_person=request.requester_id,
            dossier=document.dossier_id,
            document=document.id,
            request=request.id,
            code=state.value,
            details={"asked": request.views_asked, "granted": granted},
        )
        vault.recorder.append(tx, entry)


def load_request_holding(
    vault: Vault, tx: Connection, actor: Actor, request_id: str
) -> tuple[RequestRecord, DocumentRecord, Holding]:
    """A request with its document and the actor's part in the dossier; NotFound when they have none."""
    request = request_queries.load_request(tx, request_id)
    document = document_queries.load_document(tx, request.document_id) if request else None
    dossier = dossier_queries.load_dossier(tx, document.dossier_id) if document else None
    if request is None or document is None or dossier is None:
        raise NotFound(recorded_as="not_found.request")
    holding = holding_of(vault, tx, actor, dossier)
    if not holding.duties and request.requester_id != actor.person_id:
        raise NotFound(recorded_as="denied.not_assigned")
    return request, document, holding


def decide_for(actor: Actor, holding: Holding, request: RequestRecord, version: VersionRecord | None) -> Decision:
    """May the actor decide this request, as things stand now?"""
    return decide_deciding(
        decider=actor.person_id,
        duties=holding.duties,
        requester=request.requester_id,
        submitter=version.submitted_by if version else None,
        filer=version.filed_by if version else None,
    )


def lapse_requests(vault: Vault, tx: Connection) -> int:
    """Closes every request whose time ran out, each recorded; how many."""
    now = vault.clock.now()
    lapsed = 0
    for request in request_queries.lapsed_requests(tx, now=now):
        if request_queries.close_request(tx, request.id, state=RequestState.LAPSED, now=now):
            lapsed += 1
            vault.recorder.append(
                tx,
                Entry(
                    Event.REQUEST_WITHDRAWN,
                    Outcome.SUCCESS,
                    subject_person=request.requester_id,
                    document=request.document_id,
                    request=request.id,
                    code="lapsed",
                ),
            )
    return lapsed


def current_version(tx: Connection, document: DocumentRecord) -> VersionRecord | None:
    """The version that opens now, if any."""
    if document.current_version is None:
        return None
    return document_queries.version_of_document(tx, document.id, document.current_version)


def _checked_note(note: str, *, required: bool) -> str:
    words = " ".join(unicodedata.normalize("NFC", note).split())
    if required or words:
        return check_reason(ReasonDraft("review", words)).text
    return ""
