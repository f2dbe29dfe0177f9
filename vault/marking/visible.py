"""The visible mark of a view: what it says, and how it is drawn over a page.

A block of a few short lines, turned, repeated over the whole page so densely that each third of a page shows one whole.
Letters darken light ground and lighten dark ground by a fixed step: on light, dark and mid grey they are seen alike,
and since a step moves text and ground together, what stands beneath stays as readable as it was. The mark is drawn into
the pixels on the server; no style sheet or script can take it away. Specification: docs/spec/visible-mark.md.
"""

from __future__ import annotations

import datetime as dt
import itertools
import zoneinfo
from dataclasses import dataclass

import numpy as np
from PIL import Image

from vault.errors import Unavailable
from vault.marking.block import MarkBlock, draw_block, lay_out
from vault.marking.fonts import FontSet, drawable
from vault.marking.pattern import Pattern, Steps, places

DARKENING = (50, 47, 40)
LIGHTENING = (42, 44, 50)
"""The steps of red, green and blue, under the middle of a letter."""
LIGHT_GROUND = 128
GROUND_PIXELS = 16
"""Side of the squares by whose mean luminance ground is light or dark."""
COLOURS = 3

CHECK_CELLS = 4
CHECK_STEP = 12
CHECK_SHARE = 0.3
_CHECK_FEWEST_PIXELS = 60
_CHECK_EVERY = 2
_SOLID = 150
_GREEN = 1
_CONTOUR_PIXELS = 4
_LONGEST_SIDE_WITHOUT_LETTERS = 80


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
        """What the mark says, before long lines are broken."""
        parts = (f"{self.name}  {self.staff_number}", self.moment, self.place, self.view_id)
        return tuple(drawable(part) for part in parts)

    @property
    def moment(self) -> str:
        """When the view was opened: the person's local time with its offset from UTC."""
        local = self.opened_at.astimezone(zoneinfo.ZoneInfo(self.timezone))
        offset = local.strftime("%z")
        return f"{local:%Y-%m-%d %H:%M} {offset[:3]}:{offset[3:]}"


@dataclass(frozen=True, slots=True)
class PreparedMark:
    """A view's mark at one letter size: one turned block, as steps for each pixel's colours in turn.

    ``solid`` are the pixels that letters cover almost wholly; by them the drawn page is checked.
    """

    darkening: np.ndarray
    lightening: np.ndarray
    solid: np.ndarray


def check_text(fonts: FontSet, text: MarkText) -> None:
    """Raises Unavailable ``mark.no_glyph`` unless every character of the mark can be drawn, and ``mark.empty``."""
    if not drawable(text.name) or not drawable(text.staff_number):
        raise Unavailable("mark.empty")
    missing = fonts.missing("".join(text.lines()))
    if missing:
        raise Unavailable("mark.no_glyph", characters=missing)


def mark_block(fonts: FontSet, text: MarkText) -> MarkBlock:
    """The block that this view's mark repeats; the errors of :func:`check_text`."""
    check_text(fonts, text)
    return lay_out(
        fonts,
        name=drawable(text.name),
        staff_number=drawable(text.staff_number),
        moment=text.moment,
        place=drawable(text.place),
        view_id=drawable(text.view_id),
    )


def prepare_mark(block: MarkBlock, pattern: Pattern, *, pixels: int) -> PreparedMark:
    """Draws the block once, with letters of ``pixels``."""
    upright = draw_block(block, pixels=pixels)
    turned = upright.rotate(pattern.angle_degrees, expand=True, resample=Image.Resampling.BICUBIC)
    coverage = np.asarray(turned.crop(turned.getbbox()))
    return PreparedMark(
        darkening=_amounts(coverage, DARKENING),
        lightening=_amounts(coverage, LIGHTENING),
        solid=coverage >= _SOLID,
    )


