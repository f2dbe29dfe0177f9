"""Requests as people see them: one's own, those one may decide, and those decided before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import document_queries, dossier_queries, people_queries, request_queries, view_queries
from vault.database.document_queries import DocumentRecord
from vault.database.engine import Connection, reading
from vault.database.request_queries import RequestRecord, RequestState
from vault.database.view_queries import QuotaKey
from vault.errors import NotFound
from vault.filing.cards import document_title
from vault.filing.dossier_keys import unwrap_dossier_key
from vault.model import Actor, Classification, DocumentId, Duty, Reason, RequestId
from vault.policy.limits import limits_for
from vault.requests.asking import open_reason
from vault.requests.deciding import NOTE_FIELD, current_version, decide_for, load_request_holding
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in a list, with its time run out taken into account."""

    id: RequestId
    state: RequestState
    requester_name: str
    staff_number: str
    document_id: DocumentId
    document_title: str
    dossier_reference: str
    classification: Classification
    views_asked: int
    views_granted: int
    asked_at: dt.datetime
    lapses_at: dt.datetime
    decided_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Requests:
    mine: list[RequestRow]
    to_decide: list[RequestRow]
    decided: list[RequestRow]


@dataclass(frozen=True, slots=True)
class RequestCard:
    """One request with everything a decision needs; ``deciders`` are the names of who may decide it."""

    row: RequestRow
    reason: Reason
    views_used: int
    views_allowed: int
    deciders: list[str]
    decided_by: str
    decision_note: str
    may_decide: bool
    why_not: str
    may_withdraw: bool


def list_requests(vault: Vault, actor: Actor) -> Requests:
    """Everything that concerns this person. Sealed while sealed."""
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        mine = request_queries.requests_by(tx, actor.person_id)
        dossiers = dossier_queries.dossiers_of_person(tx, actor.person_id, now=now)
        assignments = dossier_queries.assignments_of_person_on(tx, actor.person_id, [each.id for each in dossiers])
        approves = [each.dossier_id for each in assignments if each.duty is Duty.APPROVER and each.is_active(now)]
        others = [each for each in request_queries.requests_on(tx, approves) if each.requester_id != actor.person_id]
        to_decide = [each for each in others if each.as_of(now).state is RequestState.OPEN]
        decided = [each for each in others if each.as_of(now).state is not RequestState.OPEN]
        return Requests(
            mine=[_row(vault, tx, each, now) for each in mine],
            to_decide=[_row(vault, tx, each, now) for each in to_decide],
            decided=[_row(vault, tx, each, now) for each in decided],
        )


def show_request(vault: Vault, actor: Actor, *, request_id: str) -> RequestCard:
    """One request, for its requester and for the dossier's approvers; NotFound for everybody else."""
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        request, document, holding = load_request_holding(vault, tx, actor, request_id)
        if request.requester_id != actor.person_id and Duty.APPROVER not in holding.duties:
            raise NotFound
        key = unwrap_dossier_key(vault.keyroom, holding.dossier)
        decision = decide_for(actor, holding, request, current_version(tx, document))
        limits = limits_for(vault.config, holding.dossier.classification)
        version = document.current_version if limits.per_version and document.current_version else 0
        quota = view_queries.quota_state(tx, QuotaKey(request.requester_id, document.id, version))
        decider = people_queries.load_person(tx, request.decided_by) if request.decided_by else None
        is_open = request.as_of(now).state is RequestState.OPEN
        sealed_note = request.decision_sealed
        return RequestCard(
            row=_row(vault, tx, request, now),
            reason=open_reason(key, request),
            views_used=quota.used,
            views_allowed=limits.views + quota.granted,
            deciders=_deciders(tx, document, request, now),
            decided_by=decider.name if decider else "",
            decision_note=key.open_field(NOTE_FIELD, sealed_note, owner=request.id) if sealed_note else "",
            may_decide=is_open and decision.allowed,
            why_not=decision.code,
            may_withdraw=is_open and request.requester_id == actor.person_id,
        )


def _row(vault: Vault, tx: Connection, request: RequestRecord, now: dt.datetime) -> RequestRow:
    document = document_queries.load_document(tx, request.document_id)
    dossier = dossier_queries.load_dossier(tx, document.dossier_id) if document else None
    requester = people_queries.load_person(tx, request.requester_id)
    if document is None or dossier is None or requester is None:
        raise NotFound
    return RequestRow(
        id=request.id,
        state=request.as_of(now).state,
        requester_name=requester.name,
        staff_number=requester.staff_number,
        document_id=document.id,
        document_title=document_title(unwrap_dossier_key(vault.keyroom, dossier), document),
        dossier_reference=dossier.reference,
        classification=dossier.classification,
        views_asked=request.views_asked,
        views_granted=request.views_granted,
        asked_at=request.asked_at,
        lapses_at=request.lapses_at,
        decided_at=request.decided_at,
    )


def _deciders(tx: Connection, document: DocumentRecord, request: RequestRecord, now: dt.datetime) -> list[str]:
    """The approvers of the dossier who have no other part in this request."""
    version = current_version(tx, document)
    involved = {request.requester_id} | ({version.submitted_by, version.filed_by} if version else set())
    approvers = {
        each.person_id
        for each in dossier_queries.assignments_of_dossier(tx, document.dossier_id)
        if each.duty is Duty.APPROVER and each.is_active(now) and each.person_id not in involved
    }
    return sorted(person.name for person in people_queries.people_by_id(tx, approvers).values())
