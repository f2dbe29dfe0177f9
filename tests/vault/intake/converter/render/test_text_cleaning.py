"""Page text holds nothing that acts on a reader or a terminal."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from vault.intake.converter.render.text_cleaning import clean_text


def test_controls_overrides_and_line_ends_are_normalised() -> None:
    """One kind of line end; no escape sequences, no reversed text, composed letters."""
    assert clean_text("a\r\nb\x1b[31m\u202ec\u2028cafe\u0301\x00") == "a\nb[31mc\ncafé"


@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_becomes_clean(text: str) -> None:
    """Only line ends and tabs are left of all controls, and the text can be encoded."""
    cleaned = clean_text(text)

    assert not any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t" for c in cleaned)
    assert unicodedata.is_normalized("NFC", cleaned)
    cleaned.encode("utf-8")
