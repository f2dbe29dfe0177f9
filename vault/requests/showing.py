"""One request on one page: everything that a decision needs, and everything that the requester wants to know."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from vault.database import (
    document_queries,
    dossier_queries,
    grant_queries,
    people_queries,
    request_queries,
    view_queries,
)
from vault.database.engine import Connection, reading
from vault.database.link_queries import other_accounts
from vault.database.policy_queries import policy_in_force
from vault.database.request_queries import DecisionRecord, RequestRecord, RequestState
from vault.database.shared_queries import NOTHING, UsedElsewhere, used_elsewhere
from vault.database.window_queries import quota_standing
from vault.errors import NotFound
from vault.filing.cards import document_title
from vault.filing.dossier_keys import DossierKey, unwrap_dossier_key
from vault.filing.records import open_record
from vault.grants.listing import GrantRow, grant_rows
from vault.model import Actor, DocumentId, DossierId, Duty, Reason
from vault.policy.granting import GrantKind
from vault.policy.limits import limits_for
from vault.recording import finding_tampering
from vault.requests.asking import open_reason
from vault.requests.deciding import NOTE_FIELD, quota_key_of
from vault.requests.eligible import custodians_of, suggested_deciders
from vault.requests.listing import RequestRow, rows_of, tells_nothing
from vault.requests.standing import Standing, decide_for_requester, load_standing, standing_approvals
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
class DecisionRow:
    """What one approver decided; ``counts`` is False when they have lost the right to since, and it is still open."""

    name: str
    approved: bool
    amount: int
    note: str
    decided_at: dt.datetime
    counts: bool
    in_stead_of: str = ""
    """The approver whose delegate they were; '' where they decided for themself."""


@dataclass(frozen=True, slots=True)
class RequestCard:
    """``customer_name`` is '' for who holds no duty on the dossier any more.

    ``why_not`` is the code why this person may not decide; ``obstacle`` the code why nobody may approve, though they
    may refuse; ``deciders`` stand in the order in which they are suggested; ``custodians`` are whom to ask when there
    are too few. ``documents`` are what an approver chooses from who is first to approve access. Whoever asked for
    access that nobody granted sees no more than what they typed: no reason, no names, ``dossier_id`` None.
    """

    row: RequestRow
    dossier_id: DossierId | None
    is_own: bool
    may_withdraw: bool
    customer_name: str = ""
    reason: Reason | None = None
    is_shredded: bool = False
    """The dossier's key was destroyed: reason, notes, customer and title are gone for good."""
    views_used: int = 0
    views_allowed: int = 0
    elsewhere: UsedElsewhere = NOTHING
    """Of the used views, those of other accounts of the requester."""
    deciders: list[str] = field(default_factory=list)
    custodians: list[str] = field(default_factory=list)
    earlier: list[RequestRow] = field(default_factory=list)
    views: list[PastView] = field(default_factory=list)
    decisions: list[DecisionRow] = field(default_factory=list)
    documents: list[tuple[DocumentId, str]] = field(default_factory=list)
    grant: GrantRow | None = None
    may_decide: bool = False
    may_review: bool = False
    """The review of an emergency waits for this person, too."""
    why_not: str = ""
    obstacle: str = ""
    in_stead_of: str = ""
    """Whose delegate this person would decide as."""


def show_request(vault: Vault, actor: Actor, *, request_id: str) -> RequestCard:
    """One request, for its requester and for the dossier's approvers; NotFound for everybody else.

    Of an emergency custodians are told as well, who cannot review it.
    """
    with reading(vault.engine) as tx:
        request = request_queries.load_request(tx, request_id)
        if request is not None and tells_nothing(request, actor):
            return _untelling_card(vault, tx, actor, request)
        standing = load_standing(vault, tx, actor, request_id)
    keeps = standing.request.kind is GrantKind.EMERGENCY and Duty.CUSTODIAN in standing.holding.duties
    if not standing.is_own and not standing.decision.known and not keeps:
        raise NotFound
    ids = {"dossier": standing.dossier.id, "document": standing.request.document_id or "", "request": request_id}
    with finding_tampering(vault, actor, **ids), reading(vault.engine) as tx:
        return _card(vault, tx, actor, standing)


def _card(vault: Vault, tx: Connection, actor: Actor, standing: Standing) -> RequestCard:
    request, dossier, now = standing.request, standing.dossier, vault.clock.now()
    key = None if dossier.is_shredded else unwrap_dossier_key(vault.keyroom, dossier)
    is_open = request.as_of(now).state is RequestState.OPEN
    approved = frozenset(person for each in standing.decisions if each.approved for person in each.deciders)
    used, allowed, elsewhere = _views_now(tx, standing, now)
    may_decide = is_open and key is not None and standing.decision.allowed and standing.own_decision is None
    return RequestCard(
        row=rows_of(vault, tx, actor, [request])[0],
        dossier_id=dossier.id,
        customer_name=open_record(key, dossier.record_sealed).name if key and standing.holding.duties else "",
        is_own=standing.is_own,
        reason=open_reason(key, request) if key else None,
        is_shredded=key is None,
        views_used=used,
        views_allowed=allowed,
        elsewhere=elsewhere,
        deciders=suggested_deciders(
            tx, dossier.id, without=standing.behind | approved | {request.requester_id}, now=now
        ),
        custodians=custodians_of(tx, dossier.id, now=now),
        earlier=rows_of(vault, tx, actor, _earlier(tx, request)),
        views=_views(tx, request),
        decisions=_decisions(vault, tx, key, standing, is_open=is_open),
        documents=_choices(tx, key, standing) if key and may_decide else [],
        grant=_grant(vault, tx, actor, request),
        may_decide=may_decide,
        may_review=request.state is RequestState.UNREVIEWED and standing.decision.allowed,
        why_not="denied.agreed_already" if standing.own_decision and is_open else standing.decision.code,
        obstacle=decide_for_requester(vault, tx, standing).code if is_open else "",
        may_withdraw=is_open and standing.is_own,
        in_stead_of=_giver_name(tx, standing) if may_decide else "",
    )


