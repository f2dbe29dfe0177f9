"""Requests: asking, drafts, the list, one request, deciding and withdrawing. Nothing is decided by a GET."""

from __future__ import annotations

from typing import ClassVar

from flask import jsonify, make_response, render_template, request
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectField, StringField

from gateway.errors import status_of
from gateway.notices import after
from gateway.reasons import NoteForm, ReasonForm
from gateway.security.access import Access, Answer, Screens
from gateway.security.csrf import form_token
from gateway.sessions import current_actor, current_vault, session_token
from vault.database.request_queries import RequestState
from vault.errors import AccessDenied, Conflict, InputError
from vault.policy.granting import GrantKind
from vault.requests import accesses, asking, deciding, drafts, listing, showing
from vault.requests.drafts import Draft
from vault.requests.showing import RequestCard

screens = Screens("requests", __name__)


AMOUNT_WORDS: dict[GrantKind, LazyString] = {
    GrantKind.VIEWS: _("How many more views"),
    GrantKind.LEASE: _("How many minutes for each view"),
    GrantKind.HOURS: _("For how many days"),
    GrantKind.PLACE: _("For how many days"),
    GrantKind.COPY: _("How many copies"),
    GrantKind.ACCESS: _("For how many days"),
    GrantKind.EMERGENCY: _("How many more views"),
}
GRANTING_WORDS: dict[GrantKind, LazyString] = {
    GrantKind.VIEWS: _("Views to grant"),
    GrantKind.LEASE: _("Minutes to grant"),
    GrantKind.HOURS: _("Days to grant"),
    GrantKind.PLACE: _("Days to grant"),
    GrantKind.COPY: _("Copies to grant"),
    GrantKind.ACCESS: _("Days to grant"),
    GrantKind.EMERGENCY: _("Views to grant"),
}


class AskingForm(ReasonForm):
    """How much, and why. What it is about stands in the address and in a hidden field."""

    amount = IntegerField(_("How many more views"), default=1)
    field_of_code: ClassVar[dict[str, str]] = {
        **ReasonForm.field_of_code,
        **{f"request.{kind.value}": "amount" for kind in GrantKind},
    }

    def ask_about(self, kind: GrantKind, *, least: int = 1) -> None:
        """Names the amount as the kind counts it, and begins with one that can be asked for."""
        self.amount.label.text = AMOUNT_WORDS[kind]
        if not request.form:
            self.amount.data = max(self.amount.data or 1, least)

    def fill_from_draft(self, document_id: str) -> str | None:
        """What the person kept on an earlier day or another device; what it asks for, None where nothing is kept."""
        draft = drafts.load_draft(current_vault(), current_actor(), document_id=document_id)
        if draft is not None:
            self._fill(draft)
        return draft.kind if draft else None

    def _fill(self, draft: Draft) -> None:
        self.amount.data = int(draft.amount) if draft.amount.isascii() and draft.amount.isdigit() else 1
        self.category.data, self.text.data, self.case_number.data = draft.category, draft.text, draft.case_number


class AccessForm(AskingForm):
    """For which dossier."""

    reference = StringField(_("Reference of the dossier"))
    field_of_code: ClassVar[dict[str, str]] = {**AskingForm.field_of_code, "request.reference": "reference"}


class DecisionForm(NoteForm):
    """How much to grant, of which document, and why so. Which way is the button that was pressed."""

    amount = IntegerField(_("Views to grant"))
    document_id = SelectField(_("Document to give access to"), validate_choice=False)
    field_of_code: ClassVar[dict[str, str]] = {
        **NoteForm.field_of_code,
        "request.granted": "amount",
        "request.document": "document_id",
    }

    def offer(self, card: RequestCard) -> None:
        """All that was asked for, unless less was typed."""
        self.amount.label.text = GRANTING_WORDS[card.row.kind]
        if self.amount.data is None:
            self.amount.data = card.row.asked
        self.document_id.choices = [("", _("Choose…")), *card.documents]


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
    form = AskingForm()
    kept = form.fill_from_draft(document_id)
    kind = request.args.get("kind", kept or "")
    return _asking_page(document_id, form, kind, has_draft=kept is not None)


@screens.route_for(Access.STAFF, "/documents/<id:document_id>/requests", methods=("POST",))
def ask(document_id: str) -> Response:
    form, kind = AskingForm.sent(), request.form.get("kind", GrantKind.VIEWS.value)
    try:
        request_id = asking.ask_for(
            current_vault(),
            current_actor(),
            document_id=document_id,
            kind=_kind(kind),
            amount=form.amount.data or 0,
            reason=form.reason(),
        )
    except (InputError, AccessDenied, Conflict) as error:
        form.refuse(error)
        return make_response(_asking_page(document_id, form, kind), status_of(error))
    return after("requests.show_request", "request.made", request_id=request_id)


