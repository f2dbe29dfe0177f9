"""Agreements in office: the administrator writes, publishes and withdraws them; with the auditor they see who accepted.

The draft is previewed as people will see it, beside what is in force, before it is published.
"""

from __future__ import annotations

from typing import Any, ClassVar

from flask import make_response, render_template, request
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField

from gateway.errors import status_of
from gateway.forms import ScreenForm
from gateway.labels import label
from gateway.notices import after
from gateway.reasons import NoteForm
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault
from gateway.views.agreements import own_language
from vault.agreements import drafting, reviewing
from vault.agreements.comparing import compare
from vault.agreements.drafting import AgreementDraft
from vault.agreements.reviewing import AgreementCard
from vault.agreements.text import blocks_of, reading_text
from vault.database.agreement_queries import AgreementVersion, VersionText
from vault.errors import Conflict, InputError
from vault.model import Classification
from vault.policy.agreements import Audience, Language

screens = Screens("agreement_texts", __name__)
_LONGEST_REVISION = 9


class DraftForm(ScreenForm):
    """A version as it is written: both languages, whom it asks, what it covers."""

    title_en = StringField(_("Title in English"))
    body_en = TextAreaField(_("Text in English"))
    title_zh = StringField(_("Title in Chinese"))
    body_zh = TextAreaField(_("Text in Chinese"))
    audience = RadioField(_("Whom it asks"), validate_choice=False, default=Audience.BORROWERS.value)
    classes = SelectMultipleField(_("Classes that it covers"), validate_choice=False)
    is_material = BooleanField(_("The change is material: everybody is asked again"))
    revision = HiddenField(default="0")
    field_of_code: ClassVar[dict[str, str]] = {"agreement.scope": "audience", "agreement.untitled": "title_en"}

    def __init__(self, *sent: Any, **shown: Any) -> None:
        super().__init__(*sent, **shown)
        self.audience.choices = [(each.value, label(each)) for each in Audience]
        self.classes.choices = [(each.value, label(each)) for each in Classification]

    @staticmethod
    def of(version: AgreementVersion, *, revision: int) -> dict[str, Any]:
        """The values of a version as it stands, or to begin the next one from."""
        english, chinese = (version.texts.get(each, VersionText("", "")) for each in Language)
        return {
            "title_en": english.title,
            "body_en": english.body,
            "title_zh": chinese.title,
            "body_zh": chinese.body,
            "audience": version.audience.value,
            "classes": [each.value for each in version.classes],
            "is_material": version.is_material,
            "revision": str(revision),
        }

    def draft(self) -> AgreementDraft:
        """What was written; InputError ``agreement.scope`` for a word that is none of ours."""
        try:
            audience = Audience(self.audience.data or "")
            classes = frozenset(map(Classification, self.classes.data or ()))
        except ValueError as error:
            raise InputError("agreement.scope") from error
        texts = {
            Language.ENGLISH: VersionText(self.title_en.data or "", self.body_en.data or ""),
            Language.CHINESE: VersionText(self.title_zh.data or "", self.body_zh.data or ""),
        }
        return AgreementDraft(texts, audience, classes, bool(self.is_material.data))

    def known_revision(self) -> int:
        """The revision that the form was filled from; one that nobody has if it says none."""
        sent = self.revision.data or ""
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= _LONGEST_REVISION else -1


@screens.route_for(Access.AGREEMENT_READER, "/agreements/texts")
def list_texts() -> str:
    found = reviewing.list_agreements(current_vault(), current_actor(), language=own_language())
    return render_template("agreements/texts.html", found=found)


@screens.route_for(Access.ADMINISTRATOR, "/agreements/texts/new")
def show_new() -> str:
    return _form_page(DraftForm(None, data={"is_material": True}), card=None)


@screens.route_for(Access.ADMINISTRATOR, "/agreements/texts", methods=("POST",))
def begin_agreement() -> Response:
    form = DraftForm.sent()
    try:
        agreement_id = drafting.begin_agreement(current_vault(), current_actor(), draft=form.draft())
    except InputError as error:
        form.refuse(error)
        return make_response(_form_page(form, card=None), status_of(error))
    return after("agreement_texts.show_text", "agreement.saved", agreement_id=agreement_id)


