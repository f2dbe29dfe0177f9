"""Ending views: one's own, or anybody's by the security officer, who needs to see which are open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.access.closing import EndCause, close_views
from vault.database import view_queries
from vault.database.engine import reading
from vault.errors import LeaseEnded, NotFound
from vault.ledger.events import Event
from vault.model import Actor, DocumentId, Office, PersonId, ViewId
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, require_office
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class LiveViewRow:
    """An open view as the security officer sees it: who and since when, never what is in the document."""

    view_id: ViewId
    person_id: str
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


def list_live_views(vault: Vault, actor: Actor) -> list[LiveViewRow]:
    """Every view that is open now, newest first. For security officers."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        live = view_queries.list_live_views(tx, now=vault.clock.now())
    return [
        LiveViewRow(
            view_id=each.view.id,
            person_id=each.view.person_id,
            person_name=each.person_name,
            staff_number=each.staff_number,
            document_id=each.view.document_id,
            dossier_reference=each.dossier_reference,
            number=each.view.number,
            allowed=each.view.allowed,
            opened_at=each.view.opened_at,
            expires_at=each.view.expires_at,
            pages_delivered=each.view.pages_delivered,
            place_label=each.view.place_label,
        )
        for each in live
    ]


def revoke_view(vault: Vault, actor: Actor, *, view_id: str, note: str) -> None:
    """Ends somebody's view: no page of it is delivered after this returned. LeaseEnded if it was over already."""
    reason = check_reason(ReasonDraft("review", note))
    with deciding(vault, denial_of(Event.VIEW_REVOKED, actor, view=view_id)) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        view = view_queries.load_view(tx, view_id)
        if view is None:
            raise NotFound(recorded_as="not_found.view")
        if not close_views(vault, tx, [view], cause=EndCause.REVOKED, actor=actor, reason=reason):
            raise LeaseEnded("lease.ended")


def revoke_all_views(vault: Vault, actor: Actor, *, person_id: str, note: str) -> int:
    """Ends every open view of a person; how many there were."""
    reason = check_reason(ReasonDraft("review", note))
    with deciding(vault, denial_of(Event.VIEW_REVOKED, actor)) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        views = view_queries.unended_views(tx, person_id=PersonId(person_id))
        return close_views(vault, tx, views, cause=EndCause.REVOKED, actor=actor, reason=reason)
