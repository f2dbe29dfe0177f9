"""My dossiers, founding one, and a dossier on one page.

A customer's name is searched by POST: it belongs in no address or log.
"""

from __future__ import annotations

from typing import ClassVar

from flask import make_response, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField

from gateway.dossier_page import dossier_page, load_card
from gateway.errors import status_of
from gateway.forms import ScreenForm
from gateway.labels import label
from gateway.notices import after
from gateway.paging import behind
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from vault.errors import InputError
from vault.filing import desk, dossiers
from vault.filing.records import CustomerRecord
from vault.model import Classification

screens = Screens("dossiers", __name__)


class FoundingForm(ScreenForm):
    """The customer as the dossier will know them, and the class."""

    name = StringField(_("Customer's full name"))
    address = TextAreaField(_("Address"))
    contacts = TextAreaField(_("Contacts"))
    standing = TextAreaField(_("Standing"))
    notes = TextAreaField(_("Notes"))
    classification = SelectField(_("Class"), validate_choice=False)
    field_of_code: ClassVar[dict[str, str]] = {"dossier.name": "name", "dossier.classification": "classification"}

    def offer_classes(self) -> None:
        """The closed list, in the person's language, lowest first."""
        self.classification.choices = [("", _("Choose…")), *((each.value, label(each)) for each in Classification)]

    def draft(self) -> dossiers.DossierDraft:
        """What was typed. InputError ``dossier.classification`` if no class was chosen."""
        texts = {name: self[name].data or "" for name in ("name", "address", "contacts", "standing", "notes")}
        try:
            return dossiers.DossierDraft(Classification(self.classification.data), CustomerRecord(**texts))
        except ValueError as exc:
            raise InputError("dossier.classification") from exc


@screens.route_for(Access.STAFF, "/dossiers")
def list_dossiers() -> str:
    return _list_page("", request.args.get("before", ""))


@screens.route_for(Access.STAFF, "/dossiers/search", methods=("POST",))
def search_dossiers() -> str:
    return _list_page(request.form.get("customer", "").strip(), request.form.get("before", ""))


@screens.route_for(Access.STAFF, "/dossiers/new")
def show_founding() -> str:
    return _founding_page(FoundingForm())


@screens.route_for(Access.STAFF, "/dossiers", methods=("POST",))
def found_dossier() -> Response:
    form, key = FoundingForm.sent(), request.form.get("idempotency_key", "")
    try:
        if not key:
            raise InputError("input.idempotency_key")
        dossier_id = dossiers.create_dossier(current_vault(), current_actor(), draft=form.draft(), founding_key=key)
    except InputError as error:
        form.refuse(error)
        return make_response(_founding_page(form, key=key), status_of(error))
    return after("dossiers.show_dossier", "dossier.created", dossier_id=dossier_id)


@screens.route_for(Access.STAFF, "/dossiers/<id:dossier_id>")
def show_dossier(dossier_id: str) -> str:
    return dossier_page(load_card(dossier_id))


def _list_page(customer: str, before: str) -> str:
    begun = behind(before)
    found = desk.show_desk(current_vault(), current_actor(), customer=customer, before=begun)
    return render_template("dossiers/list.html", desk=found, customer=customer, is_further=bool(begun))


def _founding_page(form: FoundingForm, *, key: str = "") -> str:
    dossiers.require_founder(current_vault(), current_actor())
    form.offer_classes()
    return render_template("dossiers/founding.html", form=form, key=key)
