"""Requests in lists: one's own, those that wait for one's decision, and those that are closed, which stay for review.

Titles are sealed: they show to whoever holds a duty on the dossier now, and not while the vault is sealed.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, field

from vault.database import document_queries, dossier_queries, people_queries, request_queries
from vault.database.delegation_queries import DelegationRecord
from vault.database.document_queries import DocumentRecord
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection, reading
from vault.database.people_queries import PersonRecord
from vault.database.policy_queries import policy_in_force
from vault.database.request_queries import DecisionRecord, RequestRecord, RequestState
from vault.errors import NotFound, Sealed, TamperError
from vault.filing.cards import document_title
from vault.filing.dossier_keys import DossierKey, unwrap_dossier_key
from vault.model import Actor, Classification, DocumentId, DossierId, Duty, Office, PersonId, RequestId
from vault.people.humans import accounts_of
from vault.policy.document import Policy
from vault.policy.granting import GrantKind, approvals_for
from vault.policy.requesting import decide_deciding
from vault.recording import require_office
from vault.requests.eligible import Deciders, load_deciders
from vault.requests.steads import decider_of, delegations_held, find_stead, givers_of
from vault.runtime import Vault

PAGE_ROWS = 20
FIRST_ROWS = 5
"""How many closed requests show below those that wait, before a person asks for the rest."""


class Side(enum.Enum):
    """Whose closed requests: one's own, or those on dossiers one is approver of."""

    MINE = "mine"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in a list, with its time run out taken into account.

    ``document_title`` is '' for who holds no duty on the dossier any more, while sealed, and when it was altered.
    ``deciders`` are the names of who can decide it, for open ones; ``why_not`` the code why this person cannot.
    ``approvals`` of ``needed`` have approved. Of a request for access its requester is told no more than they typed,
    until it is approved: then ``document_id`` is there.
    """

    id: RequestId
    kind: GrantKind
    state: RequestState
    requester_name: str
    staff_number: str
    document_id: DocumentId | None
    document_title: str
    dossier_reference: str
    classification: Classification | None
    asked: int
    granted: int
    approvals: int
    needed: int
    asked_at: dt.datetime
    lapses_at: dt.datetime
    decided_at: dt.datetime | None
    deciders: list[str]
    why_not: str
    tells: bool = True
    """False for who may learn nothing but what they typed."""
    days: int = 0
    """Whole days since it was asked, or opened in an emergency."""


@dataclass(frozen=True, slots=True)
class ClosedRequests:
    """One page of closed requests, newest first; pages count from 1."""

    rows: list[RequestRow]
    page: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class Requests:
    """Everything that concerns a person. ``for_others`` wait too, but this person has another part in them."""

    mine: list[RequestRow]
    to_review: list[RequestRow]
    """Emergencies whose review waits for this person."""
    to_decide: list[RequestRow]
    for_others: list[RequestRow]
    my_closed: ClosedRequests
    decided: ClosedRequests


def list_requests(vault: Vault, actor: Actor) -> Requests:
    """What waits, and the newest of what is closed."""
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.STAFF)
        mine = request_queries.open_requests_by(tx, actor.person_id, now=now)
        givers = givers_of(tx, actor.person_id, now=now)
        waiting = request_queries.open_requests_for(tx, decider_of(tx, actor.person_id), now=now, givers=givers)
        rows = rows_of(vault, tx, actor, [*mine, *waiting])
        others = rows[len(mine) :]
        return Requests(
            mine=rows[: len(mine)],
            to_review=[row for row in others if not row.why_not and row.kind is GrantKind.EMERGENCY],
            to_decide=[row for row in others if not row.why_not and row.kind is not GrantKind.EMERGENCY],
            for_others=[row for row in others if row.why_not and row.why_not != "denied.duty"],
            my_closed=_closed(vault, tx, actor, Side.MINE, page=1, page_rows=FIRST_ROWS),
            decided=_closed(vault, tx, actor, Side.DECIDED, page=1, page_rows=FIRST_ROWS),
        )


def list_closed(vault: Vault, actor: Actor, *, side: Side, page: int) -> ClosedRequests:
    """A page of closed requests: decided, withdrawn or lapsed."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.STAFF)
        return _closed(vault, tx, actor, side, page=page, page_rows=PAGE_ROWS)


