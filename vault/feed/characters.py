"""Characters that break a line, command a terminal or turn what is read around, made harmless before they go out.

Those are the Unicode categories Cc, Cf, Cs, Zl and Zp: line ends of every kind, NUL, escape sequences, directional
overrides, invisible marks, lone surrogates. Letters of every script, and with them Chinese, stay as they are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

_HARMFUL_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_BACKSLASH = "\\"


def is_harmful(character: str) -> bool:
    """Whether it must not go out as it is."""
    return unicodedata.category(character) in _HARMFUL_CATEGORIES


def in_brackets(character: str) -> str:
    """``<U+202E>``: how a character is spelled out where the format has no spelling of its own."""
    return f"<U+{ord(character):04X}>"


def visible(text: str, *, spelled: Callable[[str], str] = in_brackets) -> str:
    """The text with each harmful character spelled out."""
    if text.isprintable():
        return text
    return "".join(spelled(each) if is_harmful(each) else each for each in text)


def escaped(text: str, characters: str) -> str:
    """The text with a backslash before each of these characters and before each backslash."""
    for each in _BACKSLASH + characters:
        text = text.replace(each, _BACKSLASH + each)
    return text