def _giver_name(tx: Connection, standing: Standing) -> str:
    giver = people_queries.load_person(tx, standing.delegation.giver_id) if standing.delegation else None
    return giver.name if giver else ""


def _untelling_card(vault: Vault, tx: Connection, actor: Actor, request: RequestRecord) -> RequestCard:
    row = rows_of(vault, tx, actor, [request])[0]
    return RequestCard(
        row=row,
        dossier_id=None,
        is_own=True,
        may_withdraw=row.state is RequestState.OPEN,
        decisions=_notes_of_refusal(vault, tx, request),
    )


def _notes_of_refusal(vault: Vault, tx: Connection, request: RequestRecord) -> list[DecisionRow]:
    """A refusal is a person's answer and is told with its reason, but not by whom: names are the dossier's."""
    if request.state is not RequestState.REFUSED or request.dossier_id is None:
        return []
    dossier = dossier_queries.load_dossier(tx, request.dossier_id)
    if dossier is None or dossier.is_shredded:
        return []
    key = unwrap_dossier_key(vault.keyroom, dossier)
    found = request_queries.decisions_of(tx, [request.id])[request.id]
    return [
        DecisionRow("", each.approved, each.amount, _note(key, each), each.decided_at, counts=True)
        for each in found
        if not each.approved
    ]


def _views_now(tx: Connection, standing: Standing, now: dt.datetime) -> tuple[int, int, UsedElsewhere]:
    """(used, allowed) views of the document by the requester, and which by other accounts; 0 while none is named."""
    if standing.document is None:
        return 0, 0, NOTHING
    policy = policy_in_force(tx).policy
    limits = limits_for(policy, standing.dossier.classification)
    key, since = quota_key_of(policy, standing), limits.counted_since(now)
    quota = quota_standing(tx, key, since=since)
    others = other_accounts(tx, key.person_id)
    found = used_elsewhere(tx, others, [key.document_id], since=since)
    elsewhere = found.get((key.document_id, key.version_number), NOTHING).within(limits.views)
    return quota.used + elsewhere.all, quota.allowed(limits.views, elsewhere=elsewhere.all), elsewhere


def _earlier(tx: Connection, request: RequestRecord) -> list[RequestRecord]:
    if request.document_id is None:
        return []
    about = request_queries.requests_about(tx, request.requester_id, request.document_id, limit=HISTORY_ROWS)
    return [each for each in about if each.id != request.id]


def _decisions(
    vault: Vault, tx: Connection, key: DossierKey | None, standing: Standing, *, is_open: bool
) -> list[DecisionRow]:
    people = people_queries.people_by_id(tx, {person for each in standing.decisions for person in each.deciders})
    counting = {each.id for each in standing_approvals(vault, tx, standing)} if is_open else set()
    return [
        DecisionRow(
            name=people[each.decider_id].name,
            approved=each.approved,
            amount=each.amount,
            note=_note(key, each),
            decided_at=each.decided_at,
            counts=not is_open or each.id in counting,
            in_stead_of=people[each.in_stead_of].name if each.in_stead_of else "",
        )
        for each in standing.decisions
    ]


def _note(key: DossierKey | None, decision: DecisionRecord) -> str:
    if key is None or not decision.note_sealed:
        return ""
    return key.open_field(NOTE_FIELD, decision.note_sealed, owner=decision.id)


def _choices(tx: Connection, key: DossierKey, standing: Standing) -> list[tuple[DocumentId, str]]:
    """The dossier's documents that can be opened, for who names the one that access is granted to."""
    if standing.request.kind is not GrantKind.ACCESS or standing.document is not None:
        return []
    documents = document_queries.documents_of_dossier(tx, standing.dossier.id)
    return [(each.id, document_title(key, each)) for each in documents if each.current_version is not None]


def _grant(vault: Vault, tx: Connection, actor: Actor, request: RequestRecord) -> GrantRow | None:
    grant = grant_queries.load_grant(tx, request.id)
    return grant_rows(vault, tx, actor, [grant])[0] if grant else None


def _views(tx: Connection, request: RequestRecord) -> list[PastView]:
    if request.document_id is None:
        return []
    return [
        PastView(each.number, each.opened_at, each.pages_delivered, each.claim_returned)
        for each in view_queries.views_of(tx, request.requester_id, request.document_id, limit=HISTORY_ROWS)
    ]
