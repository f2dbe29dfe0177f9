"""From a page image to the marked JPEG that a viewer gets. The prepared mark of a view is kept while the view is read.

How blocks stand differs from view to view (angle, distances) and from page to page (where they begin), by a keyed
function: pages laid over one another do not cancel the mark, and nobody without the key can say where it stands.
"""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np
import simplejpeg
from PIL import Image, UnidentifiedImageError

from keys.model import Secret
from keys.primitives import keyed_token
from vault.errors import TamperError
from vault.marking.block import MarkBlock
from vault.marking.fonts import FontSet
from vault.marking.pattern import Pattern, Spacing, Steps, letter_pixels, spacing_of, steps_of
from vault.marking.visible import MarkText, PreparedMark, apply_mark, mark_block, prepare_mark

JPEG_QUALITY = 84
SMALLEST_ANGLE, LARGEST_ANGLE = 20.0, 28.0
MOST_LOOSENESS = 1.1
MOST_SIZES = 4
"""Letter sizes kept of one view: a document has few page sizes."""


@dataclass(frozen=True, slots=True)
class MarkedImage:
    """A page that carries its mark, as a JPEG without metadata."""

    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class _ViewMark:
    text: MarkText
    block: MarkBlock
    pattern: Pattern
    spacing: Spacing
    by_pixels: OrderedDict[int, PreparedMark] = field(default_factory=OrderedDict)


class ViewMarks:
    """Marks pages; keeps the prepared marks of the ``capacity`` views read last. Safe between threads."""

    def __init__(self, fonts: FontSet, *, capacity: int = 64) -> None:
        self._fonts = fonts
        self._capacity = capacity
        self._lock = threading.Lock()
        self._views: OrderedDict[str, _ViewMark] = OrderedDict()

    def mark_page(
        self, image: bytes, *, text: MarkText, page_number: int, key: Secret, expected_size: tuple[int, int]
    ) -> MarkedImage:
        """The page (lossless WebP of ``expected_size``) with the view's mark.

        TamperError if it is another image than the index says; Unavailable ``mark.*`` if the mark cannot be drawn.
        """
        page = decode_page(image, expected_size=expected_size)
        width, height = expected_size
        view = self._view(text, key)
        pixels = letter_pixels(view.spacing, width=width, height=height)
        steps = steps_of(view.spacing, pixels=pixels, width=width, height=height)
        phase = _phase(key, text.view_id, page_number, steps)
        marked = apply_mark(page, self._mark(view, pixels), steps, phase=phase)
        return MarkedImage(encode_page(marked), *expected_size)

    def discard(self, view_id: str) -> None:
        """Forgets a view that is over."""
        with self._lock:
            self._views.pop(view_id, None)

    def _mark(self, view: _ViewMark, pixels: int) -> PreparedMark:
        with self._lock:
            known = view.by_pixels.get(pixels)
        if known is not None:
            return known
        made = prepare_mark(view.block, view.pattern, pixels=pixels)  # others need not wait for it
        with self._lock:
            view.by_pixels[pixels] = made
            while len(view.by_pixels) > MOST_SIZES:
                view.by_pixels.popitem(last=False)
        return made

    def _view(self, text: MarkText, key: Secret) -> _ViewMark:
        with self._lock:
            known = self._views.get(text.view_id)
            if known is not None and known.text == text:
                self._views.move_to_end(text.view_id)
                return known
        block, pattern = mark_block(self._fonts, text), _pattern(key, text.view_id)
        made = _ViewMark(text, block, pattern, spacing_of(block, pattern))
        with self._lock:
            self._views[text.view_id] = made
            while len(self._views) > self._capacity:
                self._views.popitem(last=False)
        return made


def decode_page(image: bytes, *, expected_size: tuple[int, int]) -> Image.Image:
    """A page image from a pack. TamperError ``tamper.page_size`` or ``tamper.page_image``."""
    try:
        with Image.open(io.BytesIO(image), formats=("WEBP",)) as found:
            if found.size != expected_size:  # before a pixel is decoded
                raise TamperError("tamper.page_size")
            return found.convert("RGB")  # a copy: the opened file would keep the decoder's canvases, twice its size
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise TamperError("tamper.page_image") from error


def encode_page(pixels: np.ndarray) -> bytes:
    """A JPEG of RGB pixels, without metadata. Colour is not thinned out: coloured text would blur."""
    encoded: bytes = simplejpeg.encode_jpeg(
        pixels, quality=JPEG_QUALITY, colorspace="RGB", colorsubsampling="444", fastdct=True
    )
    return encoded


def _pattern(key: Secret, view_id: str) -> Pattern:
    token = keyed_token(key, f"{view_id}/pattern".encode(), length=8)
    turn, spread = (int.from_bytes(part, "big") / 2**32 for part in (token[:4], token[4:]))
    return Pattern(SMALLEST_ANGLE + turn * (LARGEST_ANGLE - SMALLEST_ANGLE), 1 + spread * (MOST_LOOSENESS - 1))


def _phase(key: Secret, view_id: str, page_number: int, steps: Steps) -> tuple[int, int]:
    token = keyed_token(key, f"{view_id}/{page_number}".encode(), length=8)
    return int.from_bytes(token[:4], "big") % steps.down, int.from_bytes(token[4:], "big") % steps.across