@screens.route_for(Access.STAFF, "/documents/<id:document_id>/requests/draft", methods=("POST",), answer=Answer.PIECE)
def save_draft(document_id: str) -> Response:
    """Keeps what was typed so far; sent by the script beside the form every few seconds."""
    typed = {name: request.form.get(name, "") for name in Draft.__struct_fields__}
    drafts.save_draft(current_vault(), current_actor(), document_id=document_id, draft=Draft(**typed))
    return make_response("", 204)


@screens.route_for(Access.STAFF, "/documents/<id:document_id>/requests/draft/discarding", methods=("POST",))
def discard_draft(document_id: str) -> Response:
    drafts.discard_draft(current_vault(), current_actor(), document_id=document_id)
    return after("requests.show_asking", "draft.discarded", document_id=document_id)


@screens.route_for(Access.STAFF, "/requests/access")
def show_asking_for_access() -> str:
    return _access_page(AccessForm())


@screens.route_for(Access.STAFF, "/requests/access", methods=("POST",))
def ask_for_access() -> Response:
    form = AccessForm.sent()
    try:
        request_id = accesses.ask_for_access(
            current_vault(),
            current_actor(),
            reference=form.reference.data or "",
            days=form.amount.data or 0,
            reason=form.reason(),
        )
    except (InputError, AccessDenied, Conflict) as error:
        form.refuse(error)
        return make_response(_access_page(form), status_of(error))
    return after("requests.show_request", "access.asked", request_id=request_id)


@screens.route_for(Access.STAFF, "/requests/<id:request_id>")
def show_request(request_id: str) -> str:
    return request_page(request_id, DecisionForm())


@screens.route_for(Access.STAFF, "/requests/<id:request_id>/decision", methods=("POST",))
def decide(request_id: str) -> Response:
    form = DecisionForm.sent()
    try:
        approve = _is_approval(request.form.get("decision", ""))
        state = deciding.decide_request(
            current_vault(),
            current_actor(),
            request_id=request_id,
            approve=approve,
            amount=form.amount.data or 0,
            note=form.note.data or "",
            document_id=form.document_id.data or "",
        )
    except (InputError, AccessDenied, Conflict) as error:
        form.refuse(error)
        return make_response(request_page(request_id, form), status_of(error))
    notice = "request.agreed" if state is RequestState.OPEN else f"request.{state.value}"
    return after("requests.show_request", notice, request_id=request_id)


@screens.route_for(Access.STAFF, "/requests/<id:request_id>/withdrawal", methods=("POST",))
def withdraw(request_id: str) -> Response:
    asking.withdraw_request(current_vault(), current_actor(), request_id=request_id)
    return after("requests.show_request", "request.withdrawn", request_id=request_id)


def _is_approval(pressed: str) -> bool:
    if pressed not in {"approve", "refuse"}:
        raise InputError("request.decision")
    return pressed == "approve"


def _kind(value: str) -> GrantKind:
    try:
        return GrantKind(value)
    except ValueError:
        raise InputError("request.kind") from None


def asking_parts(document_id: str, form: AskingForm, kind: str) -> dict[str, object]:
    """What the form that asks for something about a document needs, on a page of its own or on the cover card."""
    card = asking.asking_card(current_vault(), current_actor(), document_id=document_id)
    asked = next((each for each in card.most if each.value == kind), GrantKind.VIEWS)
    form.ask_about(asked, least=card.lease_minutes + 1 if asked is GrantKind.LEASE else 1)
    return {"asking": card, "asking_form": form, "asked_kind": asked}


def _asking_page(document_id: str, form: AskingForm, kind: str = "", *, has_draft: bool = False) -> str:
    return render_template("requests/ask.html", **asking_parts(document_id, form, kind), has_draft=has_draft)


def _access_page(form: AccessForm) -> str:
    form.ask_about(GrantKind.ACCESS)
    most = accesses.most_days(current_vault(), current_actor())
    return render_template("requests/ask_access.html", form=form, most=most)


def request_page(request_id: str, form: DecisionForm) -> str:
    card = showing.show_request(current_vault(), current_actor(), request_id=request_id)
    form.offer(card)
    if card.may_review:
        form.note.id = "review-note"  # the form that revokes its grant has a note as well
    return render_template("requests/request.html", card=card, form=form, ending_form=NoteForm())
