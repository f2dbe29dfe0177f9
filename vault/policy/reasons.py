"""What counts as a reason: a category, words of some substance, and a case number if there is one.

"." and "aaa" are what people type when nobody reads it; they are refused here, in every way in.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from vault.errors import InputError
from vault.model import Reason, ReasonCategory

MAXIMUM_CHARACTERS = 500
MINIMUM_LETTERS = 8
MINIMUM_IDEOGRAPHS = 4
MINIMUM_DISTINCT = 4
_CASE_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.-]{0,39}")


@dataclass(frozen=True, slots=True)
class ReasonDraft:
    """What a person typed, before any check."""

    category: str
    text: str
    case_number: str = ""


def check_reason(draft: ReasonDraft) -> Reason:
    """The draft as a reason; InputError with a ``reason.*`` code that says what is missing."""
    try:
        category = ReasonCategory(draft.category)
    except ValueError as error:
        raise InputError("reason.category") from error
    text = " ".join(_visible(unicodedata.normalize("NFC", draft.text)).split())
    if not text:
        raise InputError("reason.empty")
    if len(text) > MAXIMUM_CHARACTERS:
        raise InputError("reason.too_long", limit=MAXIMUM_CHARACTERS)
    if not _has_substance(text):
        raise InputError("reason.meaningless")
    case_number = draft.case_number.strip()
    if case_number and not _CASE_NUMBER.fullmatch(case_number):
        raise InputError("reason.case_number")
    return Reason(category=category, text=text, case_number=case_number)


def _visible(text: str) -> str:
    return "".join(" " if unicodedata.category(mark) in {"Cc", "Cf", "Zl", "Zp"} else mark for mark in text)


def _has_substance(text: str) -> bool:
    letters = [mark for mark in text.casefold() if mark.isalnum()]
    ideographs = [mark for mark in letters if unicodedata.category(mark) == "Lo"]
    enough = len(ideographs) >= MINIMUM_IDEOGRAPHS or len(letters) >= MINIMUM_LETTERS
    if not enough or len(set(letters)) < MINIMUM_DISTINCT:
        return False
    return not _is_one_chunk_repeated("".join(letters))


def _is_one_chunk_repeated(letters: str) -> bool:
    """True for "asdfasdfasdf": a string that is one shorter piece over and over."""
    return letters in (letters + letters)[1:-1]
