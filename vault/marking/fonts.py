"""Which fonts marks are drawn with, and which characters they have: one without a glyph is never drawn as a box.

The built-in fonts (subsets of Noto Sans CJK SC and Noto Sans, SIL OFL 1.1) have Latin, Greek, Cyrillic, kana and
ideographs, rare ones in a file of their own. Fonts for other scripts are named in the configuration. Coverage comes
from each font's own character map.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError
from PIL import ImageFont, features

from vault.errors import ConfigError, Unavailable

_FOLDER = Path(__file__).resolve().parent / "font"
_BUNDLED = _FOLDER / "NotoSansCJKsc-Subset.otf"
_BUNDLED_BESIDE = (_FOLDER / "NotoSans-Subset.ttf", _FOLDER / "NotoSansCJKsc-Rare.otf")
_SPACING = frozenset({"Zs", "Zl", "Zp"})
_UNDRAWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_COMBINING = frozenset({"Mn", "Me"})
_MOST_COMBINING = 3
"""Accents on one letter; a pile of them would cover the lines above."""
# Letters and marks by category that draw nothing all the same (Unicode: Default_Ignorable_Code_Point, braille blank):
# a name of nothing else would be no name. Variation selectors are among them; the ideograph they follow stays.
_BLANK = frozenset(
    {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0}
    | {*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0000, 0xE1000)}
)


@dataclass(frozen=True, slots=True)
class Face:
    """One face of one file, with every code point that it draws."""

    path: Path
    index: int
    name: str
    characters: frozenset[int] = field(repr=False)

    def at(self, pixels: int) -> ImageFont.FreeTypeFont:
        """The face at a size, with shaping where the image library has it."""
        engine = ImageFont.Layout.RAQM if features.check("raqm") else ImageFont.Layout.BASIC
        return ImageFont.truetype(str(self.path), pixels, index=self.index, layout_engine=engine)


@dataclass(frozen=True, slots=True)
class FontSet:
    """Faces in order of preference."""

    faces: tuple[Face, ...]

    @property
    def description(self) -> str:
        """For the start-up message and ``doctor``."""
        return ", ".join(f"{face.name} ({len(face.characters)} characters)" for face in self.faces)

    def face_for(self, character: str) -> Face | None:
        """The first face that draws ``character``."""
        return next((face for face in self.faces if ord(character) in face.characters), None)

    def missing(self, text: str) -> str:
        """Every character of ``text`` that no face draws, once each."""
        return "".join(dict.fromkeys(mark for mark in text if mark != " " and self.face_for(mark) is None))

    def runs(self, text: str) -> list[tuple[Face, str]]:
        """``text`` cut into stretches of one face. Unavailable ``mark.no_glyph`` if some character has none."""
        runs: list[tuple[Face, str]] = []
        for mark in text:
            face = (runs[-1][0] if runs else self.faces[0]) if mark == " " else self.face_for(mark)
            if face is None:
                raise Unavailable("mark.no_glyph", characters=self.missing(text))
            if runs and (runs[-1][0] is face or ord(mark) in runs[-1][0].characters):
                runs[-1] = (runs[-1][0], runs[-1][1] + mark)
            else:
                runs.append((face, mark))
        return runs


def bundled_font() -> Path:
    """The font that comes with the program and draws nearly everything; converted texts are set in it too."""
    return _BUNDLED


def load_fonts(extra: Sequence[Path] = ()) -> FontSet:
    """The built-in fonts and the configured ones. ConfigError for a file that is no font."""
    faces = [_face(path) for path in (_BUNDLED, *_BUNDLED_BESIDE)]
    faults = []
    for path in extra:
        try:
            faces.append(_face(path))
        except (OSError, TTLibError):
            faults.append(f"marking.extra_fonts: {path} is no font that can be read; name a TrueType or OpenType file")
    if faults:
        raise ConfigError(faults)
    return FontSet(tuple(faces))


def drawable(text: str) -> str:
    """``text`` in NFC on one line, without what draws nothing and could turn other characters around or hide them."""
    shown: list[str] = []
    accents = 0
    for mark in unicodedata.normalize("NFC", text):
        category = unicodedata.category(mark)
        if category in _SPACING or mark in "\t\r\n":
            shown.append(" ")
        elif category not in _UNDRAWN and ord(mark) not in _BLANK:
            accents = accents + 1 if category in _COMBINING else 0
            if accents <= _MOST_COMBINING:
                shown.append(mark)
    return " ".join("".join(shown).split())


def _face(path: Path) -> Face:
    with path.open("rb") as file:
        is_collection = file.read(4) == b"ttcf"
        file.seek(0)
        if is_collection:
            with TTCollection(file, lazy=True) as collection:
                index = _chinese_face(collection)
                return _read(collection.fonts[index], path, index)
        with TTFont(file, lazy=True) as font:
            return _read(font, path, 0)


def _read(font: TTFont, path: Path, index: int) -> Face:
    name = font["name"].getDebugName(4) or path.stem
    return Face(path, index, name, frozenset(font.getBestCmap()))


def _chinese_face(collection: TTCollection) -> int:
    """The Simplified Chinese face of a collection, else its first."""
    names = [str(font["name"].getDebugName(1) or "") for font in collection.fonts]
    return next((number for number, name in enumerate(names) if name.endswith((" SC", " CN"))), 0)
