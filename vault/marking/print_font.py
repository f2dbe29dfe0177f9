"""One small TrueType font with exactly the characters of a text, from whichever face draws each.

The PDF writer embeds TrueType outlines only, and the bundled fonts for Chinese have PostScript ones: the few glyphs
that are needed are drawn over, their cubic curves as quadratic ones within a thousandth of the letter's height. So the
same fonts serve marks and papers, and a paper carries no more of a font than it needs.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont

from vault.marking.fonts import Face, FontSet

UNITS_PER_EM = 1000
REPLACEMENT = "?"
"""What stands where no face draws a character, as in names written in a script that no font was configured for."""
_ASCENT, _DESCENT = 880, -120
_MOST_ERROR = 1.0
_ALWAYS = "".join(map(chr, range(0x20, 0x7F)))


@dataclass(frozen=True, slots=True)
class PrintFont:
    """A TrueType file. ``name`` is unique for what is in it; ``missing`` are the characters that no face draws."""

    name: str
    truetype: bytes = field(repr=False)
    missing: frozenset[str]

    def shown(self, text: str) -> str:
        """The text with :data:`REPLACEMENT` where it has no glyph."""
        return "".join(REPLACEMENT if mark in self.missing else mark for mark in text)


def print_font(fonts: FontSet, text: str) -> PrintFont:
    """The font for ``text``; ASCII is always in it."""
    wanted = sorted({mark for mark in text + _ALWAYS if mark.isprintable()})
    by_face: dict[int, list[str]] = {}
    missing = set()
    for mark in wanted:
        face = fonts.face_for(mark)
        if face is None:
            missing.add(mark)
        else:
            by_face.setdefault(fonts.faces.index(face), []).append(mark)
    builder = _Builder()
    for number, marks in by_face.items():
        builder.add(fonts.faces[number], marks)
    name = f"Vault{hashlib.sha256(''.join(wanted).encode()).hexdigest()[:12]}"
    return PrintFont(name, builder.build(name), frozenset(missing))


class _Builder:
    """Collects glyphs by character; their names are their code points."""

    def __init__(self) -> None:
        self._glyphs = {".notdef": TTGlyphPen(None).glyph()}
        self._widths = {".notdef": UNITS_PER_EM // 2}
        self._characters: dict[int, str] = {}

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
        self._widths[name] = round(glyph.width * scale)
        self._characters[ord(mark)] = name

    def build(self, name: str) -> bytes:
        builder = FontBuilder(UNITS_PER_EM, isTTF=True)
        builder.setupGlyphOrder(list(self._glyphs))
        builder.setupCharacterMap(self._characters)
        builder.setupGlyf(self._glyphs)
        table = builder.font["glyf"]
        builder.setupHorizontalMetrics({each: (self._widths[each], table[each].xMin or 0) for each in self._glyphs})
        builder.setupHorizontalHeader(ascent=_ASCENT, descent=_DESCENT)
        builder.setupNameTable({"familyName": name, "styleName": "Regular", "psName": name})
        builder.setupOS2(sTypoAscender=_ASCENT, sTypoDescender=_DESCENT)
        builder.setupPost()
        builder.font["head"].created = builder.font["head"].modified = 0  # the same text gives the same bytes
        written = io.BytesIO()
        builder.save(written)
        return written.getvalue()
