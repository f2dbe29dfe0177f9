"""The cover card of a document, and opening it: the one POST that uses up a view."""

from __future__ import annotations

from typing import ClassVar

from flask import make_response, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField

from gateway.errors import status_of
from gateway.forms import ScreenForm
from gateway.labels import label
from gateway.localisation import current_language
from gateway.notices import after
from gateway.security.access import Access, Screens
from gateway.sentences import sentence_for_code
from gateway.sessions import current_actor, current_vault
from vault.access import cover, opening
from vault.errors import AccessDenied, InputError, QuotaSpent
from vault.model import ReasonCategory
from vault.policy.reasons import ReasonDraft

screens = Screens("documents", __name__)


class ReasonForm(ScreenForm):
    """Why, and where if that is not known."""

    category = SelectField(_("What it is for"), validate_choice=False)
    text = TextAreaField(_("Why you need it"))
    case_number = StringField(_("Case number, if there is one"))
    declared_place = StringField(_("Where you are"))
    field_of_code: ClassVar[dict[str, str]] = {
        "reason.category": "category",
        "reason.empty": "text",
        "reason.meaningless": "text",
        "reason.too_long": "text",
        "reason.case_number": "case_number",
        "denied.place_needed": "declared_place",
    }

    def offer_categories(self) -> None:
        """The closed list, in the person's language."""
        self.category.choices = [("", _("Choose…")), *((each.value, label(each)) for each in ReasonCategory)]

    def reason(self) -> ReasonDraft:
        """What was typed, unchecked."""
        return ReasonDraft(self.category.data or "", self.text.data or "", self.case_number.data or "")


@screens.route_for(Access.STAFF, "/documents/<id:document_id>")
def show_cover(document_id: str) -> str:
    return _cover_page(document_id, ReasonForm())


@screens.route_for(Access.STAFF, "/documents/<id:document_id>/views", methods=("POST",))
def open_document(document_id: str) -> Response:
    form = ReasonForm.sent()
    try:
        opened = opening.open_view(
            current_vault(),
            current_actor(),
            document_id=document_id,
            reason=form.reason(),
            declared_place=form.declared_place.data or "",
            idempotency_key=request.form.get("idempotency_key", ""),
        )
    except (InputError, AccessDenied, QuotaSpent) as error:
        form.refuse(error)
        return make_response(_cover_page(document_id, form), status_of(error))
    return after("viewer.show_view", view_id=opened.view_id)


def _cover_page(document_id: str, form: ReasonForm) -> str:
    card = cover.cover_card(current_vault(), current_actor(), document_id=document_id)
    form.offer_categories()
    why_not = "" if card.decision.allowed else sentence_for_code(current_language(), card.decision.code)
    return render_template("documents/cover.html", card=card, form=form, why_not=why_not)
