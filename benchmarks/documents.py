"""Documents to measure with, generated: pages of text, and files of any size that nobody can compress."""

from __future__ import annotations

import io
import os
import random
from collections.abc import Iterator

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

MEBIBYTE = 1 << 20
_LINES_A_PAGE = 46
_PDF_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_ENGLISH = (
    "the supplier delivers bearings in three lots each inspected before shipment payment falls due thirty days after "
    "acceptance retention is released when the guarantee ends terms of the framework agreement apply to all orders"
)
_CHINESE = "供货方应分三批交付轴承每批在发运前于工厂检验货款在验收后三十日内支付质保金于质保期满后返还"
_WORDS = _ENGLISH.split(" ")


def make_pdf(pages: int) -> bytes:
    """``pages`` A4 pages full of text, English and Chinese in turn, no two alike."""
    words, written = random.Random(7), io.BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    drawing = canvas.Canvas(written, pagesize=A4)
    for number in range(1, pages + 1):
        drawing.setFont("Helvetica-Bold", 15)
        drawing.drawString(60, 785, f"Section {number}")
        is_chinese = number % 2 == 0
        drawing.setFont("STSong-Light" if is_chinese else "Helvetica", 10.5)
        for line in range(_LINES_A_PAGE):
            drawing.drawString(60, 755 - line * 15.5, _line(words, is_chinese=is_chinese))
        drawing.showPage()
    drawing.save()
    return written.getvalue()


class LargePdf:
    """A file that begins as a PDF does and goes on with random bytes; no two are alike, and none is kept."""

    def __init__(self, mebibytes: int) -> None:
        self.size = mebibytes * MEBIBYTE
        self._block = os.urandom(MEBIBYTE)

    def blocks(self) -> Iterator[bytes]:
        """The content from its beginning, the same each time. One random block, numbered: making it costs nothing."""
        for number in range(self.size // MEBIBYTE):
            head = _PDF_HEAD if number == 0 else number.to_bytes(len(_PDF_HEAD), "big")
            yield head + self._block[len(_PDF_HEAD) :]


def _line(words: random.Random, *, is_chinese: bool) -> str:
    if is_chinese:
        return "".join(words.choice(_CHINESE) for _character in range(44))
    return " ".join(words.choice(_WORDS) for _word in range(14))[:88]
