"""The bundled fonts as a PDF takes them: only the glyphs that a report needs, as TrueType outlines.

The library that writes the PDF cannot embed the outlines that the Chinese fonts have (CFF), so they are converted:
cubic curves become quadratic ones within half a unit of a thousand, which nobody sees at the size of a report.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from vault.marking.fonts import Face, FontSet

_LARGEST_ERROR = 0.5
_LAST_OF_BASIC_PLANE = 0xFFFF
_FIRST_PRIVATE = 0xE000
_TRUETYPE = "\x00\x01\x00\x00"


@dataclass(frozen=True, slots=True)
class CutFont:
    """A font with the wanted glyphs alone. ``widths`` are by character, in thousandths of the size.

    ``codes`` says what to write for a character: itself, or for one beyond U+FFFF, of which the library knows nothing,
    a private one that has its glyph. It is drawn right; copied out of the report it is the private one.
    """

    name: str
    content: bytes = field(repr=False)
    widths: Mapping[str, float] = field(repr=False)
    codes: Mapping[str, str] = field(repr=False)


def cut_fonts(fonts: FontSet, characters: Iterable[str]) -> list[CutFont]:
    """A font for each face that draws some of ``characters``, which all have one; in the order of the faces."""
    wanted: dict[int, set[str]] = {}
    for character in {*characters, " "}:
        face = fonts.faces[0] if character == " " else fonts.face_for(character)
        if face is not None:
            wanted.setdefault(fonts.faces.index(face), set()).add(character)
    return [_cut(fonts.faces[number], wanted[number], f"report-{number}") for number in sorted(wanted)]


def drawn(fonts: FontSet, text: str) -> str:
    """``text`` on one line; what no font draws, or what would turn or hide other text, as its code point."""
    return "".join(
        mark if fonts.face_for(mark) and mark.isprintable() else " " if mark.isspace() else f"[U+{ord(mark):04X}]"
        for mark in unicodedata.normalize("NFC", text)
    )


def _cut(face: Face, characters: set[str], name: str) -> CutFont:
    options = Options(
        layout_features=[],
        notdef_outline=True,
        recalc_timestamp=False,
        hinting=False,
        name_IDs=[1, 2, 4, 6],
        desubroutinize=True,
        drop_tables=["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VORG", "STAT", "kern", "DSIG"],
    )
    with TTFont(face.path, fontNumber=face.index, recalcTimestamp=False) as font:
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=[ord(each) for each in characters])
        subsetter.subset(font)
        if "CFF " in font:
            _to_truetype(font)
        by_code, metrics, units = font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm
        codes = dict(zip(sorted(characters), _codes(sorted(characters)), strict=True))
        font["cmap"].tables = [_character_map({ord(codes[each]): by_code[ord(each)] for each in characters})]
        widths = {each: metrics[by_code[ord(each)]][0] * 1000 / units for each in characters}
        content = io.BytesIO()
        font.save(content, reorderTables=False)
    return CutFont(name, content.getvalue(), widths, codes)


def _codes(characters: list[str]) -> Iterator[str]:
    private = _FIRST_PRIVATE
    for character in characters:
        if ord(character) <= _LAST_OF_BASIC_PLANE:
            yield character
        else:
            yield chr(private)
            private += 1


def _character_map(glyphs: dict[int, str]) -> CmapSubtable:
    table = CmapSubtable.newSubtable(4)
    table.platformID, table.platEncID, table.language, table.cmap = 3, 1, 0, glyphs
    return table


def _to_truetype(font: TTFont) -> None:
    """Replaces cubic outlines by quadratic ones; as the fontTools project shows it in its otf2ttf snippet."""
    glyphs, order = font.getGlyphSet(), font.getGlyphOrder()
    drawn_glyphs = {}
    for name in order:
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, _LARGEST_ERROR, reverse_direction=True))
        drawn_glyphs[name] = pen.glyph()
    font["loca"] = newTable("loca")
    outlines = font["glyf"] = newTable("glyf")
    outlines.glyphOrder, outlines.glyphs = order, drawn_glyphs
    del font["CFF "]
    outlines.compile(font)  # bounding boxes, which the metrics below need
    for name in order:
        width, _bearing = font["hmtx"].metrics[name]
        font["hmtx"].metrics[name] = (width, getattr(drawn_glyphs[name], "xMin", 0))
    limits = font["maxp"]
    limits.tableVersion = 0x00010000
    for name in (
        "maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
        "maxSizeOfInstructions", "maxComponentElements", "maxComponentDepth", "maxPoints", "maxContours",
        "maxCompositePoints", "maxCompositeContours",
    ):  # fmt: skip
        setattr(limits, name, 1 if name == "maxZones" else 0)
    limits.recalc(font)
    font["post"].formatType = 3.0
    font.sfntVersion = _TRUETYPE
