"""What every renderer works with: the document's bytes, the font, the limits; and how a page image is finished.

Runs only in the converter process. Guarantees: a page leaves as a lossless WebP of an RGB image made from bare pixels,
so that no metadata of the original can be in it, within the limits, with cleaned text.
"""

from __future__ import annotations

import io
import mmap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PIL import Image

from vault.intake.converter.limits import ConversionLimits, ConvertedPage
from vault.intake.converter.refusals import DocumentRefused, Refusal
from vault.intake.converter.render.text_cleaning import clean_text

# Measured on 40 first pages at 150 dpi: method 1 takes 27 ms and 15 kB a page; 0 takes 35 ms and 97 kB, 4 with
# effort 50 takes 57 ms and 13 kB; PNG 23 ms and 49 kB.
_WEBP_METHOD = 1
_WEBP_EFFORT = 0


@dataclass(frozen=True, slots=True)
class Rendering:
    """One document to render: a private mapping of its bytes, its media type, the font file and the limits."""

    source: mmap.mmap
    media_type: str
    font: bytes
    limits: ConversionLimits


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page before it is numbered and encoded: an RGB image and its text as found."""

    image: Image.Image
    text: str


def finish_pages(drawn: Iterable[DrawnPage], limits: ConversionLimits) -> Iterator[ConvertedPage]:
    """The pages numbered, encoded and counted; DocumentRefused at the first that goes beyond a limit."""
    pixels = output_bytes = text_bytes = 0
    for number, page in enumerate(drawn, start=1):
        if number > limits.pages:
            raise DocumentRefused(Refusal.TOO_MANY_PAGES)
        text = clean_text(page.text)
        pixels += page.image.width * page.image.height
        text_bytes += len(text.encode("utf-8"))
        if pixels > limits.total_pixels or text_bytes > limits.text_bytes:
            raise DocumentRefused(Refusal.TOO_LARGE)
        encoded = _encode(page.image)
        output_bytes += len(encoded)
        if output_bytes > limits.output_bytes:
            raise DocumentRefused(Refusal.TOO_LARGE)
        width, height = page.image.size
        yield ConvertedPage(number=number, image=encoded, width=width, height=height, text=text)


def check_source_size(width: float, height: float, limits: ConversionLimits) -> None:
    """Refuse a page by the size it claims, before a single pixel is allocated for it."""
    if not (width > 0 and height > 0) or width * height > limits.pixels_per_page:
        raise DocumentRefused(Refusal.PAGE_TOO_LARGE)


def _encode(image: Image.Image) -> bytes:
    assert image.mode == "RGB"
    encoded = io.BytesIO()
    # Explicit empty metadata: Pillow would otherwise take profiles and EXIF from the image's info.
    image.save(
        encoded, "WEBP", lossless=True, method=_WEBP_METHOD, quality=_WEBP_EFFORT, exif=b"", icc_profile=b"", xmp=b""
    )
    return encoded.getvalue()