def apply_mark(page: Image.Image, mark: PreparedMark, steps: Steps, *, phase: tuple[int, int]) -> np.ndarray:
    """The pixels of the RGB page with the mark over all of it, begun at ``phase``; checked on what was drawn.

    Unavailable ``mark.not_drawn`` if the mark is not to be seen in some part of the page.
    """
    before = np.asarray(page)
    marked = before.copy()
    height, width = before.shape[:2]
    is_light = _light_ground(page)
    letters = np.zeros((height, width), dtype=bool)
    in_rows = marked.reshape(height, width * COLOURS)  # numpy is several times faster without an axis of three
    for place in places(steps, block=mark.solid.shape, page=letters.shape, phase=phase):
        on_page, on_block = place.on_page(COLOURS), place.on_block(COLOURS)
        ground = is_light if isinstance(is_light, np.bool_) else is_light[on_page]
        _move(in_rows[on_page], mark.darkening[on_block], mark.lightening[on_block], ground)
        letters[place.on_page()] |= mark.solid[place.on_block()]
    check_drawn(before, marked, letters)
    return marked


def check_drawn(page: np.ndarray, marked: np.ndarray, letters: np.ndarray) -> None:
    """In every part of the page enough pixels of letters must differ to be seen; else Unavailable ``mark.not_drawn``.

    Not all can: black text on white is not darkened. Green stands for luminance, of which it is most: ground that is
    light enough to be darkened has green to spare, and ground to be lightened has room for it.
    """
    if not letters.any() and min(letters.shape) > _LONGEST_SIDE_WITHOUT_LETTERS:
        raise Unavailable("mark.not_drawn")
    rows = np.s_[::_CHECK_EVERY]
    old, new, letters = page[rows, :, _GREEN], marked[rows, :, _GREEN], letters[rows]
    changed = (np.maximum(old, new) - np.minimum(old, new) >= CHECK_STEP) & letters
    for cell in _cells(letters.shape):
        there = np.count_nonzero(letters[cell])
        if there >= _CHECK_FEWEST_PIXELS and np.count_nonzero(changed[cell]) < CHECK_SHARE * there:
            raise Unavailable("mark.not_drawn")


def _cells(shape: tuple[int, ...]) -> list[tuple[slice, slice]]:
    borders = [[side * number // CHECK_CELLS for number in range(CHECK_CELLS + 1)] for side in shape]
    return [
        (slice(*rows), slice(*columns))
        for rows in itertools.pairwise(borders[0])
        for columns in itertools.pairwise(borders[1])
    ]


def _amounts(coverage: np.ndarray, full: tuple[int, int, int]) -> np.ndarray:
    amounts: np.ndarray = (coverage[:, :, None] * np.asarray(full) // 255).astype(np.uint8)
    return amounts.reshape(len(coverage), -1)


def _light_ground(page: Image.Image) -> np.ndarray | np.bool_:
    """Where letters darken (for each row's colours), or whether they do everywhere.

    Decided by the surroundings, so that black text on white counts as light.
    """
    squares = page.reduce(GROUND_PIXELS).convert("L")
    is_light = np.asarray(squares) >= LIGHT_GROUND
    if is_light.all() or not is_light.any():
        return is_light.all()
    fineness = GROUND_PIXELS // _CONTOUR_PIXELS
    finer = squares.resize((squares.width * fineness, squares.height * fineness), Image.Resampling.BILINEAR)
    is_light = np.asarray(finer) >= LIGHT_GROUND
    return np.repeat(np.repeat(is_light, _CONTOUR_PIXELS * COLOURS, axis=1), _CONTOUR_PIXELS, axis=0)


def _move(ground: np.ndarray, darkening: np.ndarray, lightening: np.ndarray, is_light: np.ndarray | np.bool_) -> None:
    """Moves ``ground`` in place, never beyond black or white. Only numpy's 8-bit operations, which are vectorised."""
    everywhere, somewhere = is_light.all(), is_light.any()
    if somewhere:
        darker = darkening if everywhere else darkening * is_light
        np.maximum(ground, darker, out=ground)
        np.subtract(ground, darker, out=ground)
    if not everywhere:
        lighter = lightening * ~is_light if somewhere else lightening
        np.minimum(ground, ~lighter, out=ground)  # ~x is 255 - x
        np.add(ground, lighter, out=ground)
