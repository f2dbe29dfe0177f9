"""Acknowledging a finding, as a form: what is ticked, under which case it was investigated, and what came of it."""

from __future__ import annotations

from typing import ClassVar

from flask import request
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField, TextAreaField

from gateway.reasons import ReasonForm


class AcknowledgeForm(ReasonForm):
    """``found`` is what the page showed, to be handed back."""

    text = TextAreaField(_("What came of the investigation"))
    case_number = StringField(_("Case number"))
    found = HiddenField()
    field_of_code: ClassVar[dict[str, str]] = {**ReasonForm.field_of_code, "finding.case_number": "case_number"}

    @property
    def ticked(self) -> list[str]:
        """Digests of findings, or indexes of entries."""
        return request.form.getlist("finding")