@screens.route_for(Access.AGREEMENT_READER, "/agreements/texts/<id:agreement_id>")
def show_text(agreement_id: str) -> str:
    return _text_page(agreement_id, ScreenForm(), NoteForm())


@screens.route_for(Access.ADMINISTRATOR, "/agreements/texts/<id:agreement_id>/edit")
def show_edit(agreement_id: str) -> str:
    card = _card(agreement_id)
    return _form_page(_filled(card), card=card)


@screens.route_for(Access.ADMINISTRATOR, "/agreements/texts/<id:agreement_id>/edit", methods=("POST",))
def save_draft(agreement_id: str) -> Response:
    form = DraftForm.sent()
    try:
        drafting.save_draft(
            current_vault(),
            current_actor(),
            agreement_id=agreement_id,
            draft=form.draft(),
            revision=form.known_revision(),
        )
    except (InputError, Conflict) as error:
        form.refuse(error)
        return make_response(_form_page(form, card=_card(agreement_id)), status_of(error))
    return after("agreement_texts.show_text", "agreement.saved", agreement_id=agreement_id)


@screens.route_for(Access.ADMINISTRATOR, "/agreements/texts/<id:agreement_id>/publication", methods=("POST",))
def publish(agreement_id: str) -> Response:
    sent, form = request.form.get("revision", ""), ScreenForm()
    revision = int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= _LONGEST_REVISION else -1
    try:
        drafting.publish_version(current_vault(), current_actor(), agreement_id=agreement_id, revision=revision)
    except (InputError, Conflict) as error:
        form.refuse(error)
        return make_response(_text_page(agreement_id, form, NoteForm()), status_of(error))
    return after("agreement_texts.show_text", "agreement.published", agreement_id=agreement_id)


@screens.route_for(Access.ADMINISTRATOR, "/agreements/texts/<id:agreement_id>/withdrawal", methods=("POST",))
def withdraw(agreement_id: str) -> Response:
    form = NoteForm.sent()
    try:
        drafting.withdraw_agreement(
            current_vault(), current_actor(), agreement_id=agreement_id, note=form.note.data or ""
        )
    except (InputError, Conflict) as error:
        form.refuse(error)
        return make_response(_text_page(agreement_id, ScreenForm(), form), status_of(error))
    return after("agreement_texts.show_text", "agreement.withdrawn", agreement_id=agreement_id)


@screens.route_for(Access.AGREEMENT_READER, "/agreements/texts/<id:agreement_id>/people", methods=("POST",))
def review_people(agreement_id: str) -> str:
    """By POST, since it is recorded."""
    review = reviewing.review_agreement(
        current_vault(), current_actor(), agreement_id=agreement_id, language=own_language()
    )
    return render_template("agreements/people.html", review=review)


def _card(agreement_id: str) -> AgreementCard:
    return reviewing.show_agreement_card(
        current_vault(), current_actor(), agreement_id=agreement_id, language=own_language()
    )


def _filled(card: AgreementCard) -> DraftForm:
    """The draft as it stands, else the version in force to begin the next one from."""
    if card.draft is not None:
        return DraftForm(None, data=DraftForm.of(card.draft, revision=card.draft.revision))
    return DraftForm(None, data=DraftForm.of(card.published[0], revision=0) | {"is_material": True})


def _form_page(form: DraftForm, *, card: AgreementCard | None) -> str:
    return render_template("agreements/edit.html", form=form, card=card)


def _text_page(agreement_id: str, form: ScreenForm, note: NoteForm) -> str:
    card, language = _card(agreement_id), own_language()
    newest = card.draft or card.published[0]
    before = card.published[0] if card.draft and card.published else None
    text = newest.texts.get(language, VersionText("", ""))
    changes = compare(reading_text(before.texts[language].body), reading_text(text.body)) if before else []
    return render_template(
        "agreements/text.html",
        card=card,
        form=form,
        note=note,
        title=text.title,
        blocks=blocks_of(text.body),
        changes=changes,
        before=before,
        newest=newest,
    )