def count_waiting(vault: Vault, actor: Actor) -> int:
    """How many requests wait for this person's decision. Needs no keys."""
    with reading(vault.engine) as tx:
        now = vault.clock.now()
        givers = givers_of(tx, actor.person_id, now=now)
        return request_queries.count_decidable(tx, decider_of(tx, actor.person_id), now=now, givers=givers)


def rows_of(vault: Vault, tx: Connection, actor: Actor, requests: list[RequestRecord]) -> list[RequestRow]:
    """The requests as this person sees them, in the same order."""
    lookup = _look_up(vault, tx, actor, requests)
    return [_row(vault, tx, actor, each, lookup) for each in requests]


def _closed(vault: Vault, tx: Connection, actor: Actor, side: Side, *, page: int, page_rows: int) -> ClosedRequests:
    now, limit, offset = vault.clock.now(), page_rows + 1, (page - 1) * page_rows
    if side is Side.MINE:
        found = request_queries.closed_requests_by(tx, actor.person_id, now=now, limit=limit, offset=offset)
    else:
        givers = givers_of(tx, actor.person_id, now=now)
        found = request_queries.closed_requests_for(
            tx, decider_of(tx, actor.person_id), now=now, limit=limit, offset=offset, givers=givers
        )
    return ClosedRequests(rows_of(vault, tx, actor, found[:page_rows]), page, has_more=len(found) > page_rows)


@dataclass(frozen=True, slots=True)
class _Lookup:
    """What a list's rows share, each read once."""

    documents: dict[DocumentId, DocumentRecord]
    dossiers: dict[DossierId, DossierRecord]
    people: dict[PersonId, PersonRecord]
    behind: dict[DocumentId, frozenset[PersonId]]
    duties: dict[DossierId, frozenset[Duty]]
    decisions: dict[RequestId, list[DecisionRecord]]
    policy: Policy
    accounts: frozenset[PersonId]
    kept_elsewhere: frozenset[DossierId]
    """Kept by another account of the person, who decides nothing about them then."""
    delegations: list[DelegationRecord]
    deciders: Deciders
    keys: dict[DossierId, DossierKey | None] = field(default_factory=dict)


def _look_up(vault: Vault, tx: Connection, actor: Actor, requests: list[RequestRecord]) -> _Lookup:
    documents = document_queries.load_documents(tx, {each.document_id for each in requests if each.document_id})
    dossiers = dossier_queries.load_dossiers(tx, {each.dossier_id for each in requests if each.dossier_id})
    now = vault.clock.now()
    held = dossier_queries.assignments_of_person_on(tx, actor.person_id, list(dossiers))
    accounts = accounts_of(tx, actor.person_id)
    of_others = [
        assignment
        for other in sorted(accounts - {actor.person_id})
        for assignment in dossier_queries.assignments_of_person_on(tx, other, list(dossiers))
    ]
    states = {RequestState.OPEN, RequestState.UNREVIEWED}
    waiting = {each.dossier_id for each in requests if each.dossier_id and each.as_of(now).state in states}
    return _Lookup(
        documents=documents,
        dossiers=dossiers,
        people=people_queries.people_by_id(tx, {each.requester_id for each in requests}),
        behind=request_queries.people_behind(tx, list(documents)),
        duties={
            dossier_id: frozenset(each.duty for each in held if each.dossier_id == dossier_id and each.is_active(now))
            for dossier_id in dossiers
        },
        decisions=request_queries.decisions_of(tx, [each.id for each in requests]),
        policy=policy_in_force(tx).policy,
        accounts=accounts,
        kept_elsewhere=frozenset(
            each.dossier_id for each in of_others if each.duty is Duty.CUSTODIAN and each.is_active(now)
        ),
        delegations=delegations_held(tx, actor.person_id, now=now),
        deciders=load_deciders(tx, waiting, now=now),
    )


