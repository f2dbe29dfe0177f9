"""What waits for a custodian over all their dossiers, and the decision on one submission: filed, or refused."""

from __future__ import annotations

from typing import ClassVar

from flask import make_response, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from gateway.errors import status_of
from gateway.forms import ScreenForm
from gateway.notices import after
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from vault.errors import InputError
from vault.filing import reviewing, submissions

screens = Screens("submissions", __name__)


class RefusalForm(ScreenForm):
    """Why a submission is refused; its author reads it."""

    note = TextAreaField(_("Why it is refused"))
    field_of_code: ClassVar[dict[str, str]] = {
        "reason.empty": "note",
        "reason.meaningless": "note",
        "reason.too_long": "note",
    }


@screens.route_for(Access.STAFF, "/submissions")
def list_submissions() -> str:
    rows = submissions.list_submissions(current_vault(), current_actor())
    waiting = submissions.count_submissions(current_vault(), current_actor())
    return render_template("filing/submissions.html", rows=rows, waiting=waiting)


@screens.route_for(Access.STAFF, "/documents/<id:document_id>/submission")
def show_submission(document_id: str) -> str:
    return _page(document_id, RefusalForm())


@screens.route_for(Access.STAFF, "/documents/<id:document_id>/submission/file", methods=("POST",))
def file_submission(document_id: str) -> Response:
    reviewing.file_submission(current_vault(), current_actor(), document_id=document_id, version=_looked_at())
    return after("submissions.list_submissions", "document.filed")


@screens.route_for(Access.STAFF, "/documents/<id:document_id>/submission/refuse", methods=("POST",))
def refuse_submission(document_id: str) -> Response:
    form = RefusalForm.sent()
    try:
        reviewing.refuse_submission(
            current_vault(),
            current_actor(),
            document_id=document_id,
            version=_looked_at(),
            note=form.note.data or "",
        )
    except InputError as error:
        form.refuse(error)
        return make_response(_page(document_id, form), status_of(error))
    return after("submissions.list_submissions", "document.refused")


def _page(document_id: str, form: RefusalForm) -> str:
    submission = submissions.show_submission(current_vault(), current_actor(), document_id=document_id)
    return render_template("filing/submission.html", submission=submission, form=form)


def _looked_at() -> int:
    """The version that the page showed: another that came since is not decided unseen."""
    sent = request.form.get("version", "")
    if not (sent.isascii() and sent.isdigit() and len(sent) < 10):
        raise InputError("input.invalid")
    return int(sent)
