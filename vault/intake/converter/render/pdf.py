"""Draws PDF pages with PDFium: what a reader would see, forms and annotations included, and nothing that runs.

Guarantees: a page's size is taken from its box and judged before anything is drawn; rotation is respected; no
JavaScript (the build without V8 is insisted on); no embedded file, link or external reference is followed (PDFium has
no code for it, and the process no network). A document one page of which cannot be drawn is refused as a whole: a
silently missing page would be worse. Source: ISO 32000-2, annex C.2 (largest side 14,400 units).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2 as pdfium
from pypdfium2 import raw

from vault.intake.converter.limits import ConversionLimits, ConvertedPage
from vault.intake.converter.refusals import DocumentRefused, Refusal
from vault.intake.converter.render.fonts import chinese_face
from vault.intake.converter.render.pdf_fonts import SubstituteFont
from vault.intake.converter.render.rendering import DrawnPage, Rendering, check_source_size, finish_pages

_POINTS_PER_INCH = 72
_LARGEST_SIDE_POINTS = 14_400
_PASSWORD_ERRORS = frozenset({raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY})


def prepare_fonts(font: bytes) -> None:
    """Give PDFium the vault's font. Called once, before the process is confined."""
    substitute = SubstituteFont(font, face=chinese_face(font))
    substitute.install()
    _kept_alive.append(substitute)


def render_pdf(rendering: Rendering) -> Iterator[ConvertedPage]:
    """The pages of a PDF file at ``limits.dots_per_inch``."""
    if pdfium.PDFIUM_INFO.flags:  # "V8", "XFA": builds that run scripts
        raise DocumentRefused(Refusal.NO_SANDBOX)
    document = _open(rendering)
    if len(document) > rendering.limits.pages:
        raise DocumentRefused(Refusal.TOO_MANY_PAGES)
    document.init_forms()
    return finish_pages(_drawn_pages(document, rendering.limits), rendering.limits)


def _open(rendering: Rendering) -> pdfium.PdfDocument:
    source = (ctypes.c_ubyte * len(rendering.source)).from_buffer(rendering.source)
    try:
        return pdfium.PdfDocument(source)
    except pdfium.PdfiumError as exc:
        if exc.err_code in _PASSWORD_ERRORS:
            raise DocumentRefused(Refusal.ENCRYPTED) from exc
        if exc.err_code == raw.FPDF_ERR_SUCCESS:  # it could be read and has no page
            raise DocumentRefused(Refusal.EMPTY) from exc
        raise DocumentRefused(Refusal.DAMAGED) from exc


def _drawn_pages(document: pdfium.PdfDocument, limits: ConversionLimits) -> Iterator[DrawnPage]:
    for index in range(len(document)):
        width, height = document.get_page_size(index)
        scale = _scale(width, height, limits=limits)
        page = document[index]
        try:
            bitmap = page.render(scale=scale, rev_byteorder=True, draw_annots=True, may_draw_forms=True)
            yield DrawnPage(image=bitmap.to_pil(), text=_text(page))
            bitmap.close()
        finally:
            page.close()


def _scale(width: float, height: float, *, limits: ConversionLimits) -> float:
    """Pixels per point, such that no side of the image exceeds ``edge_pixels``; decided by the box alone."""
    longest = max(width, height)
    if not longest <= _LARGEST_SIDE_POINTS:  # also refuses NaN
        raise DocumentRefused(Refusal.PAGE_TOO_LARGE)
    # PDFium's rendering rounds up, hence one pixel less.
    scale = min(limits.dots_per_inch / _POINTS_PER_INCH, (limits.edge_pixels - 1) / longest)
    check_source_size(width * scale, height * scale, limits)
    return scale


def _text(page: pdfium.PdfPage) -> str:
    text_page = page.get_textpage()
    try:
        return str(text_page.get_text_range())
    finally:
        text_page.close()


_kept_alive: list[SubstituteFont] = []  # PDFium keeps a pointer to it for as long as the process lives
