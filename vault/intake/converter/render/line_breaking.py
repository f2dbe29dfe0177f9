"""Breaks text into lines of a measured width: pure.

Guarantees: no line is wider than asked for, unless a single character is; nothing is lost but spaces at a break. Breaks
after spaces and between Chinese, Japanese or Korean characters, but never before closing or after opening punctuation
where another break exists (避头尾). Source: a small part of UAX #14 and GB/T 15834.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

Measure = Callable[[str], float]
"""The width of one character, in pixels."""

TAB_CELLS = 4
_NOT_AT_START = frozenset("，。、；：？！）》」』】〕〉”’…—～·％,.;:?!)]}%")
_NOT_AT_END = frozenset("（《「『【〔〈“‘([{")


def is_wide(character: str) -> bool:
    """Whether the character takes two cells in a grid and may be broken beside (UAX #11)."""
    return unicodedata.east_asian_width(character) in "WF"


def break_lines(text: str, width: float, *, measure: Measure) -> Iterator[str]:
    """The lines of one paragraph without line ends; an empty paragraph is one empty line."""
    start = 0
    while True:
        end = _fit(text, start, width, measure)
        if end == len(text):
            yield text[start:]
            return
        cut = _break_before(text, start, end)
        yield text[start:cut].rstrip(" ")
        start = cut
        while start < len(text) and text[start] == " ":
            start += 1
        if start == len(text):
            return


def cut_cells(text: str, cells: int) -> Iterator[str]:
    """The lines of preformatted text in a grid: cut where the grid ends, spaces kept, tabs expanded."""
    line, used = "", 0
    for character in text.expandtabs(TAB_CELLS):
        size = 2 if is_wide(character) else 1
        if used + size > cells and line:
            yield line
            line, used = "", 0
        line, used = line + character, used + size
    yield line


def _fit(text: str, start: int, width: float, measure: Measure) -> int:
    """The end of the longest piece from ``start`` that fits; at least one character."""
    used = 0.0
    for index in range(start, len(text)):
        used += measure(text[index])
        if used > width and text[index] != " ":
            return max(index, start + 1)
    return len(text)


def _break_before(text: str, start: int, end: int) -> int:
    """The last place in ``start + 1 .. end`` where a line may end; ``end`` itself if a word is longer than a line."""
    for cut in range(end, start, -1):
        if _may_break(text[cut - 1], text[cut]):
            return cut
    return end


def _may_break(before: str, after: str) -> bool:
    if after in _NOT_AT_START or before in _NOT_AT_END or after == " ":
        return after == " "
    return before == " " or is_wide(before) or is_wide(after)
