"""Requests whose time ran out: closed and recorded, by the sweep or by whoever comes across one first."""

from __future__ import annotations

from vault.database import copy_queries, draft_queries, grant_queries, request_queries
from vault.database.engine import Connection
from vault.database.request_queries import RequestRecord, RequestState
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import DossierId
from vault.requests.notifying import tell_lapsed
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
            dossier=request.dossier_id or "",
            document=request.document_id or "",
            request=request.id,
            code="lapsed",
        ),
    )
    tell_lapsed(vault, tx, request)
    return True


def empty_sealed_words(tx: Connection, dossier_id: DossierId) -> None:
    """Everything about requests that was sealed under the dossier's key, which is destroyed."""
    request_queries.empty_sealed(tx, dossier_id)
    grant_queries.empty_end_notes(tx, dossier_id)
    draft_queries.delete_drafts_of_dossier(tx, dossier_id)
    copy_queries.forget_passwords_of_dossier(tx, dossier_id)
