"""The only font that PDFium may substitute, served from memory: PDFium opens no file and sees no system font.

Guarantees: pages come out the same on every machine. Embedded fonts and PDFium's own fourteen serve Latin text; for
Chinese, Japanese, Korean, Greek and Cyrillic text in fonts that are not embedded, the vault's font is used. The
callbacks are made at start, because no executable memory can be had once the process is confined.
Source: PDFium public/fpdf_sysfontinfo.h, version 2 of the interface; OpenType ``ttcf`` header.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as pdfium

_CHARSETS_SERVED = frozenset({128, 129, 134, 136, 161, 204})  # Shift-JIS, Hangul, GB 2312, Big 5, Greek, Russian
_WHOLE_FONT, _COLLECTION = 0, 0x74746366
_HANDLE = 1


class SubstituteFont:
    """PDFium's view of the vault's font; must live as long as the library is used."""

    def __init__(self, font: bytes, *, face: int) -> None:
        self._font = font
        self._face_offset = _face_offset(font, face)
        self._interface = pdfium.FPDF_SYSFONTINFO(version=2)
        for name, function in {
            "Release": lambda _self: None,
            "MapFont": self._map_font,
            "GetFont": lambda _self, _face: None,
            "GetFontData": self._get_font_data,
            "GetFaceName": lambda _self, _font, _buffer, _size: 0,
            "GetFontCharset": lambda _self, _font: 134,
            "DeleteFont": lambda _self, _font: None,
        }.items():
            callback = dict(pdfium.FPDF_SYSFONTINFO._fields_)[name](function)
            setattr(self._interface, name, callback)

    def install(self) -> None:
        """Replace PDFium's search of the system's font directories by this font."""
        pdfium.FPDF_SetSystemFontInfo(self._interface)

    def _map_font(
        self, _self: Any, _weight: int, _italic: int, charset: int, _pitch: int, _face: Any, _exact: Any
    ) -> int | None:
        return _HANDLE if charset in _CHARSETS_SERVED else None

    def _get_font_data(self, _self: Any, _font: Any, table: int, buffer: Any, size: int) -> int:
        """The bytes asked for, or how many there are when the buffer is too small. Single tables are not served."""
        if table == _COLLECTION:
            wanted = self._font if self._face_offset else b""
        elif table == _WHOLE_FONT:
            wanted = self._font[self._face_offset :]
        else:
            return 0
        if buffer and size >= len(wanted):
            ctypes.memmove(buffer, wanted, len(wanted))
        return len(wanted)


def _face_offset(font: bytes, face: int) -> int:
    """Where face ``face`` begins in a collection; 0 for a file with a single font."""
    if font[:4] != b"ttcf":
        return 0
    return int.from_bytes(font[12 + 4 * face : 16 + 4 * face], "big")
