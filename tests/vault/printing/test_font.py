"""The one font of a paper: every character that a face draws, rare names too, and nothing that is not needed."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from vault.marking.fonts import FontSet, load_fonts
from vault.printing.font import drawn, print_font
from vault.printing.paper import Facts, Paper, Text, paper_pdf

RARE = "\U00020bb7"  # 𠮷, of names
UNDRAWN = "\U0001f600"


@pytest.fixture(scope="module")
def fonts() -> FontSet:
    return load_fonts()


def test_rare_ideograph_of_a_name_has_its_glyph_under_a_private_code(fonts: FontSet) -> None:
    """The PDF writer knows none beyond U+FFFF; what it is given has the outline of the ideograph."""
    font = print_font(fonts, f"王{RARE}")
    with TTFont(io.BytesIO(font.truetype)) as built:
        [code] = font.written(RARE)
        assert ord(code) <= 0xFFFF
        assert built["glyf"][built.getBestCmap()[ord(code)]].numberOfContours > 0
    assert font.written("王 A") == "王 A"
    assert font.widths[RARE] == font.widths["王"] == 1000


def test_what_no_font_draws_or_what_hides_other_text_stands_as_its_code_point(fonts: FontSet) -> None:
    """Neither a box nor nothing; line ends and tabs are blanks."""
    assert drawn(fonts, f"a{UNDRAWN}b\u202ec\td\ne") == "a[U+1F600]b[U+202E]c d e"


def test_same_characters_give_the_same_font_and_others_another_name(fonts: FontSet) -> None:
    """So a paper can be made again, and two at once are not confused."""
    assert print_font(fonts, "王晓明") == print_font(fonts, "明晓王王")
    assert print_font(fonts, "王").name != print_font(fonts, "李").name


def test_paper_shows_rare_and_undrawn_characters_and_keeps_its_lines(fonts: FontSet) -> None:
    """Markup that somebody typed is text."""
    parts = [Text("title", f"<b>{UNDRAWN}</b>"), Text("body", "one\ntwo"), Facts([("Name", f"李{RARE}")])]
    paper = Paper("Paper", "en", parts, foot="foot", page_words=lambda number, count: f"{number}/{count}")
    [page] = pypdfium2.PdfDocument(io.BytesIO(paper_pdf(fonts, paper)))
    text = page.get_textpage().get_text_range()
    assert "<b>[U+1F600]</b>" in text
    assert text.split()[1:3] == ["one", "two"]
    assert "李\ue000" in text
