"""Real documents for the demonstration company: multi-page PDFs with text, tables, charts, pictures and scanned pages.

Made with ReportLab and Pillow from words and figures only; nothing here knows of the vault.
"""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Image as Picture
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

CHINESE_FONT = "STSong-Light"
INK, RULE, TINT = colors.HexColor("#1d2b36"), colors.HexColor("#b8c4cc"), colors.HexColor("#eef2f4")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with paragraphs, and perhaps a table whose first row is its head."""

    heading: str
    paragraphs: Sequence[str] = ()
    table: Sequence[Sequence[str]] = ()
    chart: Sequence[tuple[str, float]] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to be made: its title, who issued it, and its sections."""

    title: str
    issuer: str
    sections: Sequence[Section]
    is_chinese: bool = False
    with_scan: bool = False
    with_photo: bool = False


def make_pdf(paper: Paper, *, seed: int, font_path: str) -> bytes:
    """The paper as a PDF of several A4 pages. The same seed gives the same pictures."""
    font = _register_fonts(paper.is_chinese)
    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=22 * mm,
        rightMargin=22 * mm,
        topMargin=24 * mm,
        bottomMargin=22 * mm,
        title=paper.title,
        author=paper.issuer,
    )
    story: list[object] = [
        Paragraph(paper.title, _style(font, 22, leading=30, space_after=4, bold=not paper.is_chinese)),
        Paragraph(paper.issuer, _style(font, 10, color=colors.HexColor("#5b6b76"), space_after=14)),
    ]
    for section in paper.sections:
        story += _section(section, font, paper.is_chinese, document.width)
    rng = random.Random(seed)
    if paper.with_photo:
        story += [PageBreak(), _picture(make_site_photo(rng), document.width, 170 * mm)]
    if paper.with_scan:
        story += [PageBreak(), _picture(make_scan(paper, rng, font_path), document.width, 235 * mm)]

    def _footer(canvas: object, _document: object) -> None:
        canvas.setFont(font, 8)  # type: ignore[attr-defined]
        canvas.setFillColor(colors.HexColor("#5b6b76"))  # type: ignore[attr-defined]
        canvas.drawString(22 * mm, 12 * mm, paper.issuer)  # type: ignore[attr-defined]
        canvas.drawRightString(A4[0] - 22 * mm, 12 * mm, str(canvas.getPageNumber()))  # type: ignore[attr-defined]

    document.build(story, onFirstPage=_footer, onLaterPages=_footer)
    return buffer.getvalue()


def make_card(lines: Sequence[str], font_path: str | None) -> bytes:
    """A visiting card as a photographed JPEG."""
    card = Image.new("RGB", (1050, 600), "#fbfaf6")
    draw = ImageDraw.Draw(card)
    draw.rectangle((0, 0, 26, 600), fill="#2d5a6b")
    top = 110
    for position, line in enumerate(lines):
        font = _image_font(font_path, 64 if position == 0 else 34)
        draw.text((90, top), line, fill="#1d2b36" if position == 0 else "#44545f", font=font)
        top += 110 if position == 0 else 62
    desk = Image.new("RGB", (1400, 950), "#8b7a66")
    desk.paste(card, (170, 170))
    photographed = desk.rotate(-2.4, resample=Image.Resampling.BICUBIC, fillcolor="#8b7a66").crop((60, 60, 1340, 890))
    buffer = io.BytesIO()
    photographed.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def make_site_photo(rng: random.Random) -> Image.Image:
    """A picture of a factory hall under a sky, good enough to be a picture."""
    image = Image.new("RGB", (1400, 950))
    draw = ImageDraw.Draw(image)
    for row in range(950):
        shade = row / 950
        draw.line((0, row, 1400, row), fill=(int(150 + 70 * shade), int(180 + 45 * shade), int(205 + 25 * shade)))
    draw.rectangle((0, 690, 1400, 950), fill="#6d7468")
    for number in range(5):
        left, height = 70 + number * 265, rng.randint(220, 330)
        draw.polygon(
            [(left, 700 - height + 60), (left + 110, 700 - height), (left + 220, 700 - height + 60)], fill="#4d5b66"
        )
        draw.rectangle((left, 700 - height + 60, left + 220, 700), fill=rng.choice(["#9aa7af", "#8c979c", "#a9b0a5"]))
        for window in range(4):
            draw.rectangle((left + 18 + window * 50, 700 - 90, left + 50 + window * 50, 700 - 40), fill="#dfe7e2")
    return image.filter(ImageFilter.GaussianBlur(1.2))


