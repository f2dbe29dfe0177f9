"""Papers as PDF: flowing text in the bundled fonts, with numbered pages and a foot on each.

The same content gives the same bytes: nothing of the clock or of chance is in them but what the caller writes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from vault.marking.fonts import FontSet
from vault.printing.font import PrintFont, drawn, print_font, registered

MARGIN = 62.0
_INK, _SOFT, _LINE = HexColor("#1d2330"), HexColor("#5b6475"), HexColor("#d5d0c4")
_FACTS_WIDTH = A4[0] - 2 * MARGIN - 12  # the frame's own padding
_NAMES_WIDTH = 108.0
_HEADED = 140.0
"""Of a page, for a heading, a line or two about what it is over, and the head and first row of a table."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with values, in two columns."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of flowing text. ``style`` is title, heading, subheading, body, item, small, label or raw."""

    style: str
    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a heading that is repeated on each page; ``widths`` are shares of the page's width."""

    heading: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]


Part = Facts | Text | Grid


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed: ``foot`` stands on each page, ``page_words`` says its number and how many there are."""

    title: str
    language: str
    parts: Sequence[Part]
    foot: str
    page_words: Callable[[int, int], str] = field(repr=False)


def paper_pdf(fonts: FontSet, paper: Paper) -> bytes:
    """The paper as PDF. Characters that no font draws show as their code points."""
    pen = _Pen(fonts, print_font(fonts, {mark for text in _texts(paper) for mark in drawn(fonts, text)}))
    with registered(pen.font):
        written = io.BytesIO()
        template = SimpleDocTemplate(
            written,
            pagesize=A4,
            leftMargin=MARGIN,
            rightMargin=MARGIN,
            topMargin=MARGIN,
            bottomMargin=MARGIN + 10,
            title=paper.title,
            lang=paper.language,
            invariant=1,
        )
        flow = [flowable for part in paper.parts for flowable in _flowables(part, pen)]
        template.build(flow, canvasmaker=_numbering(paper, pen))
        return written.getvalue()


def _texts(paper: Paper) -> Iterator[str]:
    yield paper.foot
    yield paper.page_words(1234567890, 1234567890)
    yield "•"
    for part in paper.parts:
        if isinstance(part, Text):
            yield part.text
        else:
            yield from (cell for row in part.rows for cell in row)
            yield from part.heading if isinstance(part, Grid) else ()


@dataclass(frozen=True, slots=True)
class _Pen:
    """What a paper is written with."""

    fonts: FontSet
    font: PrintFont

    def written(self, text: str) -> str:
        """A line of text as the PDF writer takes it."""
        return self.font.written(drawn(self.fonts, text))


def _flowables(part: Part, pen: _Pen) -> list[Flowable]:
    """A heading goes to the next page where what it is over would not begin on this one."""
    is_heading = isinstance(part, Text) and part.style == "heading"
    return [*([CondPageBreak(_HEADED)] if is_heading else []), _flowable(part, pen)]


def _flowable(part: Part, pen: _Pen) -> Flowable:
    if isinstance(part, Text):
        return _paragraph(part.text, part.style, pen)
    if isinstance(part, Facts):
        rows = [[_paragraph(name, "name", pen), _paragraph(value, "value", pen)] for name, value in part.rows]
        return Table(
            rows, colWidths=[_NAMES_WIDTH, _FACTS_WIDTH - _NAMES_WIDTH], style=_RULED, spaceBefore=8, spaceAfter=10
        )
    if not part.rows:
        return Spacer(0, 0)
    cells = [[_paragraph(cell, "name", pen) for cell in part.heading]]
    cells += [[[_paragraph(line, "cell", pen) for line in cell.split("\n")] for cell in row] for row in part.rows]
    widths = [share * _FACTS_WIDTH / sum(part.widths) for share in part.widths]
    return Table(cells, colWidths=widths, style=_RULED, repeatRows=1, spaceBefore=4, spaceAfter=10)


_RULED = TableStyle(
    [
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, _LINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
)
# size, leading, space before, space after, colour, left indent
_SHAPES: dict[str, tuple[float, float, float, float, Any, float]] = {
    "title": (19, 25, 0, 8, _INK, 0),
    "heading": (13, 18, 12, 4, _INK, 0),
    "subheading": (11, 16, 8, 3, _INK, 0),
    "body": (10, 15.5, 0, 5, _INK, 0),
    "item": (10, 15.5, 0, 3, _INK, 14),
    "small": (8.5, 13, 6, 4, _SOFT, 0),
    "label": (8.5, 13, 6, 2, _SOFT, 0),
    "raw": (7.5, 11, 0, 6, _INK, 0),
    "name": (8.5, 13, 0, 0, _SOFT, 0),
    "value": (9.5, 14, 0, 0, _INK, 0),
    "cell": (8, 11.5, 0, 0, _INK, 0),
}


def _paragraph(text: str, style: str, pen: _Pen) -> Paragraph:
    size, leading, before, after, colour, indent = _SHAPES[style]
    shape = ParagraphStyle(
        style,
        fontName=pen.font.name,
        fontSize=size,
        leading=leading,
        spaceBefore=before,
        spaceAfter=after,
        textColor=colour,
        leftIndent=indent,
        bulletFontName=pen.font.name,
        bulletFontSize=size,
        bulletIndent=3,
        wordWrap="CJK" if _has_ideographs(text) else None,  # Chinese breaks anywhere, words stay whole
        splitLongWords=1,
        keepWithNext=style in {"title", "heading", "subheading", "label"},
    )
    # what people typed is text, never the writer's own markup
    shown = "<br/>".join(escape(pen.written(line), quote=False) for line in text.split("\n"))
    return Paragraph(shown, shape, bulletText="•" if style == "item" else None)


def _has_ideographs(text: str) -> bool:
    return any("\u2e80" <= mark <= "\u9fff" or mark >= "\uf900" for mark in text)


def _numbering(paper: Paper, pen: _Pen) -> type[Canvas]:
    """A canvas that knows how many pages there are before it writes the first one's foot."""

    class Numbered(Canvas):  # type: ignore[misc]  # reportlab is untyped
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - the writer's own name
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, state in enumerate(self._kept, start=1):
                self.__dict__.update(state)
                self._foot(number, len(self._kept))
                super().showPage()
            super().save()

        def _foot(self, number: int, count: int) -> None:
            self.setFont(pen.font.name, 7.5)
            self.setFillColor(_SOFT)
            self.drawString(MARGIN, MARGIN - 22, pen.written(paper.foot))
            self.drawRightString(A4[0] - MARGIN, MARGIN - 22, pen.written(paper.page_words(number, count)))

    return Numbered
