"""The visible mark of a view: what it says, and how it is drawn over a page.

A block of three or four short lines, turned and half transparent, repeated over the whole page so densely that a third
of any page shows one whole. Dark letters with a light rim are legible on light and dark ground alike. The mark is drawn
into the pixels on the server; no style sheet or script can take it away. Specification: docs/spec/visible-mark.md.
"""

from __future__ import annotations

import datetime as dt
import math
import zoneinfo
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vault.errors import Unavailable
from vault.marking.fonts import FontSet, drawable

ANGLE_DEGREES = 24
INK = (24, 32, 48)
INK_OPACITY = 0.20
RIM_OPACITY = 0.26
SMALLEST_PIXELS, LARGEST_PIXELS = 11, 40
LETTERS_ACROSS_PAGE = 52
LINE_EMS = 19
"""A longer line is broken."""
MOST_LINES = 8
CHECK_CELLS = 4
CHECK_CHANGED_SHARE = 0.5
_CHECK_SOLID = 20
_CHECK_FEWEST_PIXELS = 60


@dataclass(frozen=True, slots=True)
class MarkText:
    """Who is looking, since when, from where, in which view."""

    name: str
    staff_number: str
    opened_at: dt.datetime
    timezone: str
    place: str
    view_id: str

    def lines(self) -> tuple[str, ...]:
        """What the mark says. The time is the person's local time with its offset from UTC."""
        local = self.opened_at.astimezone(zoneinfo.ZoneInfo(self.timezone))
        offset = local.strftime("%z")
        moment = f"{local:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:]}"
        return tuple(drawable(line) for line in (f"{self.name}  {self.staff_number}", moment, self.place, self.view_id))


@dataclass(frozen=True, slots=True)
class PreparedMark:
    """One repeat of a view's mark at one letter size: opacities (0 to 255) of rim and ink, ready to be tiled."""

    rim: np.ndarray
    ink: np.ndarray


def check_text(fonts: FontSet, text: MarkText) -> None:
    """Raises Unavailable ``mark.no_glyph`` unless every character of the mark can be drawn, and ``mark.empty``."""
    if not drawable(text.name) or not drawable(text.staff_number):
        raise Unavailable("mark.empty")
    missing = fonts.missing("".join(text.lines()))
    if missing:
        raise Unavailable("mark.no_glyph", characters=missing)


def letter_pixels(width: int, height: int) -> int:
    """The letter size for a page of this size."""
    return min(max(min(width, height) // LETTERS_ACROSS_PAGE, SMALLEST_PIXELS), LARGEST_PIXELS)


def prepare_mark(fonts: FontSet, text: MarkText, *, pixels: int) -> PreparedMark:
    """Draws the block once: two repeats side by side, the lower row moved by half, so that rows do not line up."""
    check_text(fonts, text)
    block = _block(fonts, text.lines(), pixels)
    turned = [layer.rotate(ANGLE_DEGREES, expand=True, resample=Image.Resampling.BICUBIC) for layer in block]
    across, down = turned[0].width + pixels, turned[0].height - int(turned[0].height * 0.18)
    layers = []
    for layer, opacity in zip(turned, (RIM_OPACITY, INK_OPACITY), strict=True):
        tile = np.zeros((2 * down, across), dtype=np.uint8)
        shown = (np.asarray(layer) * opacity).astype(np.uint8)
        for left, top in ((0, 0), (across // 2, down)):
            rows = (np.arange(shown.shape[0]) + top) % tile.shape[0]
            columns = (np.arange(shown.shape[1]) + left) % tile.shape[1]
            place = np.ix_(rows, columns)
            tile[place] = np.maximum(tile[place], shown)
        layers.append(tile)
    return PreparedMark(*layers)


def apply_mark(page: Image.Image, mark: PreparedMark, *, phase: tuple[int, int]) -> Image.Image:
    """A copy of the RGB page with the mark over all of it, begun at ``phase``; checked on its pixels.

    Unavailable ``mark.not_drawn`` if the mark is not to be seen in some part of the page.
    """
    rim = _tiled(mark.rim, page.size, phase)
    ink = _tiled(mark.ink, page.size, phase)
    marked = page.copy()
    marked.paste((255, 255, 255), mask=Image.fromarray(rim))
    marked.paste(INK, mask=Image.fromarray(ink))
    _check_drawn(np.asarray(page), np.asarray(marked), ink)
    return marked


def _block(fonts: FontSet, lines: tuple[str, ...], pixels: int) -> tuple[Image.Image, Image.Image]:
    """Rim and ink of the lines, each as a mask. Widths are measured, never guessed."""
    shaped = [
        [(face.at(pixels), words) for face, words in fonts.runs(part)]
        for line in lines
        if line
        for part in _broken(fonts, line, pixels)
    ][:MOST_LINES]
    rim_pixels = max(1, pixels // 9)
    line_pixels = math.ceil(pixels * 1.28)
    width = max(math.ceil(_length(line)) for line in shaped) + 2 * rim_pixels
    size = (width, line_pixels * len(shaped) + 2 * rim_pixels)
    rim, ink = Image.new("L", size), Image.new("L", size)
    rim_draw, ink_draw = ImageDraw.Draw(rim), ImageDraw.Draw(ink)
    for number, line in enumerate(shaped):
        left, base = float(rim_pixels), rim_pixels + line_pixels * number + pixels
        for font, words in line:
            rim_draw.text((left, base), words, fill=255, font=font, anchor="ls", stroke_width=rim_pixels)
            ink_draw.text((left, base), words, fill=255, font=font, anchor="ls")
            left += font.getlength(words)
    return rim, ink


def _broken(fonts: FontSet, line: str, pixels: int) -> list[str]:
    """The line in parts of at most :data:`LINE_EMS`, broken at a space where there is one."""
    parts, part = [], ""
    for mark in line:
        longer = part + mark
        if part and _length([(face.at(pixels), words) for face, words in fonts.runs(longer)]) > LINE_EMS * pixels:
            head, _, tail = part.rpartition(" ")
            parts.append((head or part).strip())
            part = (tail if head else "") + mark
        else:
            part = longer
    return [*parts, part.strip()] if part.strip() else parts


def _length(runs: list[tuple[ImageFont.FreeTypeFont, str]]) -> float:
    return sum(font.getlength(words) for font, words in runs)


def _tiled(tile: np.ndarray, size: tuple[int, int], phase: tuple[int, int]) -> np.ndarray:
    width, height = size
    moved = np.roll(tile, phase, axis=(0, 1))
    repeats = (-(-height // tile.shape[0]), -(-width // tile.shape[1]))
    return np.ascontiguousarray(np.tile(moved, repeats)[:height, :width])


def _check_drawn(page: np.ndarray, marked: np.ndarray, ink: np.ndarray) -> None:
    """In every part of the page with letters, most of their pixels must differ from the page without the mark."""
    solid = ink >= _CHECK_SOLID
    changed = np.any(page != marked, axis=2)
    height, width = solid.shape
    if not solid.any() and min(height, width) > LARGEST_PIXELS:
        raise Unavailable("mark.not_drawn")
    for rows in np.array_split(np.arange(height), min(CHECK_CELLS, height)):
        for columns in np.array_split(np.arange(width), min(CHECK_CELLS, width)):
            cell = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
            letters = int(solid[cell].sum())
            if letters >= _CHECK_FEWEST_PIXELS and (changed[cell] & solid[cell]).sum() < CHECK_CHANGED_SHARE * letters:
                raise Unavailable("mark.not_drawn")
