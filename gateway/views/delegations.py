"""Approving handed to another person for a time: what holds, handing over, ending."""

from __future__ import annotations

from typing import ClassVar

from flask import make_response, render_template
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField

from gateway.errors import status_of
from gateway.notices import after
from gateway.periods import PeriodForm
from gateway.reasons import NoteForm
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from vault.errors import AccessDenied, Conflict, InputError
from vault.requests import delegating

screens = Screens("delegations", __name__)


class DelegationForm(PeriodForm):
    """To whom, from which day to which, and why."""

    to = StringField(_("To whom"))
    note = TextAreaField(_("Why"))
    field_of_code: ClassVar[dict[str, str]] = {
        **PeriodForm.field_of_code,
        **NoteForm.field_of_code,
        "delegation.self": "to",
        "delegation.to": "to",
        "delegation.ambiguous": "to",
        "delegation.overlaps": "to",
        "delegation.longest": "last_day",
    }


@screens.route_for(Access.SIGNED_IN, "/delegations")
def list_all() -> str:
    return _page(DelegationForm())


@screens.route_for(Access.STAFF, "/delegations", methods=("POST",))
def give() -> Response:
    form = DelegationForm.sent()
    try:
        delegating.delegate(
            current_vault(),
            current_actor(),
            to=form.to.data or "",
            starts_at=form.starts_at(),
            ends_at=form.ends_at(),
            note=form.note.data or "",
        )
    except (InputError, AccessDenied, Conflict) as error:
        form.refuse(error)
        return make_response(_page(form), status_of(error))
    return after("delegations.list_all", "delegation.given")


@screens.route_for(Access.SIGNED_IN, "/delegations/<id:delegation_id>/end", methods=("POST",))
def end(delegation_id: str) -> Response:
    delegating.end_delegation(current_vault(), current_actor(), delegation_id=delegation_id)
    return after("delegations.list_all", "delegation.ended")


def _page(form: DelegationForm) -> str:
    found = delegating.list_delegations(current_vault(), current_actor())
    return render_template("requests/delegations.html", found=found, form=form)
