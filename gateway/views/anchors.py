"""The screen of anchors, for auditors and security officers: what is kept outside, and what is not yet."""

from __future__ import annotations

from flask import render_template

from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from vault.anchors.standing import show_anchors as load_standing
from vault.model import Office

screens = Screens("anchors", __name__)


@screens.route_for(Access.OVERSEER, "/trail/anchors")
def show_anchors() -> str:
    actor = current_actor()
    standing = load_standing(current_vault(), actor)
    return render_template("trail/anchors.html", standing=standing, is_auditor=actor.office is Office.AUDITOR)
