"""Pages of a report: lines that fit, a table whose head is repeated, and a foot that numbers each page of all.

Texts come with every character that its fonts lack replaced (:func:`vault.printing.font.drawn`). The same texts give
the same file: it holds no moment of its own.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from vault.printing.font import UNITS_PER_EM, PrintFont

_WIDTH, _HEIGHT = landscape(A4)
_MARGIN = 36.0
_FOOT = 58.0
"""Where the table ends; the foot lies below."""
_SIZE, _LEADING, _GAP = 7.5, 9.6, 5.0
_TITLE_SIZE = 15.0
_INK, _QUIET, _LINE = 0.10, 0.38, 0.78
"""Grey levels; the quiet one has a contrast of 7 to 1 on white."""
_TOTAL = "total-pages"


@dataclass(frozen=True, slots=True)
class PageTexts:
    """What stands around the rows. ``shares`` are of the width, one for each head; together 1.

    ``page_words`` gives the words for the page of a number, and those that say that so many there are.
    """

    title: str
    facts: list[tuple[str, str]]
    heads: list[str]
    shares: list[float]
    foot: list[str]
    page_words: Callable[[int], tuple[str, str]]

    def characters(self) -> set[str]:
        """All that is drawn, except for the rows."""
        texts = [self.title, *self.heads, *self.foot, *self.page_words(0)]
        return set("0123456789").union(*texts, *(text for fact in self.facts for text in fact))


class Pages:
    """Writes from top to bottom and turns pages; the number of pages is filled in at the end.

    Its font stands in the register (:func:`vault.printing.font.registered`) for as long as it is used.
    """

    def __init__(self, texts: PageTexts, font: PrintFont) -> None:
        self._texts, self._font = texts, font
        self._content = io.BytesIO()
        self._canvas = Canvas(self._content, pagesize=(_WIDTH, _HEIGHT), invariant=1, pageCompression=1)
        self._canvas.setTitle(texts.title)
        self._canvas.setCreator("Dossier Vault")
        self._widths = [share * (_WIDTH - 2 * _MARGIN) for share in texts.shares]
        self._page = 0
        self._y = 0.0
        self._turn()

    def write_front(self) -> None:
        """The title, then names with their values, then the head of the table."""
        self._y -= _TITLE_SIZE
        self._text(_MARGIN, self._y, self._texts.title, size=_TITLE_SIZE)
        self._y -= _LEADING
        for name, value in self._texts.facts:
            lines = self._wrapped(value, _WIDTH - 2 * _MARGIN - 150)
            for number, line in enumerate(lines):
                self._y -= _LEADING * 1.2
                if self._y < _FOOT + _LEADING:
                    self._turn()
                    self._y -= _LEADING
                if number == 0:
                    self._text(_MARGIN, self._y, name, grey=_QUIET)
                self._text(_MARGIN + 150, self._y, line)
        self._y -= _LEADING
        self._write_heads()

    def write_row(self, cells: list[str]) -> None:
        """One entry; longer than what is left of the page, it goes on the next."""
        wrapped = [self._wrapped(cell, width - _GAP) for cell, width in zip(cells, self._widths, strict=True)]
        lines = max(len(cell) for cell in wrapped)
        if self._y - lines * _LEADING - _GAP < _FOOT:
            self._turn()
            self._write_heads()
        for number in range(lines):
            if self._y - _LEADING < _FOOT:  # an entry that is longer than a page
                self._turn()
                self._write_heads()
            self._y -= _LEADING
            x = _MARGIN
            for cell, width in zip(wrapped, self._widths, strict=True):
                if number < len(cell):
                    self._text(x, self._y, cell[number])
                x += width
        self._y -= _GAP
        self._rule(self._y + 1.5)

    def finished(self) -> bytes:
        """The whole file."""
        self._canvas.showPage()
        self._canvas.beginForm(_TOTAL, 0, 0, 200, 20)
        self._text(0, 5, self._texts.page_words(self._page)[1], grey=_QUIET)
        self._canvas.endForm()
        self._canvas.save()
        return self._content.getvalue()

    def _turn(self) -> None:
        if self._page:
            self._canvas.showPage()
        self._page += 1
        self._y = _HEIGHT - _MARGIN
        self._rule(_FOOT - 6)
        for number, line in enumerate(self._texts.foot):
            self._text(_MARGIN, _FOOT - 18 - number * _LEADING, line, grey=_QUIET)
        this_page, all_pages = self._texts.page_words(self._page)
        width = self._width(this_page)
        x = _WIDTH - _MARGIN - width - self._width(all_pages.replace(str(self._page), "00000"))
        self._text(x, _FOOT - 18, this_page, grey=_QUIET)
        self._canvas.saveState()
        self._canvas.translate(x + width, _FOOT - 18 - 5)
        self._canvas.doForm(_TOTAL)
        self._canvas.restoreState()

    def _write_heads(self) -> None:
        self._y -= _LEADING
        x = _MARGIN
        for head, width in zip(self._texts.heads, self._widths, strict=True):
            self._text(x, self._y, head, grey=_QUIET)
            x += width
        self._y -= _GAP
        self._rule(self._y + 1.5)

    def _rule(self, y: float) -> None:
        self._canvas.setStrokeGray(_LINE)
        self._canvas.setLineWidth(0.5)
        self._canvas.line(_MARGIN, y, _WIDTH - _MARGIN, y)

    def _text(self, x: float, y: float, text: str, *, size: float = _SIZE, grey: float = _INK) -> None:
        line = self._canvas.beginText(x, y)
        line.setFillGray(grey)
        line.setFont(self._font.name, size)
        line.textOut(self._font.written(text))
        self._canvas.drawText(line)

    def _width(self, text: str) -> float:
        return sum(map(self._font.widths.__getitem__, text)) * _SIZE / UNITS_PER_EM

    def _wrapped(self, text: str, width: float) -> list[str]:
        """Lines that fit: broken at blanks, around ideographs, and inside a word that is wider than a line."""
        lines, line, used = [], "", 0.0
        for piece in _pieces(text):
            wide = self._width(piece)
            if line and used + self._width(piece.rstrip()) > width:
                lines.append(line.rstrip())
                line, used = "", 0.0
            while wide > width:
                fits = self._fitting(piece, width)
                lines.append(piece[:fits])
                piece = piece[fits:]
                wide = self._width(piece)
            line, used = line + piece, used + wide
        return [*lines, line.rstrip()]

    def _fitting(self, piece: str, width: float) -> int:
        used = 0.0
        for number, character in enumerate(piece):
            used += self._font.widths[character] * _SIZE / UNITS_PER_EM
            if used > width:
                return max(number, 1)
        return len(piece)


def _pieces(text: str) -> Iterator[str]:
    """What stays together on a line: a word with the blank after it, or an ideograph."""
    word = ""
    for character in text:
        if "\u2e80" <= character <= "\u9fff" or character >= "\uf900":
            if word:
                yield word
            yield character
            word = ""
        else:
            word += character
            if character == " ":
                yield word
                word = ""
    if word:
        yield word
