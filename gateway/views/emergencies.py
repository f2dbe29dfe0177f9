"""Emergencies: opening one view at once, the officers' list of what nobody has reviewed, and closing a review."""

from __future__ import annotations

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from gateway.errors import status_of
from gateway.notices import after
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from gateway.views.documents import EmergencyForm, OpeningForm, cover_page
from gateway.views.requests import DecisionForm, request_page
from vault.emergencies import opening, reviewing
from vault.errors import AccessDenied, Conflict, InputError, QuotaSpent, TooMany

screens = Screens("emergencies", __name__)


@screens.route_for(Access.STAFF, "/documents/<id:document_id>/emergency", methods=("POST",))
def break_glass(document_id: str) -> Response:
    form = EmergencyForm.sent()
    try:
        opened = opening.break_glass(
            current_vault(),
            current_actor(),
            document_id=document_id,
            reason=form.reason(),
            password=form.password.data or "",
            declared_place=form.declared_place.data or "",
            idempotency_key=request.form.get("idempotency_key", ""),
        )
    except (InputError, AccessDenied, QuotaSpent, TooMany) as error:
        form.refuse(error)
        return make_response(cover_page(document_id, OpeningForm(), emergency_form=form), status_of(error))
    return after("viewer.show_view", view_id=opened.view_id)


@screens.route_for(Access.SECURITY_OFFICER, "/emergencies")
def list_unreviewed() -> str:
    return render_template("emergencies/list.html", rows=reviewing.list_unreviewed(current_vault(), current_actor()))


@screens.route_for(Access.STAFF, "/requests/<id:request_id>/review", methods=("POST",))
def review(request_id: str) -> Response:
    form = DecisionForm.sent()
    try:
        reviewing.review_emergency(
            current_vault(),
            current_actor(),
            request_id=request_id,
            justified=_is_justified(request.form.get("decision", "")),
            note=form.note.data or "",
        )
    except (InputError, AccessDenied, Conflict) as error:
        form.refuse(error)
        return make_response(request_page(request_id, form), status_of(error))
    return after("requests.show_request", "emergency.closed", request_id=request_id)


def _is_justified(pressed: str) -> bool:
    if pressed not in {"justified", "unjustified"}:
        raise InputError("request.decision")
    return pressed == "justified"
