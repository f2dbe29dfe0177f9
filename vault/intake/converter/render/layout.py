"""Sets blocks of text on A4 pages with one font: plain, readable, the same everywhere.

Guarantees: nothing is drawn outside the margins; a page's text is what was drawn on it; at most two pages of lines are
held at a time. Leaves to others: where blocks come from (plain text, Markdown). No shaping: scripts that need it, and
right-to-left order, are drawn letter by letter, and read correctly in the page's text only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from vault.intake.converter.limits import ConversionLimits
from vault.intake.converter.render.fonts import load_font
from vault.intake.converter.render.line_breaking import break_lines, cut_cells, is_wide
from vault.intake.converter.render.rendering import DrawnPage

_A4_INCHES = (8.27, 11.69)
_MARGIN_INCHES = 0.7
_BODY_POINTS = 10.5
_LINE_HEIGHT = 1.5
_CELL_EMS = 0.56
_INDENT_EMS = 2.0
_INK = (20, 20, 20)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph: ``size`` relative to the body, ``indent`` in steps, ``gap`` before it in lines.

    ``marker`` hangs to the left of the first line. ``is_preformatted`` keeps spaces and sets characters in a grid.
    """

    text: str
    size: float = 1.0
    indent: int = 0
    gap: float = 0.0
    marker: str = ""
    is_bold: bool = False
    is_preformatted: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    marker: str
    block: Block
    gap: float


def lay_out(blocks: Iterable[Block], *, font: bytes, limits: ConversionLimits) -> Iterator[DrawnPage]:
    """The blocks on as many pages as they need; no block gives no page."""
    press = _Press(font, limits)
    lines: list[tuple[float, _Line]] = []
    used = 0.0
    for block in blocks:
        for line in press.lines(block):
            height = press.line_height(block)
            gap = line.gap * height if lines else 0.0
            if lines and used + gap + height > press.room:
                yield press.draw(lines)
                lines, used, gap = [], 0.0, 0.0
            lines.append((used + gap, line))
            used += gap + height
    if lines:
        yield press.draw(lines)


class _Press:
    """Measures and draws with one font at one resolution."""

    def __init__(self, font: bytes, limits: ConversionLimits) -> None:
        dots = min(limits.dots_per_inch, int(limits.edge_pixels / _A4_INCHES[1]))
        self._size = (max(round(_A4_INCHES[0] * dots), 1), max(round(_A4_INCHES[1] * dots), 1))
        self._margin = _MARGIN_INCHES * dots
        self._em = _BODY_POINTS / 72 * dots
        self._font_at = lru_cache(maxsize=16)(lambda pixels: load_font(font, pixels))
        self._width_of = lru_cache(maxsize=65_536)(self._measure)
        self.room = self._size[1] - 2 * self._margin

    def line_height(self, block: Block) -> float:
        return self._em * block.size * _LINE_HEIGHT

    def lines(self, block: Block) -> Iterator[_Line]:
        """The block's lines, each knowing what hangs beside it and what gap is above it."""
        marker, gap = block.marker, block.gap
        for paragraph in block.text.split("\n"):
            for text in self._broken(paragraph, block):
                yield _Line(text=text, marker=marker, block=block, gap=gap)
                marker, gap = "", 0.0

    def draw(self, lines: list[tuple[float, _Line]]) -> DrawnPage:
        image = Image.new("RGB", self._size, "white")
        canvas = ImageDraw.Draw(image)
        for top, line in lines:
            self._draw_line(canvas, self._margin + top, line)
        text = "\n".join(f"{line.marker} {line.text}" if line.marker else line.text for _, line in lines)
        return DrawnPage(image=image, text=text)

    def _broken(self, paragraph: str, block: Block) -> Iterator[str]:
        width = self._size[0] - 2 * self._margin - self._left(block)
        if block.is_preformatted:
            return cut_cells(paragraph, max(int(width / self._cell(block)), 2))
        pixels = self._pixels(block)
        return break_lines(paragraph, width, measure=lambda character: self._width_of(character, pixels))

    def _draw_line(self, canvas: ImageDraw.ImageDraw, top: float, line: _Line) -> None:
        block, left = line.block, self._margin + self._left(line.block)
        font, stroke = self._font(block), 0.4 if block.is_bold else 0
        if line.marker:
            canvas.text((left - self._em * 0.4, top), line.marker, _INK, font=font, anchor="ra")
        if not block.is_preformatted:
            canvas.text((left, top), line.text, _INK, font=font, stroke_width=stroke)
            return
        for character in line.text:
            width = self._cell(block) * (2 if is_wide(character) else 1)
            if character != " ":
                canvas.text((left + width / 2, top), character, _INK, font=font, anchor="ma")
            left += width

    def _measure(self, character: str, pixels: int) -> float:
        return float(self._font_at(pixels).getlength(character))

    def _font(self, block: Block) -> ImageFont.FreeTypeFont:
        return self._font_at(self._pixels(block))

    def _pixels(self, block: Block) -> int:
        return max(round(self._em * block.size * (0.9 if block.is_preformatted else 1)), 4)

    def _cell(self, block: Block) -> float:
        return self._em * block.size * _CELL_EMS

    def _left(self, block: Block) -> float:
        return min(block.indent, 8) * _INDENT_EMS * self._em
