"""Pages of every kind to be marked, texts to mark them with, and fonts of a glyph or two."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont
from PIL import Image, ImageDraw, ImageFont

from keys.model import Secret
from vault.marking.fonts import bundled_font, load_fonts
from vault.marking.pattern import Pattern, Steps, letter_pixels, spacing_of, steps_of
from vault.marking.visible import MarkText, PreparedMark, mark_block, prepare_mark

FONTS = load_fonts()
KEY = Secret(bytes(range(32)))
A4 = (1241, 1754)
VIEW_ID = "wabcdefghijklmnopqrstuvwxyz"
COLOURED = {
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "darker half of grey": (127, 127, 127),
    "lighter half of grey": (128, 128, 128),
    "red": (255, 0, 0),
    "green": (0, 255, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "magenta": (255, 0, 255),
    "cyan": (0, 255, 255),
}


def mark_text(**changed: str) -> MarkText:
    texts = {
        "name": "王晓明",
        "staff_number": "N-0042",
        "timezone": "Asia/Shanghai",
        "place": "Head office",
        "view_id": VIEW_ID,
        **changed,
    }
    return MarkText(opened_at=dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC), **texts)


def mark_for(
    size: tuple[int, int], text: MarkText | None = None, pattern: Pattern | None = None
) -> tuple[PreparedMark, Steps]:
    """The prepared mark that a page of this size gets, and how its blocks are set."""
    block, pattern = mark_block(FONTS, text or mark_text()), pattern or Pattern()
    spacing, (width, height) = spacing_of(block, pattern), size
    pixels = letter_pixels(spacing, width=width, height=height)
    steps = steps_of(spacing, pixels=pixels, width=width, height=height)
    return prepare_mark(block, pattern, pixels=pixels), steps


def plain_page(colour: tuple[int, int, int], size: tuple[int, int] = A4) -> Image.Image:
    return Image.new("RGB", size, colour)


def photo(size: tuple[int, int] = (1000, 800)) -> Image.Image:
    """Coloured clouds with grain, from very dark to very bright."""
    random = np.random.default_rng(5)
    clouds = np.zeros((size[1], size[0], 3))
    for scale in (8, 64, 256):
        rough = random.integers(0, 256, (size[1] // scale + 2, size[0] // scale + 2, 3), dtype=np.uint8)
        clouds += np.asarray(Image.fromarray(rough).resize(size, Image.Resampling.BICUBIC)) * scale**0.6
    clouds -= clouds.min()
    grain = random.normal(0, 6, clouds.shape)
    return Image.fromarray((clouds / clouds.max() * 255 + grain).clip(0, 255).astype(np.uint8))


def dithered(size: tuple[int, int] = (1000, 800)) -> Image.Image:
    """Black and white dots only, as scanners and fax machines make grey."""
    ramp = Image.fromarray(np.tile(np.linspace(0, 255, size[0], dtype=np.uint8), (size[1], 1)))
    return ramp.convert("1").convert("RGB")


def written_page(
    *, ink: tuple[int, int, int] = (0, 0, 0), ground: tuple[int, int, int] = (255, 255, 255)
) -> Image.Image:
    """A page full of text in two scripts."""
    page = plain_page(ground)
    font, draw = ImageFont.truetype(str(bundled_font()), 22), ImageDraw.Draw(page)
    for line in range(48):
        text = (
            "供货方应分三批交付轴承，每批在发运前于工厂检验。"
            if line % 2
            else "The supplier delivers the bearings in three lots"
        )
        draw.text((90, 70 + line * 34), f"{line}. {text} {line * 7919}", font=font, fill=ink)
    return page


def as_stored(page: Image.Image) -> bytes:
    """The page as a pack holds it."""
    encoded = io.BytesIO()
    page.save(encoded, "WEBP", lossless=True, method=0, quality=0)
    return encoded.getvalue()


def write_font(path: Path, characters: str, *, family: str = "Tiny") -> Path:
    """A TrueType font that draws each of ``characters`` as a filled square."""
    names = [".notdef", *(f"g{number}" for number in range(len(characters)))]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(mark): name for mark, name in zip(characters, names[1:], strict=True)})
    builder.setupGlyf(dict.fromkeys(names, _square()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 100)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "fullName": f"{family} Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(str(path))
    return path


def write_collection(path: Path, fonts: Iterable[Path]) -> Path:
    collection = TTCollection()
    collection.fonts = [TTFont(str(font)) for font in fonts]
    collection.save(str(path))
    return path


def _square() -> object:
    pen = TTGlyphPen(None)
    for number, corner in enumerate([(100, 0), (100, 700), (800, 700), (800, 0)]):
        (pen.lineTo if number else pen.moveTo)(corner)
    pen.closePath()
    return pen.glyph()
