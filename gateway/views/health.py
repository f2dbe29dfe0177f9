"""Whether the vault's parts answer, for load balancers and monitoring: yes or no for each, no details."""

from __future__ import annotations

from flask import Response, jsonify

from gateway.security.access import Access, Screens
from gateway.sessions import current_vault
from vault.health import check_health

screens = Screens("health", __name__)


@screens.route_for(Access.PUBLIC, "/health")
def show_health() -> Response:
    report = check_health(current_vault())
    response = jsonify(ok=report.ok, parts={part.name: part.ok for part in report.parts})
    response.status_code = 200 if report.ok else 503
    return response
