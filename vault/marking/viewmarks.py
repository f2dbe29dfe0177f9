"""From a page image to the marked JPEG that a viewer gets. The prepared mark of a view is kept while the view is read.

Where the pattern begins differs from page to page and view to view, from a keyed function: pages laid over one another
do not cancel it, and nobody without the key can say where it stands.
"""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import simplejpeg
from PIL import Image, UnidentifiedImageError

from keys.model import Secret
from keys.primitives import keyed_token
from vault.errors import TamperError
from vault.marking.fonts import FontSet
from vault.marking.visible import MarkText, PreparedMark, apply_mark, letter_pixels, prepare_mark

JPEG_QUALITY = 84


@dataclass(frozen=True, slots=True)
class MarkedImage:
    """A page that carries its mark, as a JPEG without metadata."""

    jpeg: bytes
    width: int
    height: int


class ViewMarks:
    """Marks pages; keeps the prepared marks of the ``capacity`` views read last. Safe between threads."""

    def __init__(self, fonts: FontSet, *, capacity: int = 64) -> None:
        self._fonts = fonts
        self._capacity = capacity
        self._lock = threading.Lock()
        self._prepared: OrderedDict[tuple[str, int], PreparedMark] = OrderedDict()

    def mark_page(
        self, image: bytes, *, text: MarkText, page_number: int, key: Secret, expected_size: tuple[int, int]
    ) -> MarkedImage:
        """The page (lossless WebP of ``expected_size``) with the view's mark.

        TamperError if it is another image than the index says; Unavailable ``mark.*`` if the mark cannot be drawn.
        """
        page = _opened(image, expected_size)
        mark = self._mark(text, letter_pixels(*expected_size))
        phase = _phase(key, text.view_id, page_number, mark)
        marked = apply_mark(page, mark, phase=phase)
        jpeg = simplejpeg.encode_jpeg(
            np.asarray(marked), quality=JPEG_QUALITY, colorspace="RGB", colorsubsampling="444", fastdct=True
        )
        return MarkedImage(jpeg, *expected_size)

    def discard(self, view_id: str) -> None:
        """Forgets a view that is over."""
        with self._lock:
            for key in [key for key in self._prepared if key[0] == view_id]:
                del self._prepared[key]

    def _mark(self, text: MarkText, pixels: int) -> PreparedMark:
        key = (text.view_id, pixels)
        with self._lock:
            known = self._prepared.get(key)
            if known is not None:
                self._prepared.move_to_end(key)
                return known
        made = prepare_mark(self._fonts, text, pixels=pixels)
        with self._lock:
            self._prepared[key] = made
            while len(self._prepared) > self._capacity:
                self._prepared.popitem(last=False)
        return made


def _opened(image: bytes, expected_size: tuple[int, int]) -> Image.Image:
    try:
        with Image.open(io.BytesIO(image), formats=("WEBP",)) as found:
            if found.size != expected_size:  # before a pixel is decoded
                raise TamperError("tamper.page_size")
            return found.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise TamperError("tamper.page_image") from error


def _phase(key: Secret, view_id: str, page_number: int, mark: PreparedMark) -> tuple[int, int]:
    token = keyed_token(key, f"{view_id}/{page_number}".encode(), length=8)
    height, width = mark.ink.shape
    return int.from_bytes(token[:4], "big") % height, int.from_bytes(token[4:], "big") % width
