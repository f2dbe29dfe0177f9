"""Where an auditor begins an evidence pack: about one person, or one document.

A name that is typed goes by POST, so that it stands in no address or log; the order itself is that of an export.
"""

from __future__ import annotations

from typing import ClassVar

from flask import make_response, render_template
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import StringField

from gateway.errors import status_of
from gateway.forms import ScreenForm
from gateway.notices import after
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from gateway.trail_query import address_of
from vault.errors import InputError
from vault.evidence.subject import query_about
from vault.trail.exports.formats import ExportFormat
from vault.trail.querying import settle_query

screens = Screens("evidence", __name__)


class SubjectForm(ScreenForm):
    """About whom, or which document."""

    person = StringField(_("Person"))
    document = StringField(_("Document"))
    field_of_code: ClassVar[dict[str, str]] = {
        "trail.person": "person",
        "trail.person_ambiguous": "person",
        "trail.document": "document",
    }


@screens.route_for(Access.AUDITOR, "/trail/evidence")
def choose_subject() -> str:
    return render_template("trail/evidence.html", form=SubjectForm())


@screens.route_for(Access.AUDITOR, "/trail/evidence", methods=("POST",))
def plan_pack() -> Response:
    """Leads to the order of the export that the pack is."""
    form = SubjectForm.sent()
    try:
        query = query_about(person=form.person.data or "", document=form.document.data or "")
        settled = settle_query(current_vault(), current_actor(), query=query)
    except InputError as error:
        form.refuse(error)
        return make_response(render_template("trail/evidence.html", form=form), status_of(error))
    return after("exports.plan_export", **address_of(settled), format=ExportFormat.PACK.value)