def make_scan(paper: Paper, rng: random.Random, font_path: str | None) -> Image.Image:
    """A page that looks scanned: grey paper, slightly turned, with noise, a signature and a stamp."""
    page = Image.new("L", (1240, 1600), 244)
    draw = ImageDraw.Draw(page)
    font = _image_font(font_path if paper.is_chinese else None, 26)
    words = [paper.issuer, paper.title, ""] + [text for section in paper.sections for text in section.paragraphs]
    lines = [line for text in words for line in [*_wrapped(draw, text, font, 940), ""]]
    for number, line in enumerate(lines[:26]):
        draw.text((150, 120 + number * 42), line, fill=52, font=font)
    points = [(200 + step * 9, 1330 + int(34 * rng.uniform(-1, 1))) for step in range(34)]
    draw.line(points, fill=30, width=5, joint="curve")
    draw.ellipse((800, 1190, 1060, 1450), outline=90, width=9)
    draw.ellipse((840, 1230, 1020, 1410), outline=120, width=4)
    noise = Image.effect_noise((1240, 1600), 22)
    return Image.blend(page, noise, 0.09).rotate(0.7, fillcolor=225, resample=Image.Resampling.BICUBIC).convert("RGB")


def _wrapped(
    draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int
) -> list[str]:
    """The text in lines of at most ``width`` pixels; Chinese breaks anywhere, other text at spaces."""
    pieces = text.split(" ") if " " in text else list(text)
    joint = " " if " " in text else ""
    lines, line = [], ""
    for piece in pieces:
        longer = f"{line}{joint if line else ''}{piece}"
        if line and draw.textlength(longer, font=font) > width:
            lines.append(line)
            line = piece
        else:
            line = longer
    return [*lines, line] if line else lines


def _register_fonts(is_chinese: bool) -> str:
    if not is_chinese:
        return "Helvetica"
    if CHINESE_FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(CHINESE_FONT))
    return CHINESE_FONT


def _section(section: Section, font: str, is_chinese: bool, width: float) -> list[object]:
    story: list[object] = [
        Spacer(1, 4 * mm),
        Paragraph(section.heading, _style(font, 13, leading=19, space_after=4, bold=not is_chinese)),
    ]
    story += [Paragraph(text, _style(font, 10.5, leading=17, space_after=6)) for text in section.paragraphs]
    if section.table:
        story.append(_table(section.table, font, width))
    if section.chart:
        story.append(_chart(section.chart, font, width))
    return story


def _table(rows: Sequence[Sequence[str]], font: str, width: float) -> Table:
    body = _style(font, 9, leading=13)
    cells = [[Paragraph(cell, body) for cell in row] for row in rows]
    table = Table(cells, colWidths=[width / len(rows[0])] * len(rows[0]), repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, 0), TINT),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 4),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            ]
        )
    )
    return table


def _chart(values: Sequence[tuple[str, float]], font: str, width: float) -> Drawing:
    drawing = Drawing(width, 60 * mm)
    chart = VerticalBarChart()
    chart.x, chart.y, chart.width, chart.height = 30, 22, width - 50, 44 * mm
    chart.data = [[value for _name, value in values]]
    chart.categoryAxis.categoryNames = [name for name, _value in values]
    chart.categoryAxis.labels.fontName = chart.valueAxis.labels.fontName = font
    chart.categoryAxis.labels.fontSize = chart.valueAxis.labels.fontSize = 8
    chart.valueAxis.valueMin = 0
    chart.bars[0].fillColor = colors.HexColor("#2d6a7f")
    chart.bars[0].strokeColor = None
    drawing.add(chart)
    return drawing


def _picture(image: Image.Image, width: float, height: float) -> Picture:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=82)
    buffer.seek(0)
    ratio = min(width / image.width, height / image.height)
    return Picture(buffer, width=image.width * ratio, height=image.height * ratio)


def _style(
    font: str,
    size: float,
    *,
    leading: float | None = None,
    space_after: float = 0,
    color: object = INK,
    bold: bool = False,
) -> ParagraphStyle:
    name = "Helvetica-Bold" if bold and font == "Helvetica" else font
    return ParagraphStyle(
        name=f"{name}-{size}",
        fontName=name,
        fontSize=size,
        leading=leading or size * 1.4,
        spaceAfter=space_after,
        textColor=color,
        wordWrap="CJK" if font == CHINESE_FONT else None,
    )


def _image_font(path: str | None, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)
