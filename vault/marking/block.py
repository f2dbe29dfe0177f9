"""The block of lines that a mark repeats: how its text is broken, how large it is, and its drawing.

Sizes are in ems (one em = the letter size in pixels), so that a block is laid out once and drawn at the size that a
page needs. Widths are measured from the fonts, never guessed. Staff number, time and view id are never cut, however
long the rest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from vault.marking.fonts import Face, FontSet

LINE_EMS = 16.5
"""A longer line is broken."""
LEADING_EMS = 1.3
MOST_NAME_LINES = 7
MOST_PLACE_LINES = 4
_CUT = "…"
_MEASURED_AT = 48
_ROOM_EMS = 0.25
"""Around the lines, for accents and slanting letters that reach out of their widths."""

Run = tuple[Face, str]


@dataclass(frozen=True, slots=True)
class MarkBlock:
    """The lines of a mark, each as stretches of one face."""

    lines: tuple[tuple[Run, ...], ...]
    width_ems: float

    @property
    def height_ems(self) -> float:
        return len(self.lines) * LEADING_EMS + 2 * _ROOM_EMS


class _Measure:
    """Widths of text in ems; each face is opened once."""

    def __init__(self, fonts: FontSet) -> None:
        self._fonts = fonts
        self._opened: dict[Face, ImageFont.FreeTypeFont] = {}

    def ems(self, text: str) -> float:
        width = 0.0
        for face, words in self._fonts.runs(text):
            if face not in self._opened:
                self._opened[face] = face.at(_MEASURED_AT)
            width += self._opened[face].getlength(words)
        return width / _MEASURED_AT


def lay_out(fonts: FontSet, *, name: str, staff_number: str, moment: str, place: str, view_id: str) -> MarkBlock:
    """The block for these texts, all drawable. A name or place beyond its lines ends in an ellipsis."""
    measure = _Measure(fonts)
    together = f"{name}  {staff_number}"
    if measure.ems(together) <= LINE_EMS:
        lines = [together]
    else:
        lines = [*_broken(measure, name, most=MOST_NAME_LINES), *_broken(measure, staff_number)]
    lines += [*_broken(measure, moment), *_broken(measure, place, most=MOST_PLACE_LINES), *_broken(measure, view_id)]
    return MarkBlock(
        lines=tuple(tuple(fonts.runs(line)) for line in lines),
        width_ems=max(measure.ems(line) for line in lines) + 2 * _ROOM_EMS,
    )


def draw_block(block: MarkBlock, *, pixels: int) -> Image.Image:
    """The block with letters of ``pixels``: how much of each pixel they cover, 0 to 255."""
    opened = {face: face.at(pixels) for line in block.lines for face, _words in line}
    room = _ROOM_EMS * pixels
    widths = [sum(opened[face].getlength(words) for face, words in line) for line in block.lines]
    drawn = Image.new("L", (math.ceil(max(widths) + 2 * room), math.ceil(block.height_ems * pixels)))
    draw = ImageDraw.Draw(drawn)
    for number, line in enumerate(block.lines):
        left, base = room, room + (number * LEADING_EMS + 1) * pixels
        for face, words in line:
            draw.text((left, base), words, fill=255, font=opened[face], anchor="ls")
            left += opened[face].getlength(words)
    return drawn


def _broken(measure: _Measure, text: str, *, most: int | None = None) -> Sequence[str]:
    """``text`` in lines of at most :data:`LINE_EMS`, broken at a space where there is one; cut after ``most``."""
    lines, line = [], ""
    for mark in text:
        if line and measure.ems(line + mark) > LINE_EMS:
            head, _, tail = line.rpartition(" ")
            lines.append((head or line).strip())
            line = tail if head else ""
        line += mark
    lines += [line.strip()] if line.strip() else []
    if most is None or len(lines) <= most:
        return lines
    return [*lines[: most - 1], lines[most - 1][:-1] + _CUT]
