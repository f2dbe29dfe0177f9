"""Who hears of an emergency: at once everybody who answers for the dossier, and of its review whoever it was."""

from __future__ import annotations

from vault.database import dossier_queries, notice_queries, people_queries, request_queries
from vault.database.engine import Connection
from vault.database.request_queries import RequestRecord, RequestState
from vault.model import DossierId, Duty, Office, PersonId
from vault.notices.kinds import NoticeKind
from vault.notices.telling import tell
from vault.people.humans import accounts_of
from vault.requests.eligible import eligible_deciders
from vault.runtime import Vault


def tell_opened(vault: Vault, tx: Connection, request: RequestRecord) -> None:
    """Whoever can review it, every custodian of the dossier, and the security officers; never who it was."""
    assert request.dossier_id is not None  # of a document that is known
    people = reviewers_of(vault, tx, request) | _custodians(vault, tx, request.dossier_id) | _officers(tx)
    _tell(vault, tx, people - accounts_of(tx, request.requester_id), NoticeKind.EMERGENCY_OPENED, request)


def tell_reviewed(vault: Vault, tx: Connection, request: RequestRecord, state: RequestState) -> None:
    """Whoever it was; if it was not justified the security officers, too."""
    notice_queries.settle_notices(tx, request.id, NoticeKind.EMERGENCY_OPENED, now=vault.clock.now())
    _tell(vault, tx, {request.requester_id}, NoticeKind.EMERGENCY_REVIEWED, request)
    if state is RequestState.UNJUSTIFIED:
        _tell(vault, tx, _officers(tx), NoticeKind.EMERGENCY_UNJUSTIFIED, request)


def reviewers_of(vault: Vault, tx: Connection, request: RequestRecord) -> set[PersonId]:
    """Approvers of the dossier who have no other part in the matter."""
    assert request.dossier_id is not None
    assert request.document_id is not None
    behind = request_queries.people_behind(tx, [request.document_id]).get(request.document_id, frozenset())
    return eligible_deciders(tx, request.dossier_id, without=behind | {request.requester_id}, now=vault.clock.now())


def _custodians(vault: Vault, tx: Connection, dossier_id: DossierId) -> set[PersonId]:
    now = vault.clock.now()
    assignments = dossier_queries.assignments_of_dossier(tx, dossier_id)
    return {each.person_id for each in assignments if each.duty is Duty.CUSTODIAN and each.is_active(now)}


def _officers(tx: Connection) -> set[PersonId]:
    return set(people_queries.active_of(tx, Office.SECURITY_OFFICER))


def _tell(vault: Vault, tx: Connection, people: set[PersonId], kind: NoticeKind, request: RequestRecord) -> None:
    tell(
        vault,
        tx,
        people,
        kind,
        dossier_id=request.dossier_id or "",
        document_id=request.document_id or "",
        request_id=request.id,
        subject_id=request.requester_id,
    )
