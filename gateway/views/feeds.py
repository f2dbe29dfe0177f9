"""How feeds to security monitors stand, for the auditor."""

from __future__ import annotations

from flask import render_template

from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from vault.feed import showing

screens = Screens("feeds", __name__)


@screens.route_for(Access.AUDITOR, "/trail/feeds")
def show_feeds() -> str:
    return render_template("trail/feeds.html", feeds=showing.show_feeds(current_vault(), current_actor()))
