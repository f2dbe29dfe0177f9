"""Requests for more views: asking, the list, one request, deciding and withdrawing. Nothing is decided by a GET."""

from __future__ import annotations

from typing import ClassVar

from flask import jsonify, make_response, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectField

from gateway.errors import status_of
from gateway.notices import after
from gateway.reasons import NoteForm, ReasonForm
from gateway.security.access import Access, Answer, Screens
from gateway.security.csrf import form_token
from gateway.sessions import current_actor, current_vault, session_token
from vault.errors import AccessDenied, Conflict, InputError
from vault.requests import asking, deciding, listing, showing
from vault.requests.showing import RequestCard

screens = Screens("requests", __name__)


class AskingForm(ReasonForm):
    """How many more, and why."""

    views = IntegerField(_("How many more views"), default=1)
    field_of_code: ClassVar[dict[str, str]] = {**ReasonForm.field_of_code, "request.views": "views"}


class DecisionForm(NoteForm):
    """How many views to grant, and why so. Which way is the button that was pressed."""

    views = SelectField(_("Views to grant"), coerce=int, validate_choice=False)
    field_of_code: ClassVar[dict[str, str]] = {**NoteForm.field_of_code, "request.granted": "views"}

    def offer_views(self, card: RequestCard) -> None:
        """From all that was asked for down to one."""
        self.views.choices = [(number, str(number)) for number in range(card.row.views_asked, 0, -1)]


@screens.route_for(Access.STAFF, "/requests")
def list_requests() -> str:
    return render_template("requests/list.html", requests=listing.list_requests(current_vault(), current_actor()))


@screens.route_for(Access.STAFF, "/requests/closed")
def list_closed() -> str:
    side = listing.Side.DECIDED if request.args.get("side") == listing.Side.DECIDED.value else listing.Side.MINE
    asked = request.args.get("page", "1")
    page = max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    closed = listing.list_closed(current_vault(), current_actor(), side=side, page=page)
    return render_template("requests/closed.html", closed=closed, side=side)


@screens.route_for(Access.SIGNED_IN, "/form-token", answer=Answer.PIECE)
def renew_form() -> Response:
    """A fresh token for a form that was filled in for long, and whose it is now; 401 when the session is over."""
    token = form_token(session_token(), random=current_vault().random)
    return jsonify(token=token, person=current_actor().staff_number)


@screens.route_for(Access.STAFF, "/documents/<id:document_id>/requests")
def show_asking(document_id: str) -> str:
    return _asking_page(document_id, AskingForm())


@screens.route_for(Access.STAFF, "/documents/<id:document_id>/requests", methods=("POST",))
def ask(document_id: str) -> Response:
    form = AskingForm.sent()
    try:
        request_id = asking.request_views(
            current_vault(),
            current_actor(),
            document_id=document_id,
            views=form.views.data or 0,
            reason=form.reason(),
        )
    except (InputError, AccessDenied, Conflict) as error:
        form.refuse(error)
        return make_response(_asking_page(document_id, form), status_of(error))
    return after("requests.show_request", "request.made", request_id=request_id)


@screens.route_for(Access.STAFF, "/requests/<id:request_id>")
def show_request(request_id: str) -> str:
    return _request_page(request_id, DecisionForm())


@screens.route_for(Access.STAFF, "/requests/<id:request_id>/decision", methods=("POST",))
def decide(request_id: str) -> Response:
    form = DecisionForm.sent()
    try:
        approve = _is_approval(request.form.get("decision", ""))
        deciding.decide_request(
            current_vault(),
            current_actor(),
            request_id=request_id,
            approve=approve,
            views=form.views.data or 0,
            note=form.note.data or "",
        )
    except (InputError, AccessDenied, Conflict) as error:
        form.refuse(error)
        return make_response(_request_page(request_id, form), status_of(error))
    notice = "request.approved" if approve else "request.refused"
    return after("requests.show_request", notice, request_id=request_id)


@screens.route_for(Access.STAFF, "/requests/<id:request_id>/withdrawal", methods=("POST",))
def withdraw(request_id: str) -> Response:
    asking.withdraw_request(current_vault(), current_actor(), request_id=request_id)
    return after("requests.show_request", "request.withdrawn", request_id=request_id)


def _is_approval(pressed: str) -> bool:
    if pressed not in {"approve", "refuse"}:
        raise InputError("request.decision")
    return pressed == "approve"


def _asking_page(document_id: str, form: AskingForm) -> str:
    card = asking.asking_card(current_vault(), current_actor(), document_id=document_id)
    return render_template("requests/ask.html", asking=card, asking_form=form)


def _request_page(request_id: str, form: DecisionForm) -> str:
    card = showing.show_request(current_vault(), current_actor(), request_id=request_id)
    form.offer_views(card)
    return render_template("requests/request.html", card=card, form=form)
