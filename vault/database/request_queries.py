"""Requests for more views, as rows. A request whose time ran out counts as closed, whether or not it was swept."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, replace

import sqlalchemy as sa

from vault.database.tables.dossiers import assignments, document_versions, documents
from vault.database.tables.views import view_requests
from vault.model import DocumentId, DossierId, Duty, PersonId, RequestId


class RequestState(enum.Enum):
    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class RequestRecord:
    id: RequestId
    requester_id: PersonId
    document_id: DocumentId
    views_asked: int
    reason_sealed: bytes
    state: RequestState
    views_granted: int
    decided_by: PersonId | None
    decision_sealed: bytes | None
    asked_at: dt.datetime
    lapses_at: dt.datetime
    decided_at: dt.datetime | None

    def as_of(self, now: dt.datetime) -> RequestRecord:
        """The request with its time run out taken into account."""
        has_lapsed = self.state is RequestState.OPEN and self.lapses_at <= now
        return replace(self, state=RequestState.LAPSED) if has_lapsed else self


def _request(row: sa.Row[tuple[object, ...]]) -> RequestRecord:
    stored = dict(row._mapping)
    stored["state"] = RequestState(stored["state"])
    return RequestRecord(**stored)


def store_request(tx: sa.Connection, request: RequestRecord) -> None:
    values = {name: getattr(request, name) for name in RequestRecord.__slots__}
    tx.execute(sa.insert(view_requests).values({**values, "state": request.state.value}))


def load_request(tx: sa.Connection, request_id: str) -> RequestRecord | None:
    row = tx.execute(sa.select(view_requests).where(view_requests.c.id == request_id)).one_or_none()
    return _request(row) if row else None


def open_request_of(tx: sa.Connection, person_id: PersonId, document_id: DocumentId) -> RequestRecord | None:
    query = sa.select(view_requests).where(
        view_requests.c.requester_id == person_id,
        view_requests.c.document_id == document_id,
        view_requests.c.state == RequestState.OPEN.value,
    )
    row = tx.execute(query).one_or_none()
    return _request(row) if row else None


def requests_about(
    tx: sa.Connection, person_id: PersonId, document_id: DocumentId, *, limit: int
) -> list[RequestRecord]:
    """Everything this person ever asked about the document, newest first."""
    query = sa.select(view_requests).where(
        view_requests.c.requester_id == person_id, view_requests.c.document_id == document_id
    )
    return _newest(tx, query, limit=limit)


def open_requests_by(tx: sa.Connection, person_id: PersonId, *, now: dt.datetime) -> list[RequestRecord]:
    query = sa.select(view_requests).where(view_requests.c.requester_id == person_id, _is_open(now))
    return _newest(tx, query)


def closed_requests_by(
    tx: sa.Connection, person_id: PersonId, *, now: dt.datetime, limit: int, offset: int
) -> list[RequestRecord]:
    query = sa.select(view_requests).where(view_requests.c.requester_id == person_id, sa.not_(_is_open(now)))
    return _newest(tx, query, limit=limit, offset=offset)


def open_requests_for(tx: sa.Connection, approver_id: PersonId, *, now: dt.datetime) -> list[RequestRecord]:
    """Other people's open requests on the dossiers that this person is approver of."""
    query = sa.select(view_requests).where(_for_approver(approver_id, now), _is_open(now))
    return _newest(tx, query)


def closed_requests_for(
    tx: sa.Connection, approver_id: PersonId, *, now: dt.datetime, limit: int, offset: int
) -> list[RequestRecord]:
    query = sa.select(view_requests).where(_for_approver(approver_id, now), sa.not_(_is_open(now)))
    return _newest(tx, query, limit=limit, offset=offset)


def count_decidable(tx: sa.Connection, approver_id: PersonId, *, now: dt.datetime) -> int:
    """Open requests that wait for this person: approver of the dossier, with no other part in it or the document."""
    query = sa.select(sa.func.count()).where(
        _for_approver(approver_id, now), _is_open(now), sa.not_(_has_other_part(approver_id, now))
    )
    return int(tx.execute(query.select_from(view_requests)).scalar_one())


