"""Grants: one's own with what is left of them, giving one back, revoking one, and marked copies.

A copy is prepared, its password read, and its file downloaded, each by a POST: no link or prefetch uses anything up.
"""

from __future__ import annotations

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from gateway.errors import status_of
from gateway.notices import after
from gateway.reasons import NoteForm
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from gateway.views.requests import DecisionForm
from vault.errors import AccessDenied, Conflict, InputError
from vault.grants import copies, ending, listing
from vault.requests import showing

screens = Screens("grants", __name__)


@screens.route_for(Access.STAFF, "/grants")
def list_grants() -> str:
    asked = request.args.get("page", "1")
    page = max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    grants = listing.list_grants(current_vault(), current_actor(), page=page)
    return render_template("grants/list.html", grants=grants)


@screens.route_for(Access.STAFF, "/requests/<id:request_id>/grant/return", methods=("POST",))
def return_grant(request_id: str) -> Response:
    ending.return_grant(current_vault(), current_actor(), request_id=request_id)
    return after("requests.show_request", "grant.returned", request_id=request_id)


@screens.route_for(Access.STAFF, "/requests/<id:request_id>/grant/revocation", methods=("POST",))
def revoke_grant(request_id: str) -> Response:
    form = NoteForm.sent()
    vault, actor = current_vault(), current_actor()
    try:
        ending.revoke_grant(vault, actor, request_id=request_id, note=form.note.data or "")
    except (InputError, AccessDenied, Conflict) as error:
        form.refuse(error)
        card = showing.show_request(vault, actor, request_id=request_id)
        page = render_template("requests/request.html", card=card, form=DecisionForm(), ending_form=form)
        return make_response(page, status_of(error))
    return after("requests.show_request", "grant.revoked", request_id=request_id)


@screens.route_for(Access.STAFF, "/requests/<id:request_id>/copies", methods=("POST",))
def prepare_copy(request_id: str) -> Response:
    declared = request.form.get("declared_place", "")
    copies.prepare_copy(current_vault(), current_actor(), request_id=request_id, declared_place=declared)
    return after("requests.show_request", "copy.prepared", request_id=request_id)


@screens.route_for(Access.STAFF, "/copies/<id:copy_id>/file", methods=("POST",))
def download_copy(copy_id: str) -> Response:
    released = copies.download_copy(current_vault(), current_actor(), copy_id=copy_id)
    response = Response(released.pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{released.name}"'
    return response
