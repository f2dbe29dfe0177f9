"""Characters that break lines, command terminals or turn text around are spelled out; letters stay."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from vault.feed.characters import escaped, is_harmful, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain 中文 𠮷 é", "plain 中文 𠮷 é"),
        ("a\r\nb", "a<U+000D><U+000A>b"),
        ("\x1b[31m", "<U+001B>[31m"),
        ("\u202eexe.txt", "<U+202E>exe.txt"),
        ("\u2028\u2029\x85", "<U+2028><U+2029><U+0085>"),
        ("\ud800", "<U+D800>"),
        ("\U000e0041", "<U+E0041>"),
    ],
)
def test_harmful_characters_are_spelled_out_and_others_stay(text: str, shown: str) -> None:
    """Line ends, escapes, directional overrides, surrogates; every letter is left alone."""
    assert visible(text) == shown


def test_no_character_that_ends_a_line_anywhere_passes() -> None:
    """Whatever Python, or a reader like it, splits lines at."""
    ends = [chr(code) for code in range(sys.maxunicode + 1) if len(f"a{chr(code)}b".splitlines()) > 1]

    assert ends
    assert all(is_harmful(each) for each in ends)


def test_no_directional_control_passes() -> None:
    """The characters of "Trojan source"."""
    controls = [
        chr(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.bidirectional(chr(code)) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    ]

    assert len(controls) == 9
    assert all(is_harmful(each) for each in controls)


def test_escaping_escapes_the_escape_first() -> None:
    """A backslash in front of a delimiter does not take the delimiter's away."""
    assert escaped("a|b", "|") == "a\\|b"
    assert escaped("a\\|b", "|") == "a\\\\\\|b"
