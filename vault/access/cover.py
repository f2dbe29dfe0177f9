"""The cover card: everything a person should know before they open, and nothing opened yet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from vault.access.claiming import Standing, standing_of
from vault.access.emergencies import decide_emergency_of
from vault.access.facts import load_target
from vault.agreements.gate import WaitingAgreement, waiting_for
from vault.database import request_queries, view_queries
from vault.database.engine import reading
from vault.database.shared_queries import UsedElsewhere
from vault.errors import NotFound
from vault.filing.cards import document_title
from vault.filing.dossier_keys import unwrap_dossier_key
from vault.filing.records import open_record
from vault.model import Actor, Classification, DocumentId, DossierId, Place, PlaceSource, RequestId, ViewId
from vault.policy.decision import ALLOWED, Decision
from vault.policy.granting import GrantKind
from vault.policy.hours import next_hours
from vault.policy.limits import ViewLimits
from vault.policy.opening import OpeningFacts, decide_opening
from vault.policy.requesting import decide_asking
from vault.recording import finding_tampering
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class CoverCard:
    """``next_number`` of ``allowed`` is the view that opening now would be; ``allowed_from`` says who set the limit."""

    document_id: DocumentId
    dossier_id: DossierId
    title: str
    dossier_reference: str
    customer_name: str
    classification: Classification
    version: int
    page_count: int
    next_number: int
    allowed: int
    allowed_from: str
    granted: int
    lease_minutes: int
    would_end_at: dt.datetime
    ends_by: str
    """``hours`` where working hours end before the lease would, else ``lease``."""
    used_today: int
    used_today_of_class: int
    elsewhere: UsedElsewhere
    """Of the used views, those that were taken by other accounts of the person."""
    today_elsewhere: int
    limits: ViewLimits
    opens_again_at: dt.datetime | None
    """When what forbids it now ends by itself: the day, the window, or the time outside of working hours."""
    place: Place
    needs_declared_place: bool
    decision: Decision
    live_view: ViewId | None
    open_request: RequestId | None
    may_request: bool
    """More views, which are not asked for yet."""
    may_ask: bool
    """Anything beyond the policy."""
    has_duty: bool
    """False for who knows of the document only because access to it was granted."""
    asks_position: bool
    """Whether the browser is to be asked for its position: the policy wants it and the document opens now."""
    emergency: Decision | None
    """Whether one view opens in an emergency, where it does not open otherwise; None: no word of it."""
    emergency_minutes: int
    agreements: tuple[WaitingAgreement, ...]
    """Those that wait for the person's acceptance before this document opens."""


def cover_card(vault: Vault, actor: Actor, *, document_id: str) -> CoverCard:
    """The card for one document. NotFound for whoever may not know of it; Sealed while sealed."""
    with finding_tampering(vault, actor, document=document_id):
        return _cover_card(vault, actor, document_id)


def _cover_card(vault: Vault, actor: Actor, document_id: str) -> CoverCard:
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        target = load_target(vault, tx, actor, document_id)
        if not target.may_be_known:
            raise NotFound
        standing = standing_of(tx, target, now=now)
        live = view_queries.find_live_view(tx, session_id=actor.session_id, document_id=target.document.id, now=now)
        request = request_queries.open_request_of(tx, actor.person_id, GrantKind.VIEWS, target.document.id)
        emergency = decide_emergency_of(tx, target, place=actor.place, place_is_told=True, now=now)
        agreements = waiting_for(tx, target.holding.person.id, target.holding.dossier.classification)
    key = unwrap_dossier_key(vault.keyroom, target.holding.dossier)
    limits = target.limits
    decision = decide_opening(_as_if_told(target.facts(actor.place)), now=now)
    may_ask = decide_asking(target.facts(actor.place), now=now).allowed
    if decision.allowed:
        decision = standing.decision
    lease = target.lease_from(now)
    request = request.as_of(now) if request else None
    is_open = request is not None and request.state is request_queries.RequestState.OPEN
    return CoverCard(
        document_id=target.document.id,
        dossier_id=target.document.dossier_id,
        title=document_title(key, target.document),
        dossier_reference=target.holding.dossier.reference,
        customer_name=open_record(key, target.holding.dossier.record_sealed).name,
        classification=target.holding.dossier.classification,
        version=target.version.number if target.version else 0,
        page_count=target.version.page_count if target.version else 0,
        next_number=standing.used + 1,
        allowed=standing.allowed,
        allowed_from=limits.source,
        granted=standing.granted,
        lease_minutes=target.lease_minutes,
        would_end_at=lease.ends_at,
        ends_by=lease.ends_by,
        used_today=standing.used_today,
        used_today_of_class=standing.used_today_of_class,
        elsewhere=standing.elsewhere,
        today_elsewhere=standing.today_elsewhere,
        limits=limits,
        opens_again_at=_opens_again_at(limits, decision, standing, now),
        place=actor.place,
        needs_declared_place=actor.place.source is PlaceSource.UNKNOWN,
        decision=ALLOWED if live else decision,
        live_view=live.id if live else None,
        open_request=request.id if request is not None and is_open else None,
        may_request=may_ask and not is_open,
        asks_position=limits.position != "never" and decision.allowed and live is None,
        may_ask=may_ask,
        has_duty=bool(target.holding.duties),
        emergency=None if live or decision.allowed or emergency.code not in _TOLD else emergency,
        emergency_minutes=target.policy.emergencies.minutes,
        agreements=agreements if decision.code == "denied.agreement" else (),
    )


_TOLD = frozenset({ALLOWED.code, "denied.emergency_unreviewed"})
"""What the card says of emergencies: that one view opens, or that an earlier one waits for its review."""


def _opens_again_at(limits: ViewLimits, decision: Decision, standing: Standing, now: dt.datetime) -> dt.datetime | None:
    if decision.code == "denied.hours" and limits.hours is not None:
        return next_hours(limits.hours, limits.timezone, now)
    return standing.frees_at if decision.code == standing.decision.code else None


def _as_if_told(facts: OpeningFacts) -> OpeningFacts:
    """The card asks for a place and a position that are not known yet, so that their absence is no refusal there."""
    return replace(facts, place_is_known=True, position_is_missing=False)
