"""Texts that no spreadsheet takes for a formula.

A program that opens a CSV file looks at how a cell begins, whatever the quotes say: ``=``, ``+``, ``-`` and ``@`` begin
a formula, their full-width forms do in East Asian versions, a tab or line end may be dropped before it looks (OWASP,
"CSV Injection"; CWE-1236). Such a text gets an apostrophe in front, which these programs take for "this is text".
"""

from __future__ import annotations

import string
import unicodedata

_BEGINNINGS = frozenset("=+-@\t\r\n＝＋－＠﹢﹣﹦﹫−")
_SKIPPED = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
"""Blanks, controls and what draws nothing: a program may pass over them to what follows."""
MARK = "'"
PLAIN_BEGINNINGS = frozenset({"", *string.ascii_letters, *string.digits})
"""How nearly every text begins: such a one is neutral as it is. '' is the beginning of an empty one."""


def neutral(text: str) -> str:
    """``text``, with an apostrophe in front if a program might read a formula in it.

    One that begins with an apostrophe gets another, so that taking one away always gives the text itself.
    """
    if text[:1] in PLAIN_BEGINNINGS:
        return text
    return MARK + text if _is_suspect(text) else text


def _is_suspect(text: str) -> bool:
    for character in text:
        if character in _BEGINNINGS or character == MARK:
            return True
        if unicodedata.category(character) not in _SKIPPED:
            return False
    return False
