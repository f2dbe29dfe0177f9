"""Asking for something beyond the policy, and taking the request back.

About a document one may know of: more views, a longer lease, an hour or a place outside the policy, a marked copy. For
access to a dossier one knows by its reference only: :mod:`vault.requests.accesses`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import msgspec

from vault.access.claiming import standing_of
from vault.access.facts import Target, load_target
from vault.database import draft_queries, request_queries, view_queries
from vault.database.engine import Connection, reading
from vault.database.request_queries import RequestRecord, RequestState
from vault.database.shared_queries import UsedElsewhere
from vault.errors import Conflict, InputError, NotFound
from vault.filing.cards import document_title
from vault.filing.dossier_keys import DossierKey, key_for_new_fields, unwrap_dossier_key
from vault.filing.records import open_record
from vault.ledger.events import Event
from vault.model import Actor, Classification, DocumentId, DossierId, Reason, RequestId, new_id
from vault.policy.case_numbers import check_case_number
from vault.policy.decision import Decision
from vault.policy.document import Policy
from vault.policy.granting import GrantKind, approvals_for, copies_leave, most_of
from vault.policy.reasons import ReasonDraft, check_reason
from vault.policy.requesting import decide_asking, decide_asking_for_copy
from vault.recording import deciding, denial_of, done_by, finding_tampering, require
from vault.requests.eligible import custodians_of, suggested_deciders
from vault.requests.lapsing import lapse_request
from vault.requests.notifying import settle_deciders, tell_deciders
from vault.runtime import Vault

REASON_FIELD = "request_reason"
ABOUT_DOCUMENTS = (GrantKind.VIEWS, GrantKind.LEASE, GrantKind.HOURS, GrantKind.PLACE, GrantKind.COPY)
"""What can be asked for about a document that one may know of."""


@dataclass(frozen=True, slots=True)
class AskingCard:
    """What a person should know before they ask: how things stand, who decides and until when.

    ``most`` says of each kind that can be asked for how much at most; ``open_requests`` which of them wait already.
    ``deciders`` stand in the order in which they are suggested, ``approvals`` of them must agree; ``custodians`` are
    named for when there are too few. ``decision`` is whether the person may ask for anything.
    """

    document_id: DocumentId
    dossier_id: DossierId
    title: str
    customer_name: str
    dossier_reference: str
    classification: Classification
    views_used: int
    views_allowed: int
    elsewhere: UsedElsewhere
    lease_minutes: int
    most: dict[GrantKind, int]
    approvals: int
    deciders: list[str]
    custodians: list[str]
    would_lapse_at: dt.datetime
    open_requests: dict[GrantKind, RequestId]
    has_duty: bool
    decision: Decision

    @property
    def open_request(self) -> RequestId | None:
        """The request for more views that waits."""
        return self.open_requests.get(GrantKind.VIEWS)


def asking_card(vault: Vault, actor: Actor, *, document_id: str) -> AskingCard:
    """The card for one document. NotFound for whoever may not know of it; Sealed while sealed."""
    now = vault.clock.now()
    with finding_tampering(vault, actor, document=document_id), reading(vault.engine) as tx:
        target = load_target(vault, tx, actor, document_id)
        if not target.may_be_known:
            raise NotFound
        key = unwrap_dossier_key(vault.keyroom, target.holding.dossier)
        quota = standing_of(tx, target, now=now)
        waiting = request_queries.open_requests_on(tx, actor.person_id, target.document.id)
        behind = request_queries.people_behind(tx, [target.document.id]).get(target.document.id, frozenset())
        dossier_id = target.document.dossier_id
        return AskingCard(
            document_id=target.document.id,
            dossier_id=dossier_id,
            title=document_title(key, target.document),
            customer_name=open_record(key, target.holding.dossier.record_sealed).name,
            dossier_reference=target.holding.dossier.reference,
            classification=target.holding.dossier.classification,
            views_used=quota.used,
            views_allowed=quota.allowed,
            elsewhere=quota.elsewhere,
            lease_minutes=target.limits.lease_minutes,
            most=_most(target),
            approvals=approvals_for(target.policy, target.holding.dossier.classification),
            deciders=suggested_deciders(tx, dossier_id, without=behind | {actor.person_id}, now=now),
            custodians=custodians_of(tx, dossier_id, now=now),
            would_lapse_at=lapsing_of(target.policy, now),
            open_requests={each.kind: each.id for each in waiting if each.as_of(now).state is RequestState.OPEN},
            has_duty=bool(target.holding.duties),
            decision=decide_asking(target.facts(actor.place), now=now),
        )


def ask_for(
    vault: Vault, actor: Actor, *, document_id: str, kind: GrantKind, amount: int, reason: ReasonDraft
) -> RequestId:
    """Asks for ``amount`` more views, copies, days, or minutes of a lease; asking the very same again is one request.

    InputError ``request.<kind>`` beyond the policy's limits; Conflict ``request.open`` while another of the kind waits;
    AccessDenied for who could not open the document anyway, or where no copy may leave; Sealed while sealed.
    """
    checked = check_reason(reason)
    if kind not in ABOUT_DOCUMENTS:
        raise InputError("request.kind")
    now = vault.clock.now()
    denial = denial_of(Event.REQUEST_MADE, actor, document=document_id)
    with finding_tampering(vault, actor, document=document_id), deciding(vault, denial, Conflict) as tx:
        target = load_target(vault, tx, actor, document_id)
        require(decide_asking(target.facts(actor.place), now=now))
        _check_amount(target, kind, amount)
        check_case_number(target.policy.requests.case_numbers.pattern_for(checked.category), checked.case_number)
        view_queries.lock_quota(tx, target.quota_key)
        key = key_for_new_fields(vault.keyroom, tx, target.document.dossier_id)
        waiting = request_queries.open_request_of(tx, actor.person_id, kind, target.document.id)
        if waiting is not None and waiting.as_of(now).state is RequestState.OPEN:
            if waiting.asked == amount and open_reason(key, waiting) == checked:
                return waiting.id
            raise Conflict("request.open")
        if waiting is not None:  # its time ran out and the sweep has not come by: two cannot be open at once
            lapse_request(vault, tx, waiting)
        request = _request(vault, actor, target, key, kind=kind, amount=amount, reason=checked)
        store_and_record(vault, tx, actor, request, reason=checked)
        draft_queries.delete_draft(tx, actor.person_id, target.document.id)
        return request.id


def withdraw_request(vault: Vault, actor: Actor, *, request_id: str) -> None:
    """Takes one's own open request back; twice is fine. NotFound for anybody else's; Conflict once it is decided."""
    now = vault.clock.now()
    with deciding(vault, denial_of(Event.REQUEST_WITHDRAWN, actor, request=request_id), Conflict) as tx:
        request = request_queries.load_request(tx, request_id)
        if request is None or request.requester_id != actor.person_id:
            raise NotFound(recorded_as="not_found.request")
        if request.state is RequestState.WITHDRAWN:
            return
        is_open = request.as_of(now).state is RequestState.OPEN
        if not is_open or not request_queries.close_request(tx, request.id, state=RequestState.WITHDRAWN, now=now):
            raise Conflict("request.closed")
        vault.recorder.append(tx, done_by(actor, Event.REQUEST_WITHDRAWN, code="withdrawn", **ids_of(request)))
        settle_deciders(vault, tx, request)


def store_and_record(vault: Vault, tx: Connection, actor: Actor, request: RequestRecord, *, reason: Reason) -> None:
    """A new request with its entry; whoever can decide it is told."""
    request_queries.store_request(tx, request)
    counted = "views" if request.kind is GrantKind.VIEWS else "amount"
    details: dict[str, str | int] = {"kind": request.kind.value, counted: request.asked}
    vault.recorder.append(tx, done_by(actor, Event.REQUEST_MADE, reason=reason, details=details, **ids_of(request)))
    tell_deciders(vault, tx, request)


def ids_of(request: RequestRecord) -> dict[str, str]:
    """The ids that an entry about the request names."""
    return {"dossier": request.dossier_id or "", "document": request.document_id or "", "request": request.id}


def open_reason(key: DossierKey, request: RequestRecord) -> Reason:
    """The reason that was given, opened."""
    encoded = key.open_field(REASON_FIELD, request.reason_sealed, owner=request.id)
    return msgspec.json.decode(encoded, type=Reason)


def sealed_reason(vault: Vault, key: DossierKey, reason: Reason, *, owner: RequestId) -> bytes:
    """As :func:`open_reason` opens it."""
    return key.seal_field(REASON_FIELD, msgspec.json.encode(reason).decode(), owner=owner, random=vault.random)


def lapsing_of(policy: Policy, now: dt.datetime) -> dt.datetime:
    """When a request that is made now lapses."""
    return now + dt.timedelta(days=policy.request_lapse_days)


def _most(target: Target) -> dict[GrantKind, int]:
    """How much can be asked for at most, of what can be asked for at all."""
    most = {kind: most_of(target.policy, kind) for kind in ABOUT_DOCUMENTS}
    if most[GrantKind.LEASE] <= target.limits.lease_minutes:
        del most[GrantKind.LEASE]
    if not copies_leave(target.policy, target.holding.dossier.classification):
        del most[GrantKind.COPY]
    return most


def _check_amount(target: Target, kind: GrantKind, amount: int) -> None:
    if kind is GrantKind.COPY:
        pages = target.version.page_count if target.version else 0
        leaves = target.holding.person.leaves_at is not None
        classification = target.holding.dossier.classification
        require(decide_asking_for_copy(target.policy, classification, pages=pages, leaves=leaves))
    least = target.limits.lease_minutes + 1 if kind is GrantKind.LEASE else 1
    most = most_of(target.policy, kind)
    if not least <= amount <= most:
        raise InputError(f"request.{kind.value}", least=least, limit=most)


def _request(
    vault: Vault, actor: Actor, target: Target, key: DossierKey, *, kind: GrantKind, amount: int, reason: Reason
) -> RequestRecord:
    now, request_id = vault.clock.now(), RequestId(new_id("r", vault.random))
    return RequestRecord(
        id=request_id,
        requester_id=actor.person_id,
        kind=kind,
        subject=target.document.id,
        dossier_id=target.document.dossier_id,
        document_id=target.document.id,
        asked=amount,
        reason_sealed=sealed_reason(vault, key, reason, owner=request_id),
        state=RequestState.OPEN,
        granted=0,
        asked_at=now,
        lapses_at=lapsing_of(target.policy, now),
        decided_at=None,
    )
