"""The reason as a form: category, words and case number, as it is asked for wherever something is opened or asked."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField, TextAreaField

from gateway.forms import ScreenForm
from gateway.labels import label
from vault.model import ReasonCategory
from vault.policy.reasons import ReasonDraft


class ReasonForm(ScreenForm):
    """Why. The categories are the closed list, in the person's language."""

    category = SelectField(_("What it is for"), validate_choice=False)
    text = TextAreaField(_("Why you need it"))
    case_number = StringField(_("Case number, if there is one"))
    field_of_code: ClassVar[dict[str, str]] = {
        "reason.category": "category",
        "reason.empty": "text",
        "reason.meaningless": "text",
        "reason.too_long": "text",
        "reason.case_number": "case_number",
        "reason.case_pattern": "case_number",
    }

    def __init__(self, *sent: Any) -> None:
        super().__init__(*sent)
        self.category.choices = [("", _("Choose…")), *((each.value, label(each)) for each in ReasonCategory)]

    def reason(self) -> ReasonDraft:
        """What was typed, unchecked."""
        return ReasonDraft(self.category.data or "", self.text.data or "", self.case_number.data or "")


class NoteForm(ScreenForm):
    """Why an act of office is done: words of some substance."""

    note = TextAreaField(_("Why"))
    field_of_code: ClassVar[dict[str, str]] = {
        "reason.empty": "note",
        "reason.meaningless": "note",
        "reason.too_long": "note",
    }
