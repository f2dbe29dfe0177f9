"""My dossiers, and a dossier on one page. A customer's name is searched by POST: it belongs in no address or log."""

from __future__ import annotations

from flask import render_template, request

from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from vault.filing import cards, dossiers

screens = Screens("dossiers", __name__)


@screens.route_for(Access.STAFF, "/dossiers")
def list_dossiers() -> str:
    rows = dossiers.list_dossiers(current_vault(), current_actor())
    return render_template("dossiers/list.html", rows=rows, customer="")


@screens.route_for(Access.STAFF, "/dossiers/search", methods=("POST",))
def search_dossiers() -> str:
    customer = request.form.get("customer", "").strip()
    rows = dossiers.list_dossiers(current_vault(), current_actor(), customer=customer)
    return render_template("dossiers/list.html", rows=rows, customer=customer)


@screens.route_for(Access.STAFF, "/dossiers/<id:dossier_id>")
def show_dossier(dossier_id: str) -> str:
    card = cards.show_dossier(current_vault(), current_actor(), dossier_id=dossier_id)
    return render_template("dossiers/dossier.html", card=card)
