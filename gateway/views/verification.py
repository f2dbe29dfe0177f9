"""The auditor's screens beside the verification: receipts of single entries, and views without a result."""

from __future__ import annotations

from typing import cast

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from gateway.errors import status_of
from gateway.security.access import Access, Screens
from gateway.security.origin import is_own_visit
from gateway.sessions import current_actor, current_vault
from gateway.uploads import UploadedFile
from vault.errors import InputError
from vault.ledger.receipt import MOST_BYTES, ReceiptRefused
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


@screens.route_for(Access.AUDITOR, "/trail/verification/receipt", methods=("POST",), takes_upload=True)
def check_receipt() -> Response:
    """Of a file that was kept. A receipt that is not good is an answer, as with a verification; no file is none."""
    vault, actor = current_vault(), current_actor()
    try:
        checked = receipts.show_receipt(vault, actor, text=_sent_receipt())
    except ReceiptRefused as refusal:
        return make_response(render_template("trail/receipt.html", why=refusal.code))
    except InputError as error:
        return make_response(render_template("trail/receipt.html", why=error.code), status_of(error))
    return make_response(render_template("trail/receipt.html", checked=checked, leaf=checked.receipt.leaf.decode()))


def _sent_receipt() -> str:
    """InputError ``verification.receipt_none``, or ``verification.receipt`` for more than a receipt can have."""
    sent = request.files.get("receipt")
    file = cast("UploadedFile", sent.stream) if sent is not None and sent.filename else None
    if file is None or not file.size:
        raise InputError("verification.receipt_none")
    if file.size > MOST_BYTES:
        raise InputError("verification.receipt")
    return file.rewind().read().decode("utf-8", errors="replace")


@screens.route_for(Access.AUDITOR, "/trail/unanswered")
def show_unanswered() -> str:
    if not is_own_visit(request.headers):
        return render_template("trail/from_elsewhere.html")
    return render_template("trail/unanswered.html", rows=intents.list_unanswered(current_vault(), current_actor()))
