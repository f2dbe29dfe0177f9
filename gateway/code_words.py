"""What the code of an entry says of its outcome, in a few words: the same on screens, in exports and on papers."""

from __future__ import annotations

from gateway.fact_words import CODES
from gateway.findings import WORDS

CODES_WITH_WORDS = (*CODES, *WORDS)


def code_words(code: str, *, locale: str) -> str:
    """The words in ``locale``, which must be that of the context; '' where there are none, as of most errors."""
    if code in CODES:
        return CODES[code][locale.startswith("zh")]
    return str(WORDS[code].what) if code in WORDS else ""
