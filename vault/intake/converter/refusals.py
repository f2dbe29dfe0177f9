"""Why a document is not converted: one closed list, the only thing besides pages that the child can say.

Nothing the document contains reaches an error message. The values are part of the pipe protocol
(docs/spec/page-images.md) and never change meaning.
"""

from __future__ import annotations

import enum

from vault.errors import InputError, Unavailable


class Refusal(enum.IntEnum):
    """A reason, as it travels; its ``code`` is the name in lower case after ``intake.``."""

    ENCRYPTED = 1
    DAMAGED = 2
    TOO_MANY_PAGES = 3
    PAGE_TOO_LARGE = 4
    TOO_LARGE = 5
    EMPTY = 6
    TYPE_UNKNOWN = 7
    TOO_COMPLEX = 8
    TIMEOUT = 9
    FORBIDDEN_OPERATION = 10
    NO_SANDBOX = 11

    @property
    def code(self) -> str:
        return f"intake.{self.name.lower()}"


class DocumentRefused(Exception):
    """Raised by the renderers, inside the child only."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.code)


def error_of(refusal: Refusal) -> InputError | Unavailable:
    """The vault's error for ``refusal``: the operator's for a missing sandbox, else the caller's."""
    if refusal is Refusal.NO_SANDBOX:
        return Unavailable(refusal.code)
    return InputError(refusal.code)
