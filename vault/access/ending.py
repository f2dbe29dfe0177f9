"""Ending views: one's own, or anybody's by the security officer, who needs to see which are open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.access.closing import EndCause, close_views
from vault.database import people_queries, view_queries
from vault.database.engine import Connection, reading
from vault.database.view_queries import LiveView, ViewRecord
from vault.errors import LeaseEnded, NotFound
from vault.ledger.events import Event
from vault.model import Actor, DocumentId, Office, PersonId, Reason, ViewId
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, require_office
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class LiveViewRow:
    """An open view as the security officer sees it: who and since when, never what is in the document."""

    view_id: ViewId
    person_id: PersonId
    person_name: str
    staff_number: str
    document_id: DocumentId
    dossier_reference: str
    number: int
    allowed: int
    opened_at: dt.datetime
    expires_at: dt.datetime
    pages_delivered: int
    place_label: str


def end_view(vault: Vault, actor: Actor, *, view_id: str) -> None:
    """ "I'm done": ends one's own view. Ending it twice is fine; the view stays used."""
    with deciding(vault, denial_of(Event.VIEW_ENDED, actor, view=view_id)) as tx:
        view = view_queries.load_view(tx, view_id)
        if view is None or view.person_id != actor.person_id:
            raise NotFound(recorded_as="not_found.view")
        close_views(vault, tx, [view], cause=EndCause.DONE, actor=actor)


def list_live_views(vault: Vault, actor: Actor, *, person_id: str | None = None) -> list[LiveViewRow]:
    """Every view that is open now, or one person's, newest first. For security officers."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        live = view_queries.list_live_views(tx, now=vault.clock.now())
    return [_row(each) for each in live if person_id in {None, each.view.person_id}]


def show_live_view(vault: Vault, actor: Actor, *, view_id: str) -> LiveViewRow:
    """One view that is open now. NotFound for an unknown one, LeaseEnded when it is over."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        if view_queries.load_view(tx, view_id) is None:
            raise NotFound
        live = view_queries.list_live_views(tx, now=vault.clock.now())
    for each in live:
        if each.view.id == view_id:
            return _row(each)
    raise LeaseEnded("lease.ended")


def revoke_view(vault: Vault, actor: Actor, *, view_id: str, note: str) -> None:
    """Ends somebody's view: no page of it is delivered after this returned. LeaseEnded if it was over already."""
    reason = check_reason(ReasonDraft("review", note))
    with deciding(vault, denial_of(Event.VIEW_REVOKED, actor, view=view_id)) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        view = view_queries.load_view(tx, view_id)
        if view is None:
            raise NotFound(recorded_as="not_found.view")
        if not view.is_live(vault.clock.now()) or not _revoke(vault, tx, actor, [view], reason):
            raise LeaseEnded("lease.ended")


def revoke_all_views(vault: Vault, actor: Actor, *, person_id: str, note: str) -> int:
    """Ends every open view of a person; how many there were. NotFound for an unknown person."""
    reason = check_reason(ReasonDraft("review", note))
    with deciding(vault, denial_of(Event.VIEW_REVOKED, actor)) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        if people_queries.load_person(tx, person_id) is None:
            raise NotFound(recorded_as="not_found.person")
        now = vault.clock.now()
        views = view_queries.unended_views(tx, person_id=PersonId(person_id))
        # whatever only its time has ended is closed as what it is: nobody revoked it
        close_views(vault, tx, [each for each in views if not each.is_live(now)], cause=EndCause.EXPIRED)
        return _revoke(vault, tx, actor, [each for each in views if each.is_live(now)], reason)


def _revoke(vault: Vault, tx: Connection, actor: Actor, views: list[ViewRecord], reason: Reason) -> int:
    return close_views(vault, tx, views, cause=EndCause.REVOKED, actor=actor, reason=reason)


def _row(live: LiveView) -> LiveViewRow:
    return LiveViewRow(
        view_id=live.view.id,
        person_id=live.view.person_id,
        person_name=live.person_name,
        staff_number=live.staff_number,
        document_id=live.view.document_id,
        dossier_reference=live.dossier_reference,
        number=live.view.number,
        allowed=live.view.allowed,
        opened_at=live.view.opened_at,
        expires_at=live.view.expires_at,
        pages_delivered=live.view.pages_delivered,
        place_label=live.view.place_label,
    )
