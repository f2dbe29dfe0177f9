"""What changed between two texts: line by line, and within a changed line word by word.

Chinese has no spaces between words, so each ideograph is a word of its own there.
"""

from __future__ import annotations

import difflib
import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\u2e80-\u9fff\uf900-\ufaff]+|\s+|.", re.DOTALL)
_ALIKE = 0.5
"""Lines less alike than this are one that went and one that came: words marked all over help nobody."""


class Change(enum.Enum):
    """What became of a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """One line of the comparison. ``is_changed`` lines are in both texts, with words that differ."""

    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        return len({piece.change for piece in self.pieces}) > 1 or self.pieces[0].change is not Change.SAME


def compare(earlier: str, later: str) -> list[ComparedLine]:
    """Every line of both texts in the order of reading, what was removed before what replaced it."""
    before, after = (text.split("\n") for text in (earlier, later))
    lines: list[ComparedLine] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += [_whole(Change.SAME, line) for line in before[a:b]]
        else:
            lines += _replaced(before[a:b], after[c:d])
    return [line for line in lines if any(piece.text for piece in line.pieces)]


def _replaced(removed: list[str], added: list[str]) -> Iterator[ComparedLine]:
    """Lines that follow one another in both texts are compared in pairs as long as they are alike."""
    pairs = min(len(removed), len(added))
    for old, new in zip(removed[:pairs], added[:pairs], strict=True):
        pieces = _words(old, new)
        if pieces:
            yield ComparedLine(pieces)
        else:
            yield _whole(Change.REMOVED, old)
            yield _whole(Change.ADDED, new)
    yield from (_whole(Change.REMOVED, line) for line in removed[pairs:])
    yield from (_whole(Change.ADDED, line) for line in added[pairs:])


def _words(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces of a line that changed within itself; none if the two are not alike."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return ()
    pieces: list[Piece] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece(Change.SAME, "".join(before[a:b])))
            continue
        pieces += [Piece(Change.REMOVED, "".join(before[a:b]))] if b > a else []
        pieces += [Piece(Change.ADDED, "".join(after[c:d]))] if d > c else []
    return tuple(pieces)


def _whole(change: Change, line: str) -> ComparedLine:
    return ComparedLine((Piece(change, line),))
