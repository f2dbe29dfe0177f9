"""Who can see a dossier, and what a person can see, as rights stand now: beside what the trail says they saw."""

from __future__ import annotations

from flask import render_template, request

from gateway.security.access import Access, Screens
from gateway.security.origin import is_own_visit
from gateway.sessions import current_actor, current_vault
from vault.access import seeing

screens = Screens("trail_access", __name__)

MOST_ROWS = 500


@screens.route_for(Access.AUDITOR, "/trail/dossiers/<id:dossier_id>/access")
def show_dossier(dossier_id: str) -> str:
    if not is_own_visit(request.headers):
        return render_template("trail/from_elsewhere.html")
    sights = seeing.who_can_see(current_vault(), current_actor(), dossier_id=dossier_id)
    return render_template("trail/access.html", of="dossier", sights=sights, most=MOST_ROWS)


@screens.route_for(Access.AUDITOR, "/trail/people/<id:person_id>/access")
def show_person(person_id: str) -> str:
    if not is_own_visit(request.headers):
        return render_template("trail/from_elsewhere.html")
    sights = seeing.what_can_be_seen(current_vault(), current_actor(), person_id=person_id)
    return render_template("trail/access.html", of="person", sights=sights, most=MOST_ROWS)
