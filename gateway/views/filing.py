"""Handing documents in: one form for any number of files, or one file after the other by script; and their state."""

from __future__ import annotations

from collections.abc import Sequence

from flask import jsonify, make_response, render_template, request
from werkzeug.wrappers import Response

from gateway.dossier_page import FileAnswer, dossier_page, load_card
from gateway.errors import status_of
from gateway.localisation import current_language
from gateway.notices import after
from gateway.security.access import Access, Answer, Screens
from gateway.sentences import sentence_for_code
from gateway.sessions import current_actor, current_vault
from gateway.uploads import Upload, uploads_of_request
from vault.errors import CallerError, Conflict, InputError
from vault.filing.documents import SubmittedDocument, submit_document
from vault.intake.sniffing import EXTENSIONS

screens = Screens("filing", __name__)


@screens.app_template_global("accepted_files")
def accepted_files() -> str:
    """What a file field offers to choose from."""
    return ",".join(f".{extension}" for extension in EXTENSIONS)


@screens.app_template_filter("fault")
def fault_words(code: str) -> str:
    """Why a version was set aside. What was altered is told in one sentence, whatever the trail knows."""
    return sentence_for_code(current_language(), "tamper.detected" if code.startswith("tamper.") else code)


@screens.route_for(Access.STAFF, "/dossiers/<id:dossier_id>/documents", methods=("POST",), takes_upload=True)
def submit_documents(dossier_id: str) -> Response:
    """Whatever of the form can be taken is taken; what cannot is named beside the form with the reason."""
    try:
        answers = [_answer(dossier_id, upload) for upload in uploads_of_request()]
    except InputError as error:
        return _again(dossier_id, (), error)
    if any(answer.error for answer in answers):
        return _again(dossier_id, answers, None)
    return after("dossiers.show_dossier", _notice(answers), dossier_id=dossier_id, _anchor="main")


@screens.route_for(
    Access.STAFF,
    "/dossiers/<id:dossier_id>/uploads",
    methods=("POST",),
    answer=Answer.PIECE,
    takes_upload=True,
)
def take_upload(dossier_id: str) -> Response:
    """One file, sent by the page's script, which shows how far it is."""
    uploads = uploads_of_request()
    if len(uploads) > 1:
        raise InputError("input.invalid")
    submitted = _submit(dossier_id, uploads[0])
    answer = FileAnswer(uploads[0].name, is_known=submitted.already_filed)
    return jsonify(document_id=submitted.document_id, sentence=answer.sentence)


@screens.route_for(Access.STAFF, "/dossiers/<id:dossier_id>/documents", answer=Answer.PIECE)
def list_documents(dossier_id: str) -> str:
    """The list alone, by which the page follows documents whose pages are being made."""
    return render_template("dossiers/_documents.html", card=load_card(dossier_id))


def _answer(dossier_id: str, upload: Upload) -> FileAnswer:
    try:
        submitted = _submit(dossier_id, upload)
    except (InputError, Conflict) as error:
        return FileAnswer(upload.name, error=error)
    return FileAnswer(upload.name, is_known=submitted.already_filed)


def _submit(dossier_id: str, upload: Upload) -> SubmittedDocument:
    upload.file.require_whole()
    return submit_document(
        current_vault(),
        current_actor(),
        dossier_id=dossier_id,
        document_id=request.form.get("document_id") or None,
        file_name=upload.name,
        content=upload.file,
        submission_key=upload.key,
    )


def _again(dossier_id: str, answers: Sequence[FileAnswer], error: InputError | None) -> Response:
    """The dossier with the reasons beside the form; for those who have no such form, the error by itself."""
    card = load_card(dossier_id)
    reasons: list[CallerError] = [answer.error for answer in answers if answer.error]
    first = error or reasons[0]
    if not card.may_submit:
        raise first
    return make_response(dossier_page(card, answers=answers, upload_error=error), status_of(first))


def _notice(answers: Sequence[FileAnswer]) -> str:
    known = sum(answer.is_known for answer in answers)
    if known == len(answers):
        return "document.known"
    if known:
        return "documents.partly_known"
    return "document.submitted" if len(answers) == 1 else "documents.submitted"
