"""One sentence in both languages of the product."""

from __future__ import annotations

from typing import NamedTuple


class Sentence(NamedTuple):
    """The same sentence in English and in Simplified Chinese. Words in braces come from the error's parameters."""

    en: str
    zh: str
