"""Requests for more views, as rows."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, replace

import sqlalchemy as sa

from vault.database.tables.dossiers import documents
from vault.database.tables.views import view_requests
from vault.model import DocumentId, DossierId, PersonId, RequestId


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


def requests_by(tx: sa.Connection, person_id: PersonId) -> list[RequestRecord]:
    query = sa.select(view_requests).where(view_requests.c.requester_id == person_id)
    return [_request(row) for row in tx.execute(query.order_by(view_requests.c.asked_at.desc()))]


def requests_on(tx: sa.Connection, dossier_ids: list[DossierId]) -> list[RequestRecord]:
    query = (
        sa.select(view_requests)
        .join(documents, documents.c.id == view_requests.c.document_id)
        .where(documents.c.dossier_id.in_(dossier_ids))
        .order_by(view_requests.c.asked_at.desc())
    )
    return [_request(row) for row in tx.execute(query)]


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


def set_sealed(tx: sa.Connection, request_id: RequestId, *, reason: bytes, decision: bytes | None) -> None:
    """The same words sealed anew."""
    change = sa.update(view_requests).where(view_requests.c.id == request_id)
    tx.execute(change.values(reason_sealed=reason, decision_sealed=decision))
