"""The auditor's evidence packs: about one person or one document, put together while it is downloaded.

A name that is typed goes by POST, so that it stands in no address or log.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from flask import make_response, render_template
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import StringField

from gateway.errors import status_of
from gateway.localisation import current_timezone
from gateway.reasons import ReasonForm
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from gateway.views.agreements import own_language
from vault.errors import InputError
from vault.evidence.packing import order_pack
from vault.evidence.writing import pack_bytes

screens = Screens("evidence", __name__)


class PackForm(ReasonForm):
    """About whom or which document, and why."""

    person = StringField(_("Person"))
    document = StringField(_("Document"))
    field_of_code: ClassVar[dict[str, str]] = {
        **ReasonForm.field_of_code,
        "trail.person": "person",
        "trail.person_ambiguous": "person",
        "trail.document": "document",
    }


@screens.route_for(Access.AUDITOR, "/trail/evidence")
def plan_pack() -> str:
    return _plan_page(PackForm())


@screens.route_for(Access.AUDITOR, "/trail/evidence", methods=("POST",))
def send_pack() -> Response:
    """Whatever can be refused, or found while it is gathered, is said before the file begins."""
    form, vault = PackForm.sent(), current_vault()
    person, document = form.person.data or "", form.document.data or ""
    try:
        order = order_pack(vault, current_actor(), person=person, document=document, reason=form.reason())
        pieces = pack_bytes(vault, order, language=own_language(), timezone=current_timezone())
        first = next(pieces)
    except InputError as error:
        form.refuse(error)
        return make_response(_plan_page(form), status_of(error))
    response = Response(_begun(first, pieces), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="evidence-{order.ordered_at:%Y%m%dT%H%M%SZ}.zip"'
    return response


def _begun(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _plan_page(form: PackForm) -> str:
    return render_template("trail/evidence.html", form=form)
