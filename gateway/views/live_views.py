"""The security officer's screens: views that are open now, ending them, taking grants back, suspending a person.

Never titles or contents: who, which dossier's reference and document's id, since when, until when, pages and place.
"""

from __future__ import annotations

from flask import make_response, render_template
from werkzeug.wrappers import Response

from gateway.errors import status_of
from gateway.notices import after
from gateway.reasons import NoteForm
from gateway.security.access import Access, Answer, Screens
from gateway.sessions import current_actor, current_vault
from vault.access import ending
from vault.errors import AccessDenied, Conflict, InputError
from vault.grants.ending import count_grants, revoke_all_grants
from vault.people import accounts
from vault.trail.findings import newest_finding

screens = Screens("live_views", __name__)


@screens.route_for(Access.SECURITY_OFFICER, "/live-views")
def list_live_views() -> str:
    vault, actor = current_vault(), current_actor()
    return render_template(
        "officer/live_views.html",
        views=ending.list_live_views(vault, actor),
        newest=newest_finding(vault, actor),
        now=vault.clock.now(),
    )


@screens.route_for(Access.SECURITY_OFFICER, "/live-views/table", answer=Answer.PIECE)
def show_table() -> str:
    """The table alone, for the script that keeps it fresh."""
    vault = current_vault()
    views = ending.list_live_views(vault, current_actor())
    return render_template("officer/_live_table.html", views=views, now=vault.clock.now())


@screens.route_for(Access.SECURITY_OFFICER, "/live-views/<id:view_id>")
def show_live_view(view_id: str) -> str:
    return _view_page(view_id, NoteForm())


@screens.route_for(Access.SECURITY_OFFICER, "/live-views/<id:view_id>/revocation", methods=("POST",))
def revoke_view(view_id: str) -> Response:
    form = NoteForm.sent()
    try:
        ending.revoke_view(current_vault(), current_actor(), view_id=view_id, note=form.note.data or "")
    except InputError as error:
        form.refuse(error)
        return make_response(_view_page(view_id, form), status_of(error))
    return after("live_views.list_live_views", "view.revoked")


@screens.route_for(Access.SECURITY_OFFICER, "/live-views/people/<id:person_id>")
def show_person(person_id: str) -> str:
    return _person_page(person_id, NoteForm())


@screens.route_for(Access.SECURITY_OFFICER, "/live-views/people/<id:person_id>/revocation", methods=("POST",))
def revoke_all_views(person_id: str) -> Response:
    form = NoteForm.sent()
    try:
        count = ending.revoke_all_views(
            current_vault(), current_actor(), person_id=person_id, note=form.note.data or ""
        )
    except InputError as error:
        form.refuse(error)
        return make_response(_person_page(person_id, form), status_of(error))
    return after("live_views.show_person", "views.revoked" if count else "views.none", person_id=person_id)


@screens.route_for(Access.SECURITY_OFFICER, "/live-views/people/<id:person_id>/suspension", methods=("POST",))
def suspend_person(person_id: str) -> Response:
    form = NoteForm.sent()
    try:
        accounts.suspend_person(current_vault(), current_actor(), person_id=person_id, note=form.note.data or "")
    except (InputError, AccessDenied, Conflict) as error:
        form.refuse(error)
        return make_response(_person_page(person_id, form), status_of(error))
    return after("live_views.show_person", "person.suspended", person_id=person_id)


@screens.route_for(Access.SECURITY_OFFICER, "/live-views/people/<id:person_id>/grants/revocation", methods=("POST",))
def revoke_grants(person_id: str) -> Response:
    form = NoteForm.sent()
    try:
        revoke_all_grants(current_vault(), current_actor(), person_id=person_id, note=form.note.data or "")
    except InputError as error:
        form.refuse(error)
        return make_response(_person_page(person_id, form), status_of(error))
    return after("live_views.show_person", "grants.revoked", person_id=person_id)


def _view_page(view_id: str, form: NoteForm) -> str:
    view = ending.show_live_view(current_vault(), current_actor(), view_id=view_id)
    return render_template("officer/live_view.html", view=view, form=form)


def _person_page(person_id: str, form: NoteForm) -> str:
    vault, actor = current_vault(), current_actor()
    return render_template(
        "officer/person.html",
        watched=accounts.show_person(vault, actor, person_id=person_id),
        views=ending.list_live_views(vault, actor, person_id=person_id),
        grants=count_grants(vault, actor, person_id=person_id),
        now=vault.clock.now(),
        form=form,
    )
