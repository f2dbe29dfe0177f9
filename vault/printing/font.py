"""One small TrueType font with exactly the characters of a paper, from whichever face draws each.

The PDF writer embeds TrueType outlines only, and the bundled fonts for Chinese have PostScript ones: the few glyphs
that are needed are drawn over, their cubic curves as quadratic ones within a thousandth of the letter's height. So the
same fonts serve marks and papers, and a paper carries no more of a font than it needs.

The writer knows no character beyond U+FFFF, where rare ideographs of names lie: each has a private code in the font
(:meth:`PrintFont.written`). It is drawn right; copied out of the paper it is the private one.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import itertools
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont
from reportlab.lib import fonts as font_maps
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont as EmbeddedFont

from vault.marking.fonts import Face, FontSet

UNITS_PER_EM = 1000
_ASCENT, _DESCENT = 880, -120
_MOST_ERROR = 1.0
_ALWAYS = "".join(map(chr, range(0x20, 0x7F)))
_LAST_OF_BASIC_PLANE = 0xFFFF
_FIRST_PRIVATE = 0xE000
_one_at_a_time = threading.Lock()
"""The writer's register of fonts belongs to the process."""


@dataclass(frozen=True, slots=True)
class PrintFont:
    """A TrueType file. ``name`` is unique for what is in it; ``widths`` are in thousandths of the size."""

    name: str
    truetype: bytes = field(repr=False)
    widths: Mapping[str, int] = field(repr=False)
    codes: Mapping[int, str] = field(repr=False)

    def written(self, text: str) -> str:
        """What the PDF writer is given for the text, which was :func:`drawn`."""
        return text.translate(self.codes)


def drawn(fonts: FontSet, text: str) -> str:
    """``text`` on one line; what no font draws, or what would turn or hide other text, as its code point."""
    return "".join(
        mark if fonts.face_for(mark) and mark.isprintable() else " " if mark.isspace() else f"[U+{ord(mark):04X}]"
        for mark in unicodedata.normalize("NFC", text)
    )


def print_font(fonts: FontSet, characters: Iterable[str]) -> PrintFont:
    """The font for ``characters`` of texts that were :func:`drawn`; ASCII is always in it."""
    wanted = sorted({*characters, *_ALWAYS})
    codes = _private_codes(wanted)
    by_face: dict[int, list[str]] = {}
    for mark in wanted:
        face = fonts.face_for(mark) or fonts.faces[0]
        by_face.setdefault(fonts.faces.index(face), []).append(mark)
    builder = _Builder(codes)
    for number, marks in by_face.items():
        builder.add(fonts.faces[number], marks)
    name = f"Vault{hashlib.sha256(''.join(wanted).encode()).hexdigest()[:12]}"
    return PrintFont(name, builder.build(name), builder.widths, codes)


@contextlib.contextmanager
def registered(font: PrintFont) -> Iterator[None]:
    """The font in the writer's register, for as long as a paper is made: of itself the register never shrinks, and
    takes none of the same name again. One paper at a time."""
    with _one_at_a_time:
        pdfmetrics.registerFont(EmbeddedFont(font.name, io.BytesIO(font.truetype)))
        try:
            yield
        finally:
            # The writer has no way of its own to forget a font.
            for register in (pdfmetrics._fonts, pdfmetrics._dynFaceNames):  # noqa: SLF001
                register.pop(font.name, None)
            names = font_maps._tt2ps_map, font_maps._ps2tt_map  # noqa: SLF001
            names[1].pop(font.name.lower(), None)
            for bold, italic in itertools.product((0, 1), repeat=2):
                names[0].pop((font.name.lower(), bold, italic), None)


def _private_codes(wanted: Iterable[str]) -> dict[int, str]:
    """No text has a private one of its own: those are not printable, and so are not drawn."""
    beyond = (mark for mark in wanted if ord(mark) > _LAST_OF_BASIC_PLANE)
    return {ord(mark): chr(code) for mark, code in zip(beyond, itertools.count(_FIRST_PRIVATE), strict=False)}


class _Builder:
    """Collects glyphs by character; their names are their code points."""

    def __init__(self, codes: Mapping[int, str]) -> None:
        self._codes = codes
        self._glyphs = {".notdef": TTGlyphPen(None).glyph()}
        self._metrics = {".notdef": UNITS_PER_EM // 2}
        self._characters: dict[int, str] = {}
        self.widths: dict[str, int] = {}

    def add(self, face: Face, marks: Iterable[str]) -> None:
        with face.path.open("rb") as file:
            is_collection = file.read(4) == b"ttcf"
            file.seek(0)
            font = TTCollection(file, lazy=True).fonts[face.index] if is_collection else TTFont(file, lazy=True)
            glyph_set, names, scale = font.getGlyphSet(), font.getBestCmap(), UNITS_PER_EM / font["head"].unitsPerEm
            for mark in marks:
                self._draw(glyph_set, names[ord(mark)], mark, scale)

    def _draw(self, glyph_set: Any, source: str, mark: str, scale: float) -> None:
        name, pen = f"u{ord(mark):05X}", TTGlyphPen(None)
        glyph = glyph_set[source]
        whole = DecomposingRecordingPen(glyph_set)  # accented letters of TrueType fonts are put together from parts
        glyph.draw(whole)
        whole.replay(TransformPen(Cu2QuPen(pen, _MOST_ERROR, reverse_direction=True), (scale, 0, 0, scale, 0, 0)))
        self._glyphs[name] = pen.glyph()
        self._metrics[name] = self.widths[mark] = round(glyph.width * scale)
        self._characters[ord(self._codes.get(ord(mark), mark))] = name

    def build(self, name: str) -> bytes:
        builder = FontBuilder(UNITS_PER_EM, isTTF=True)
        builder.setupGlyphOrder(list(self._glyphs))
        builder.setupCharacterMap(self._characters)
        builder.setupGlyf(self._glyphs)
        table = builder.font["glyf"]
        builder.setupHorizontalMetrics({each: (self._metrics[each], table[each].xMin or 0) for each in self._glyphs})
        builder.setupHorizontalHeader(ascent=_ASCENT, descent=_DESCENT)
        builder.setupNameTable({"familyName": name, "styleName": "Regular", "psName": name})
        builder.setupOS2(sTypoAscender=_ASCENT, sTypoDescender=_DESCENT)
        builder.setupPost()
        builder.font["head"].created = builder.font["head"].modified = 0  # the same text gives the same bytes
        written = io.BytesIO()
        builder.save(written)
        return written.getvalue()
