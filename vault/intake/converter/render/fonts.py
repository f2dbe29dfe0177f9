"""The one font of the converter, from bytes that were read before the process was confined.

Leaves to others: which font (the caller's path). Guarantees: of a collection, the Simplified Chinese face is used
where there is one, since the others draw some shared characters in another country's form.
"""

from __future__ import annotations

import io

from PIL import ImageFont


def chinese_face(font: bytes) -> int:
    """The index of the Simplified Chinese face in a collection, else 0."""
    faces = int.from_bytes(font[8:12], "big") if font[:4] == b"ttcf" else 1
    for index in range(min(faces, 64)):
        family = ImageFont.truetype(io.BytesIO(font), 10, index=index).getname()[0] or ""
        if family.endswith((" SC", " CN")):
            return index
    return 0


def load_font(font: bytes, pixels: int) -> ImageFont.FreeTypeFont:
    """The font at a size. Basic layout: no shaping engine sees untrusted text."""
    return ImageFont.truetype(io.BytesIO(font), pixels, index=chinese_face(font), layout_engine=ImageFont.Layout.BASIC)
