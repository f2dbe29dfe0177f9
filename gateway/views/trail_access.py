"""Who can see a dossier, and what a person can see, as rights stand now: beside what the trail says they saw."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext as _

from gateway.security.access import Access, Screens
from gateway.security.origin import is_own_visit
from gateway.sessions import current_actor, current_vault
from vault.access import seeing

screens = Screens("trail_access", __name__)

MOST_ROWS = 500
_WHY_NOT = {
    "denied.suspended": _("suspended, or not here any more"),
    "denied.office": _("holds an office"),
    "denied.not_borrower": _("no borrower of it"),
    "denied.not_assigned": _("no borrower of it"),
    "denied.assignment_not_started": _("the loan has not begun"),
    "denied.assignment_ended": _("the loan has ended"),
    "denied.clearance": _("the clearance is too low"),
    "denied.watched": _("about to leave: each view needs an approver's grant"),
    "denied.agreement": _("an agreement is not accepted yet"),
}
"""What stands against opening, said about somebody else: sentences elsewhere speak to the person themself."""
_SHARED: dict[str, Any] = {"most": MOST_ROWS, "reasons_why_not": _WHY_NOT}


@screens.route_for(Access.AUDITOR, "/trail/dossiers/<id:dossier_id>/access")
def show_dossier(dossier_id: str) -> str:
    if not is_own_visit(request.headers):
        return render_template("trail/from_elsewhere.html")
    reach = seeing.who_can_see(current_vault(), current_actor(), dossier_id=dossier_id)
    return render_template("trail/access.html", of="dossier", named=dossier_id, reach=reach, **_SHARED)


@screens.route_for(Access.AUDITOR, "/trail/people/<id:person_id>/access")
def show_person(person_id: str) -> str:
    if not is_own_visit(request.headers):
        return render_template("trail/from_elsewhere.html")
    reach = seeing.what_can_be_seen(current_vault(), current_actor(), person_id=person_id)
    return render_template("trail/access.html", of="person", named=person_id, reach=reach, **_SHARED)