def people_behind(tx: sa.Connection, document_ids: list[DocumentId]) -> dict[DocumentId, frozenset[PersonId]]:
    """Who handed in or filed any version of each document."""
    query = sa.select(
        document_versions.c.document_id, document_versions.c.submitted_by, document_versions.c.filed_by
    ).where(document_versions.c.document_id.in_(document_ids))
    behind: dict[DocumentId, frozenset[PersonId]] = {}
    for document_id, submitted_by, filed_by in tx.execute(query):
        known = behind.get(document_id, frozenset())
        behind[document_id] = known | {person for person in (submitted_by, filed_by) if person is not None}
    return behind


def close_request(
    tx: sa.Connection,
    request_id: RequestId,
    *,
    state: RequestState,
    now: dt.datetime,
    decided_by: PersonId | None = None,
    decision_sealed: bytes | None = None,
    views_granted: int = 0,
) -> bool:
    """Moves an open request to its final state; False if it is not open any more."""
    change = (
        sa.update(view_requests)
        .where(view_requests.c.id == request_id, view_requests.c.state == RequestState.OPEN.value)
        .values(
            state=state.value,
            decided_at=now,
            decided_by=decided_by,
            decision_sealed=decision_sealed,
            views_granted=views_granted,
        )
    )
    return tx.execute(change).rowcount == 1


def lapsed_requests(tx: sa.Connection, *, now: dt.datetime) -> list[RequestRecord]:
    query = sa.select(view_requests).where(
        view_requests.c.state == RequestState.OPEN.value, view_requests.c.lapses_at <= now
    )
    return [_request(row) for row in tx.execute(query)]


def _newest(
    tx: sa.Connection, query: sa.Select[tuple[object, ...]], *, limit: int | None = None, offset: int = 0
) -> list[RequestRecord]:
    ordered = query.order_by(view_requests.c.asked_at.desc(), view_requests.c.id)
    return [_request(row) for row in tx.execute(ordered.limit(limit).offset(offset))]


def _is_open(now: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(view_requests.c.state == RequestState.OPEN.value, view_requests.c.lapses_at > now)


def _for_approver(person_id: PersonId, now: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        view_requests.c.requester_id != person_id,
        view_requests.c.document_id.in_(_documents_held(person_id, Duty.APPROVER, now)),
    )


def _has_other_part(person_id: PersonId, now: dt.datetime) -> sa.ColumnElement[bool]:
    """Handed in or filed a version of the document, or keeps its dossier."""
    versions = sa.select(document_versions.c.document_id).where(
        sa.or_(document_versions.c.submitted_by == person_id, document_versions.c.filed_by == person_id)
    )
    return sa.or_(
        view_requests.c.document_id.in_(versions),
        view_requests.c.document_id.in_(_documents_held(person_id, Duty.CUSTODIAN, now)),
    )


def _documents_held(person_id: PersonId, duty: Duty, now: dt.datetime) -> sa.Select[tuple[str]]:
    return (
        sa.select(documents.c.id)
        .join(assignments, assignments.c.dossier_id == documents.c.dossier_id)
        .where(assignments.c.person_id == person_id, assignments.c.duty == duty.value)
        .where(assignments.c.starts_at <= now, sa.or_(assignments.c.ends_at.is_(None), assignments.c.ends_at > now))
    )


def set_sealed(tx: sa.Connection, request_id: RequestId, *, reason: bytes, decision: bytes | None) -> None:
    """The same words sealed anew."""
    change = sa.update(view_requests).where(view_requests.c.id == request_id)
    tx.execute(change.values(reason_sealed=reason, decision_sealed=decision))


def requests_of_dossier(tx: sa.Connection, dossier_id: DossierId) -> list[RequestRecord]:
    """Every request for a document of the dossier, whatever its state."""
    of_dossier = sa.select(documents.c.id).where(documents.c.dossier_id == dossier_id)
    return [
        _request(row) for row in tx.execute(sa.select(view_requests).where(view_requests.c.document_id.in_(of_dossier)))
    ]
