"""The auditor's screens beside the verification: receipts of single entries, and views without a result."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from gateway.security.access import Access, Screens
from gateway.security.origin import is_own_visit
from gateway.sessions import current_actor, current_vault
from vault.trail import intents, receipts

screens = Screens("verification", __name__)


@screens.route_for(Access.AUDITOR, "/trail/entries/<int:index>/receipt")
def download_receipt(index: int) -> Response:
    """Only from the vault's own pages: that it was taken is recorded in the auditor's name."""
    if not is_own_visit(request.headers):
        return Response(render_template("trail/from_elsewhere.html"))
    response = Response(
        receipts.make_receipt(current_vault(), current_actor(), index=index), content_type="text/plain; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="entry-{index}.tlog-proof"'
    return response


@screens.route_for(Access.AUDITOR, "/trail/unanswered")
def show_unanswered() -> str:
    if not is_own_visit(request.headers):
        return render_template("trail/from_elsewhere.html")
    return render_template("trail/unanswered.html", rows=intents.list_unanswered(current_vault(), current_actor()))
