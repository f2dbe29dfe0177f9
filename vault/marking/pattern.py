"""How the blocks of a mark are set over a page: turned, in rows that begin further and further to the right.

Guarantees that each third of a page's height holds a whole block, for every page large enough for letters that can be
read. Turned blocks are slanted bands that nest: a row begins long before the bounding boxes above it end.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from vault.marking.block import MarkBlock

SMALLEST_PIXELS, LARGEST_PIXELS = 12, 68
LETTERS_ACROSS_PAGE = 54
THIRDS = 3
_USUAL_GAPS_EMS = (3.0, 4.2)
_SMALLEST_GAPS_EMS = (1.0, 1.2)
"""Between blocks across and down; on small pages they draw closer before letters become smaller."""
_SHIFT_OF_ROWS = 0.23


@dataclass(frozen=True, slots=True)
class Pattern:
    """Blocks are turned by ``angle_degrees``, and ``looseness`` times as far apart as they are at their densest."""

    angle_degrees: float = 24.0
    looseness: float = 1.0


@dataclass(frozen=True, slots=True)
class Spacing:
    """In ems: the turned block's size; and the distances across and down, at their closest and as a rule."""

    width: float
    height: float
    closest: tuple[float, float]
    usual: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Steps:
    """Distances and shift in pixels."""

    across: int
    down: int
    shift: int


@dataclass(frozen=True, slots=True)
class Place:
    """One block on the page: the page's rows and columns that it covers, and where it begins."""

    rows: tuple[int, int]
    columns: tuple[int, int]
    top: int
    left: int

    def on_page(self, colours: int = 1) -> tuple[slice, slice]:
        """Its part of the page, where each pixel takes ``colours`` columns."""
        return slice(*self.rows), slice(self.columns[0] * colours, self.columns[1] * colours)

    def on_block(self, colours: int = 1) -> tuple[slice, slice]:
        """The part of the block that is on the page."""
        first, last = (column - self.left for column in self.columns)
        return slice(self.rows[0] - self.top, self.rows[1] - self.top), slice(first * colours, last * colours)


def spacing_of(block: MarkBlock, pattern: Pattern) -> Spacing:
    """Sizes and distances for this block."""
    angle = math.radians(pattern.angle_degrees)
    long, thick = block.width_ems, block.height_ems
    width = long * math.cos(angle) + thick * math.sin(angle)
    closest, usual = (
        _distances(width, thick / math.cos(angle), gaps, slope=math.tan(angle))
        for gaps in (_SMALLEST_GAPS_EMS, _USUAL_GAPS_EMS)
    )
    return Spacing(
        width=width,
        height=long * math.sin(angle) + thick * math.cos(angle),
        closest=closest,
        usual=(usual[0] * pattern.looseness, usual[1] * pattern.looseness),
    )


def letter_pixels(spacing: Spacing, *, width: int, height: int) -> int:
    """The letter size for a page of this size: so small that every third of its height holds a whole block.

    Never below :data:`SMALLEST_PIXELS`, which nobody could read; a smaller page may show parts of blocks only.
    """
    across, down = spacing.closest
    fitting = min(height / THIRDS / (spacing.height + down), width / (spacing.width + across))
    usual = min(width, height) / LETTERS_ACROSS_PAGE
    return int(min(max(min(usual, fitting), SMALLEST_PIXELS), LARGEST_PIXELS))


def steps_of(spacing: Spacing, *, pixels: int, width: int, height: int) -> Steps:
    """The distances for letters of ``pixels`` on a page of this size: the usual ones where they fit."""
    room = (width / pixels - spacing.width, height / THIRDS / pixels - spacing.height)
    across, down = (
        max(min(usual, fitting), closest)
        for usual, fitting, closest in zip(spacing.usual, room, spacing.closest, strict=True)
    )
    return Steps(int(across * pixels), int(down * pixels), int(across * _SHIFT_OF_ROWS * pixels))


def places(steps: Steps, *, block: tuple[int, int], page: tuple[int, int], phase: tuple[int, int]) -> Iterator[Place]:
    """Where blocks stand, whole or in part. ``block``, ``page`` and ``phase`` are (rows, columns)."""
    block_height, block_width = block
    height, width = page
    first = -(block_height + phase[0] % steps.down)
    for row, top in enumerate(range(first, height, steps.down)):
        rows = (max(top, 0), min(top + block_height, height))
        begin = (phase[1] + row * steps.shift) % steps.across - block_width - steps.across
        for left in range(begin, width, steps.across):
            columns = (max(left, 0), min(left + block_width, width))
            if rows[0] < rows[1] and columns[0] < columns[1]:
                yield Place(rows, columns, top, left)


def _distances(width: float, thickness: float, gaps: tuple[float, float], *, slope: float) -> tuple[float, float]:
    """Rows may be closer than a block is thick, since each begins further to the right, where the one above rises."""
    across = width + gaps[0]
    return across, thickness + gaps[1] - across * _SHIFT_OF_ROWS * slope
