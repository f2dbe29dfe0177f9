"""Who hears of a request: whoever can decide it when it is made, whoever asked when it is closed or taken back."""

from __future__ import annotations

from vault.database import notice_queries, request_queries
from vault.database.engine import Connection
from vault.database.grant_queries import GrantRecord
from vault.database.request_queries import RequestRecord
from vault.model import DossierId, PersonId
from vault.notices.kinds import NoticeKind
from vault.notices.telling import tell
from vault.policy.granting import GrantKind
from vault.requests.eligible import eligible_deciders
from vault.runtime import Vault


def tell_deciders(vault: Vault, tx: Connection, request: RequestRecord) -> None:
    """Everybody who can decide it now. For a dossier that does not exist there is nobody."""
    if request.dossier_id is None:
        return
    behind = frozenset[PersonId]()
    if request.document_id is not None:
        behind = request_queries.people_behind(tx, [request.document_id]).get(request.document_id, frozenset())
    people = eligible_deciders(tx, request.dossier_id, without=behind | {request.requester_id}, now=vault.clock.now())
    _tell(vault, tx, people, NoticeKind.REQUEST_WAITS, request, dossier_id=request.dossier_id)


def settle_deciders(vault: Vault, tx: Connection, request: RequestRecord) -> None:
    """A request that is closed, however, waits for nobody any more."""
    notice_queries.settle_notices(tx, request.id, NoticeKind.REQUEST_WAITS, now=vault.clock.now())


def tell_decided(vault: Vault, tx: Connection, request: RequestRecord) -> None:
    """Whoever asked; a person's answer says that there is such a dossier."""
    settle_deciders(vault, tx, request)
    _tell(vault, tx, {request.requester_id}, NoticeKind.REQUEST_DECIDED, request, dossier_id=request.dossier_id)


def tell_lapsed(vault: Vault, tx: Connection, request: RequestRecord) -> None:
    """Whoever asked; of access it is said without the dossier, which there may or may not be."""
    settle_deciders(vault, tx, request)
    if request.kind is GrantKind.ACCESS:
        _tell(vault, tx, {request.requester_id}, NoticeKind.ACCESS_LAPSED, request)
    else:
        _tell(vault, tx, {request.requester_id}, NoticeKind.REQUEST_LAPSED, request, dossier_id=request.dossier_id)


def tell_revoked(vault: Vault, tx: Connection, grant: GrantRecord, *, dossier_id: str) -> None:
    """Whoever has lost the grant by somebody's decision."""
    tell(
        vault,
        tx,
        {grant.person_id},
        NoticeKind.GRANT_REVOKED,
        dossier_id=dossier_id,
        document_id=grant.document_id,
        request_id=grant.request_id,
    )


def _tell(
    vault: Vault,
    tx: Connection,
    people: set[PersonId],
    kind: NoticeKind,
    request: RequestRecord,
    *,
    dossier_id: DossierId | None = None,
) -> None:
    tell(
        vault,
        tx,
        people,
        kind,
        dossier_id=dossier_id or "",
        document_id=(request.document_id or "") if dossier_id else "",
        request_id=request.id,
        subject_id=request.requester_id,
    )
