"""Requests whose time ran out: closed and recorded, by the sweep or by whoever comes across one first."""

from __future__ import annotations

from vault.database import document_queries, request_queries
from vault.database.engine import Connection
from vault.database.request_queries import RequestRecord, RequestState
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.runtime import Vault


def lapse_requests(vault: Vault, tx: Connection) -> int:
    """Closes every request whose time ran out, each recorded; how many."""
    return sum(lapse_request(vault, tx, each) for each in request_queries.lapsed_requests(tx, now=vault.clock.now()))


def lapse_request(vault: Vault, tx: Connection, request: RequestRecord) -> bool:
    """Closes one whose time ran out; False if somebody else closed it meanwhile."""
    if not request_queries.close_request(tx, request.id, state=RequestState.LAPSED, now=vault.clock.now()):
        return False
    vault.recorder.append(
        tx,
        Entry(
            Event.REQUEST_WITHDRAWN,
            Outcome.SUCCESS,
            subject_person=request.requester_id,
            dossier=dossier_of(tx, request),
            document=request.document_id,
            request=request.id,
            code="lapsed",
        ),
    )
    return True


def dossier_of(tx: Connection, request: RequestRecord) -> str:
    """The dossier that an entry about the request names."""
    document = document_queries.load_document(tx, request.document_id)
    return document.dossier_id if document else ""
