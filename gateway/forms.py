"""Forms: what is typed, kept when it is refused, with the refusal beside the field it is about.

Forms parse and keep; rules stay with the vault, whose InputError codes lead to the field. The token against forged
forms is the guard's business (:mod:`gateway.security.csrf`), so no form can forget it.
"""

from __future__ import annotations

from typing import ClassVar, Self

from flask import request
from wtforms import Form

from gateway.errors import sentence_of
from vault.errors import VaultError


class ScreenForm(Form):  # type: ignore[misc]  # wtforms is untyped
    """A form of a screen. ``field_of_code`` names the field for each code that it may be refused with."""

    field_of_code: ClassVar[dict[str, str]] = {}

    @classmethod
    def sent(cls) -> Self:
        """The form as it was posted; untouched fields get their defaults."""
        return cls(request.form)

    def refuse(self, error: VaultError) -> None:
        """Shows why beside the field, or above the form when it belongs to none."""
        sentence = sentence_of(error)
        name = self.field_of_code.get(error.code)
        if name is None:
            self.form_errors.append(sentence)
        else:
            self[name].errors = [*self[name].errors, sentence]
