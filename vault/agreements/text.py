"""The text of an agreement: a very small Markdown in which every line is a block of its own.

``# `` begins a heading, ``## `` a smaller one, ``- `` an item of a list; every other line is a paragraph. There is no
markup within a line, no link and no HTML: what a person is shown, what is hashed and what is printed are one text.
Refused are characters that nobody sees or that turn others around: who accepts must have seen what is kept.
"""

from __future__ import annotations

import enum
import unicodedata
from dataclasses import dataclass

from vault.errors import InputError

MOST_TITLE_CHARACTERS = 120
MOST_BODY_BYTES = 24_000
"""Of one language, in UTF-8: about eight pages in either; both fit a form and the canonical form."""
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class BlockKind(enum.Enum):
    """What a line is."""

    HEADING = "heading"
    SUBHEADING = "subheading"
    ITEM = "item"
    PARAGRAPH = "paragraph"


@dataclass(frozen=True, slots=True)
class Block:
    kind: BlockKind
    text: str


_MARKS = (("## ", BlockKind.SUBHEADING), ("# ", BlockKind.HEADING), ("- ", BlockKind.ITEM))


def normalised_title(title: str) -> str:
    """The title in its one spelling; '' is none. InputError ``agreement.*``."""
    one_line = unicodedata.normalize("NFC", title).translate(str.maketrans("\r\n\t", "   "))
    _require_visible(one_line)
    composed = " ".join(one_line.split())
    if len(composed) > MOST_TITLE_CHARACTERS:
        raise InputError("agreement.title_too_long", limit=MOST_TITLE_CHARACTERS)
    return composed


def normalised_body(body: str) -> str:
    """The text in its one spelling: NFC, lines ended by U+000A, no spaces at their ends, one empty line at most.

    InputError ``agreement.characters`` or ``agreement.too_long``.
    """
    composed = unicodedata.normalize("NFC", body).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    lines: list[str] = []
    for line in composed.split("\n"):
        _require_visible(line)
        spelt = line.rstrip()
        if spelt or (lines and lines[-1]):
            lines.append(spelt)
    text = "\n".join(lines).strip("\n")
    if len(text.encode()) > MOST_BODY_BYTES:
        raise InputError("agreement.too_long", limit=MOST_BODY_BYTES)
    return text


def blocks_of(body: str) -> list[Block]:
    """The lines of a normalised text as they are shown; empty lines are not."""
    return [_block(line) for line in body.split("\n") if line.strip()]


def reading_text(body: str) -> str:
    """The text as it is read, a line a block, without the marks that say what a line is; items have a dot."""
    return "\n".join(("• " if each.kind is BlockKind.ITEM else "") + each.text for each in blocks_of(body))


def _block(line: str) -> Block:
    for mark, kind in _MARKS:
        if line.startswith(mark):
            return Block(kind, line.removeprefix(mark).strip())
    return Block(BlockKind.PARAGRAPH, line.strip())


def _require_visible(line: str) -> None:
    hidden = next((mark for mark in line if unicodedata.category(mark) in _REFUSED), None)
    if hidden is not None:
        raise InputError("agreement.characters", code_point=f"U+{ord(hidden):04X}")
