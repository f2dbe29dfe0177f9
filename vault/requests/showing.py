"""One request on one page: everything that a decision needs, and everything that the requester wants to know."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import people_queries, request_queries, view_queries
from vault.database.engine import Connection, reading
from vault.database.policy_queries import policy_in_force
from vault.database.request_queries import RequestState
from vault.database.window_queries import quota_standing
from vault.errors import NotFound
from vault.filing.dossier_keys import DossierKey, unwrap_dossier_key
from vault.filing.records import open_record
from vault.model import Actor, DossierId, Reason
from vault.policy.limits import limits_for
from vault.recording import finding_tampering
from vault.requests.asking import open_reason
from vault.requests.deciding import NOTE_FIELD, quota_key_of
from vault.requests.listing import RequestRow, rows_of
from vault.requests.standing import Standing, custodians_of, decide_for_requester, load_standing
from vault.runtime import Vault

HISTORY_ROWS = 20


@dataclass(frozen=True, slots=True)
class PastView:
    """A view of the document by the requester. ``returned`` ones delivered no page and were not counted."""

    number: int
    opened_at: dt.datetime
    pages_delivered: int
    returned: bool


@dataclass(frozen=True, slots=True)
class RequestCard:
    """``customer_name`` is '' for who holds no duty on the dossier any more.

    ``why_not`` is the code why this person may not decide; ``obstacle`` the code why nobody may approve, though they
    may refuse; ``custodians`` are whom to ask when there is nobody who can decide.
    """

    row: RequestRow
    dossier_id: DossierId
    customer_name: str
    is_own: bool
    reason: Reason
    views_used: int
    views_allowed: int
    custodians: list[str]
    earlier: list[RequestRow]
    views: list[PastView]
    decided_by: str
    decision_note: str
    may_decide: bool
    why_not: str
    obstacle: str
    may_withdraw: bool


def show_request(vault: Vault, actor: Actor, *, request_id: str) -> RequestCard:
    """One request, for its requester and for the dossier's approvers; NotFound for everybody else."""
    with reading(vault.engine) as tx:
        standing = load_standing(vault, tx, actor, request_id)
    if not standing.is_own and not standing.decision.known:
        raise NotFound
    ids = {"dossier": standing.dossier.id, "document": standing.document.id, "request": standing.request.id}
    with finding_tampering(vault, actor, **ids), reading(vault.engine) as tx:
        return _card(vault, tx, actor, standing)


def _card(vault: Vault, tx: Connection, actor: Actor, standing: Standing) -> RequestCard:
    request, dossier = standing.request, standing.dossier
    key = unwrap_dossier_key(vault.keyroom, dossier)
    now = vault.clock.now()
    limits = limits_for(policy_in_force(tx).policy, dossier.classification)
    quota = quota_standing(tx, quota_key_of(tx, standing), since=limits.counted_since(now))
    is_open = request.as_of(now).state is RequestState.OPEN
    obstacle = decide_for_requester(vault, tx, standing).code if is_open else ""
    decider = people_queries.load_person(tx, request.decided_by) if request.decided_by else None
    about = request_queries.requests_about(tx, request.requester_id, request.document_id, limit=HISTORY_ROWS)
    return RequestCard(
        row=rows_of(vault, tx, actor, [request])[0],
        dossier_id=dossier.id,
        customer_name=open_record(key, dossier.record_sealed).name if standing.holding.duties else "",
        is_own=standing.is_own,
        reason=open_reason(key, request),
        views_used=quota.used,
        views_allowed=limits.views + quota.granted,
        custodians=custodians_of(tx, dossier.id, now=now),
        earlier=rows_of(vault, tx, actor, [each for each in about if each.id != request.id]),
        views=_views(tx, standing),
        decided_by=decider.name if decider else "",
        decision_note=_note(key, standing),
        may_decide=is_open and standing.decision.allowed,
        why_not=standing.decision.code,
        obstacle=obstacle,
        may_withdraw=is_open and standing.is_own,
    )


def _note(key: DossierKey, standing: Standing) -> str:
    sealed = standing.request.decision_sealed
    return key.open_field(NOTE_FIELD, sealed, owner=standing.request.id) if sealed else ""


def _views(tx: Connection, standing: Standing) -> list[PastView]:
    request = standing.request
    return [
        PastView(each.number, each.opened_at, each.pages_delivered, each.claim_returned)
        for each in view_queries.views_of(tx, request.requester_id, request.document_id, limit=HISTORY_ROWS)
    ]
