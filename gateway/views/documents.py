"""The cover card of a document, and opening it: the one POST that uses up a view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from flask import make_response, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField

from gateway.errors import status_of
from gateway.notices import after
from gateway.reasons import ReasonForm
from gateway.security.access import Access, Screens
from gateway.security.headers import permit_geolocation
from gateway.sessions import current_actor, current_vault
from gateway.views.requests import AskingForm, asking_parts
from vault.access import cover, opening
from vault.errors import AccessDenied, InputError, QuotaSpent
from vault.policy.granting import GrantKind

screens = Screens("documents", __name__)


class OpeningForm(ReasonForm):
    """Why, and where if that is not known."""

    declared_place = StringField(_("Where you are"))
    position = HiddenField()
    field_of_code: ClassVar[dict[str, str]] = {
        **ReasonForm.field_of_code,
        "denied.place_needed": "declared_place",
        "denied.position_needed": "position",
    }


_MENDED_BY_MORE_VIEWS = frozenset({"quota.spent", "quota.window", "denied.watched"})
"""Why a document does not open, where an approver can mend it by one more view: then the card asks for it itself."""


class EmergencyForm(OpeningForm):
    """The same with the password. Its fields have a prefix, since another form stands on the same page."""

    password = PasswordField(_("Your password"))
    field_of_code: ClassVar[dict[str, str]] = {**OpeningForm.field_of_code, "password.wrong": "password"}

    def __init__(self, sent: Mapping[str, str] | None = None) -> None:
        super().__init__(sent, None, "emergency-")


@screens.route_for(Access.STAFF, "/documents/<id:document_id>")
def show_cover(document_id: str) -> str:
    return cover_page(document_id, OpeningForm())


@screens.route_for(Access.STAFF, "/documents/<id:document_id>/views", methods=("POST",))
def open_document(document_id: str) -> Response:
    form = OpeningForm.sent()
    try:
        opened = opening.open_view(
            current_vault(),
            current_actor(),
            document_id=document_id,
            reason=form.reason(),
            declared_place=form.declared_place.data or "",
            idempotency_key=request.form.get("idempotency_key", ""),
            position=form.position.data or "",
        )
    except (InputError, AccessDenied, QuotaSpent) as error:
        form.refuse(error)
        return make_response(cover_page(document_id, form), status_of(error))
    return after("viewer.show_view", view_id=opened.view_id)


def cover_page(document_id: str, form: OpeningForm, *, emergency_form: EmergencyForm | None = None) -> str:
    vault, actor = current_vault(), current_actor()
    card = cover.cover_card(vault, actor, document_id=document_id)
    needs_more = card.may_request and card.decision.code in _MENDED_BY_MORE_VIEWS
    if card.asks_position:
        permit_geolocation()
    return render_template(
        "documents/cover.html",
        card=card,
        form=form,
        emergency_form=emergency_form or EmergencyForm(),
        emergency_is_tried=emergency_form is not None,
        **(_asking_on_card(document_id) if needs_more else {}),
    )


def _asking_on_card(document_id: str) -> dict[str, object]:
    """What was typed to open it serves to ask for it; else what was kept of an earlier day."""
    form, kept = AskingForm.sent(), None
    if not (form.text.data or "").strip():
        kept = form.fill_from_draft(document_id)
    return asking_parts(document_id, form, kept or GrantKind.VIEWS.value)