def _row(vault: Vault, tx: Connection, actor: Actor, request: RequestRecord, lookup: _Lookup) -> RequestRow:
    if tells_nothing(request, actor) or request.dossier_id is None:
        return _untelling_row(vault, request, lookup)
    now = vault.clock.now()
    requester = lookup.people[request.requester_id]
    document = lookup.documents[request.document_id] if request.document_id else None
    dossier, duties = lookup.dossiers[request.dossier_id], lookup.duties[request.dossier_id]
    behind = lookup.behind.get(document.id, frozenset()) if document else frozenset()
    approvals = [each for each in lookup.decisions[request.id] if each.approved]
    approved = frozenset(person for each in approvals for person in each.deciders)
    state = request.as_of(now).state
    is_open = state is RequestState.OPEN
    waits = state in {RequestState.OPEN, RequestState.UNREVIEWED}
    decision = decide_deciding(
        accounts=lookup.accounts,
        duties=duties | ({Duty.CUSTODIAN} if dossier.id in lookup.kept_elsewhere else frozenset()),
        requester=request.requester_id,
        behind=behind,
        decided=approved,
    )
    if not decision.known and is_open:
        stead = find_stead(
            vault,
            tx,
            lookup.delegations,
            dossier,
            requester=request.requester_id,
            behind=behind,
            decisions=lookup.decisions[request.id],
        )
        decision = stead.decision if stead else decision
    may_read = decision.allowed or _may_read(request, actor, duties)  # who decides for another holds no duty
    title = _title(vault, document, dossier, lookup) if document and may_read else ""
    without = behind | approved | {request.requester_id}
    return RequestRow(
        id=request.id,
        kind=request.kind,
        state=state,
        requester_name=requester.name,
        staff_number=requester.staff_number,
        document_id=request.document_id,
        document_title=title,
        dossier_reference=dossier.reference,
        classification=dossier.classification,
        asked=request.asked,
        granted=request.granted,
        approvals=len(approvals),
        needed=approvals_for(lookup.policy, dossier.classification) if is_open else len(approvals),
        asked_at=request.asked_at,
        lapses_at=request.lapses_at,
        decided_at=request.decided_at,
        deciders=lookup.deciders.names(dossier.id, without=without) if waits else [],
        why_not=decision.code,
        days=(now - request.asked_at).days,
    )


def tells_nothing(request: RequestRecord, actor: Actor) -> bool:
    """Whether this is a stranger's own request for access, which nobody has granted: it may not say what there is."""
    is_own = request.requester_id == actor.person_id
    return is_own and request.kind is GrantKind.ACCESS and request.state is not RequestState.APPROVED


def _untelling_row(vault: Vault, request: RequestRecord, lookup: _Lookup) -> RequestRow:
    requester = lookup.people[request.requester_id]
    return RequestRow(
        id=request.id,
        kind=request.kind,
        state=request.as_of(vault.clock.now()).state,
        requester_name=requester.name,
        staff_number=requester.staff_number,
        document_id=None,
        document_title="",
        dossier_reference=request.subject,
        classification=None,
        asked=request.asked,
        granted=request.granted,
        approvals=0,
        needed=0,
        asked_at=request.asked_at,
        lapses_at=request.lapses_at,
        decided_at=request.decided_at,
        deciders=[],
        why_not="",
        tells=False,
    )


def _may_read(request: RequestRecord, actor: Actor, duties: frozenset[Duty]) -> bool:
    """Titles are for who has a duty on the dossier, and for whom access was granted."""
    has_access = request.kind is GrantKind.ACCESS and request.requester_id == actor.person_id
    return bool(duties) or has_access


def _title(vault: Vault, document: DocumentRecord, dossier: DossierRecord, lookup: _Lookup) -> str:
    """One altered title must not hide the rest of the list, nor must a sealed vault."""
    if dossier.id not in lookup.keys:
        lookup.keys[dossier.id] = _key(vault, dossier)
    key = lookup.keys[dossier.id]
    try:
        return document_title(key, document) if key else ""
    except TamperError:
        return ""


def _key(vault: Vault, dossier: DossierRecord) -> DossierKey | None:
    try:
        return unwrap_dossier_key(vault.keyroom, dossier)
    except (Sealed, TamperError, NotFound):  # NotFound: shredded
        return None
