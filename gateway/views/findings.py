"""What was found tampered, for the security officer: sentences with time, ids and what to do; never contents."""

from __future__ import annotations

from flask import render_template

from gateway.findings import finding_words
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from vault.trail.findings import list_tamper_findings

screens = Screens("findings", __name__)


@screens.route_for(Access.SECURITY_OFFICER, "/findings")
def list_findings() -> str:
    found = list_tamper_findings(current_vault(), current_actor())
    return render_template("officer/findings.html", findings=[(row, finding_words(row.code)) for row in found])
