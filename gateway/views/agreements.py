"""A person's confidentiality agreements: reading one in full, accepting or declining it, and the certificate of that.

A certificate is asked for by POST: it is recorded, and no link from elsewhere makes anybody ask for one.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby
from typing import ClassVar

from flask import make_response, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField

from gateway.errors import status_of
from gateway.forms import ScreenForm
from gateway.localisation import current_language, current_timezone
from gateway.notices import after
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from vault.agreements import certificate, printing, showing
from vault.agreements.answering import AnswerDraft, answer_agreement
from vault.agreements.text import Block
from vault.errors import Conflict, InputError, TooMany, VaultError
from vault.model import Classification
from vault.policy.agreements import Answer, Language

screens = Screens("agreements", __name__)
_LONGEST_NUMBER = 9


@screens.app_template_filter("groupby_kind")
def _grouped(blocks: list[Block]) -> list[tuple[str, list[str]]]:
    """Blocks of one kind that follow one another, so that items make one list."""
    return [(kind.value, [each.text for each in group]) for kind, group in groupby(blocks, key=lambda each: each.kind)]


@screens.app_template_filter("in_order")
def _in_order(classes: Collection[Classification]) -> list[Classification]:
    """Classes from the lowest."""
    return [each for each in Classification if each in classes]


class AnswerForm(ScreenForm):
    """What the person says, to the version and language that the page showed. The password is never shown again."""

    version = HiddenField()
    language = HiddenField()
    password = PasswordField(_("Your password"))
    field_of_code: ClassVar[dict[str, str]] = {"password.wrong": "password"}

    def draft(self, pressed: str) -> AnswerDraft:
        """What was sent; InputError ``agreement.answer`` for a button that is none of ours."""
        sent = self.version.data or ""
        number = int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= _LONGEST_NUMBER else 0
        try:
            return AnswerDraft(number, Language(self.language.data or ""), Answer(pressed))
        except ValueError as error:
            raise InputError("agreement.answer") from error


@screens.route_for(Access.SIGNED_IN, "/agreements")
def list_own() -> str:
    own = showing.own_agreements(current_vault(), current_actor(), language=own_language())
    return render_template("agreements/own.html", own=own)


@screens.route_for(Access.SIGNED_IN, "/agreements/<id:agreement_id>")
def show_agreement(agreement_id: str) -> str:
    return _agreement_page(agreement_id, _shown_language(), AnswerForm())


@screens.route_for(Access.SIGNED_IN, "/agreements/<id:agreement_id>/answer", methods=("POST",))
def answer(agreement_id: str) -> Response:
    form, vault, actor = AnswerForm.sent(), current_vault(), current_actor()
    try:
        draft = form.draft(request.form.get("answer", ""))
        given = answer_agreement(
            vault, actor, agreement_id=agreement_id, draft=draft, password=form.password.data or ""
        )
    except (InputError, TooMany) as error:
        return _refused(agreement_id, form, error)
    except Conflict as error:
        if error.code != "agreement.changed":
            raise
        return _refused(agreement_id, form, error)
    return after("agreements.list_own", f"agreement.{given.answer.value}")


@screens.route_for(Access.SIGNED_IN, "/agreements/answers/<id:answer_id>/certificate", methods=("POST",))
def send_certificate(answer_id: str) -> Response:
    vault, actor = current_vault(), current_actor()
    facts = certificate.certify_answer(vault, actor, answer_id=answer_id)
    pdf = printing.certificate_pdf(
        vault.mark_fonts,
        facts,
        language=own_language(),
        timezone=current_timezone(),
        issued_at=vault.clock.now(),
    )
    response = make_response(pdf)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="certificate-{facts.answer_id[:9]}.pdf"'
    return response


def own_language() -> Language:
    """The language that the person reads the site in."""
    return Language.of_locale(current_language())


def _shown_language() -> Language:
    """The one that the page's address asks for, else the person's."""
    asked = request.args.get("text", "")
    return next((each for each in Language if each.value == asked), own_language())


def _refused(agreement_id: str, form: AnswerForm, error: VaultError) -> Response:
    form.refuse(error)
    sent = next((each for each in Language if each.value == form.language.data), own_language())
    response = make_response(_agreement_page(agreement_id, sent, form), status_of(error))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.params["retry_after_seconds"])
    return response


def _agreement_page(agreement_id: str, language: Language, form: AnswerForm) -> str:
    page = showing.show_agreement(current_vault(), current_actor(), agreement_id=agreement_id, language=language)
    form.version.data, form.language.data = str(page.version), page.language.value
    return render_template("agreements/agreement.html", page=page, form=form, texts=list(Language))
