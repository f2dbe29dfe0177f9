"""Which fonts marks are drawn with, and which characters they have: one without a glyph is never drawn as a box.

The built-in font (a subset of Noto Sans CJK SC, SIL OFL 1.1) has Latin, Greek, Cyrillic, kana and the ideographs of
GBK and the CJK block. Fonts for other scripts are named in the configuration. Coverage comes from each font's own
character map.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError
from PIL import ImageFont, features

from vault.errors import ConfigError, Unavailable

_BUNDLED = Path(__file__).resolve().parent / "font" / "NotoSansCJKsc-Subset.otf"
_SPACING = frozenset({"Zs", "Zl", "Zp"})
_UNDRAWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


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
    """The font that comes with the program."""
    return _BUNDLED


def load_fonts(extra: Sequence[Path] = ()) -> FontSet:
    """The built-in font and the configured ones. ConfigError for a file that is no font."""
    faces = [_face(_BUNDLED)]
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
    """``text`` in NFC on one line, without characters that draw nothing and could turn others around."""
    composed = unicodedata.normalize("NFC", text)
    shown = (" " if unicodedata.category(mark) in _SPACING or mark in "\t\r\n" else mark for mark in composed)
    return " ".join("".join(mark for mark in shown if unicodedata.category(mark) not in _UNDRAWN).split())


def _face(path: Path) -> Face:
    with path.open("rb") as file:
        is_collection = file.read(4) == b"ttcf"
    if is_collection:
        with TTCollection(str(path), lazy=True) as collection:
            index = _chinese_face(collection)
            return _read(collection.fonts[index], path, index)
    with TTFont(str(path), lazy=True) as font:
        return _read(font, path, 0)


def _read(font: TTFont, path: Path, index: int) -> Face:
    name = font["name"].getDebugName(4) or path.stem
    return Face(path, index, name, frozenset(font.getBestCmap()))


def _chinese_face(collection: TTCollection) -> int:
    """The Simplified Chinese face of a collection, else its first."""
    names = [str(font["name"].getDebugName(1) or "") for font in collection.fonts]
    return next((number for number, name in enumerate(names) if name.endswith((" SC", " CN"))), 0)
