"""Which characters marks can say, where their glyphs come from, and that none of them turns or hides the others."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from tests.vault.marking.samples import FONTS, write_collection, write_font
from vault.errors import ConfigError, Unavailable
from vault.marking.fonts import drawable, load_fonts

UNKNOWN = "𒀀"  # cuneiform


def _gbk_ideographs() -> str:
    pairs = (bytes((first, second)) for first in range(0x81, 0xFE) for second in range(0x40, 0xFF))
    decoded = (pair.decode("gbk", "ignore") for pair in pairs)
    return "".join(mark for mark in decoded if len(mark) == 1 and "CJK UNIFIED" in unicodedata.name(mark, ""))


@pytest.mark.parametrize(
    "characters",
    [
        "".join(map(chr, range(0x20, 0x7F))),
        "ÄÖÜäöüßÉèçñøåŁőžšČŞığĀṩǬ",
        "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюяЂЄІЇЉЊЋЌЎЏҐґ",
        "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρςστυφχψω",
        "ぁあいうえおんァアイウエオンー々〇",
        "Nguyễn Thị Ánh Đặng ơưăâêô",
        "(),.·:;-–—+/@#…【】（）",
    ],
    ids=["ascii", "western", "cyrillic", "greek", "kana", "vietnamese", "punctuation"],
)
def test_font_that_comes_along_draws_the_common_scripts(characters: str) -> None:
    """No name in them needs another font."""
    assert FONTS.missing(drawable(characters)) == ""


def test_font_that_comes_along_draws_every_ideograph_of_gbk() -> None:
    """Names that Chinese registration offices could write for decades, and rarer ones."""
    ideographs = _gbk_ideographs()

    assert len(ideographs) > 20_000
    assert FONTS.missing(ideographs) == ""
    assert FONTS.missing("喆堃昇翀璟䶮㛃𠮷") == ""


def test_character_without_glyph_is_named_and_never_drawn_as_a_box() -> None:
    """A box in place of a name would point at nobody: there is no run with it, only an error that says which."""
    with pytest.raises(Unavailable) as refused:
        FONTS.runs(f"王{UNKNOWN}明{UNKNOWN}")

    assert refused.value.code == "mark.no_glyph"
    assert refused.value.params["characters"] == UNKNOWN


@pytest.mark.parametrize("character", "王龘䶮𠮷ЖїωŁß…0-")
def test_character_that_counts_as_covered_does_not_look_like_the_box(character: str) -> None:
    """Coverage is what the font says of itself; here it is compared with what is drawn."""
    face = FONTS.face_for(character)
    assert face is not None
    font = face.at(40)

    def drawn(text: str) -> np.ndarray:
        image = Image.new("L", (60, 60))
        ImageDraw.Draw(image).text((8, 44), text, font=font, fill=255, anchor="ls")
        return np.asarray(image)

    assert drawn("\u0378").any(), "never assigned: the font draws a box for it"
    assert drawn(character).any()
    assert (drawn(character) != drawn("\u0378")).any()


def test_extra_font_gives_what_the_first_does_not_have(tmp_path: Path) -> None:
    """Stretches of one text are drawn with different fonts, in their order."""
    fonts = load_fonts([write_font(tmp_path / "rare.ttf", UNKNOWN + "王")])

    runs = [(face.name, words) for face, words in fonts.runs(f"王{UNKNOWN} 明")]

    assert fonts.missing(f"王{UNKNOWN}明") == ""
    assert [words for _name, words in runs] == ["王", f"{UNKNOWN} ", "明"]
    assert runs[0][0] != "Tiny Regular", "the font that comes along is preferred"
    assert runs[1][0] == "Tiny Regular"
    assert "Tiny Regular (2 characters)" in fonts.description


def test_simplified_chinese_face_of_a_collection_is_used(tmp_path: Path) -> None:
    """The Japanese face of the same family draws some ideographs in another form."""
    japanese = write_font(tmp_path / "jp.ttf", "𒀁", family="Some Sans JP")
    chinese = write_font(tmp_path / "sc.ttf", UNKNOWN, family="Some Sans SC")
    fonts = load_fonts([write_collection(tmp_path / "both.ttc", [japanese, chinese])])

    face = fonts.face_for(UNKNOWN)

    assert face is not None
    assert face.index == 1
    assert face.at(20).getbbox(UNKNOWN) is not None
    assert fonts.face_for("𒀁") is None


def test_first_face_of_a_collection_without_a_chinese_one_is_used(tmp_path: Path) -> None:
    """Any collection may be named, of any script."""
    parts = [write_font(tmp_path / f"{mark}.ttf", mark, family=f"Part {mark}") for mark in "אب"]
    fonts = load_fonts([write_collection(tmp_path / "parts.ttc", parts)])

    assert fonts.face_for("א") is not None
    assert fonts.face_for("ب") is None


def test_files_that_are_no_fonts_are_all_named_at_once(tmp_path: Path) -> None:
    """Start-up stops with a sentence for each, not with the first."""
    (tmp_path / "notes.ttf").write_text("not a font")

    with pytest.raises(ConfigError) as refused:
        load_fonts([tmp_path / "notes.ttf", tmp_path / "absent.otf"])

    assert [fault.partition(":")[0] for fault in refused.value.faults] == ["marking.extra_fonts"] * 2
    assert "notes.ttf" in refused.value.faults[0]
    assert "absent.otf" in refused.value.faults[1]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ann\u202enaL\u202c Lee", "AnnnaL Lee"),
        ("\u2067Ann\u2069", "Ann"),
        ("A\u200bn\u200dn\u2060\ufeff", "Ann"),
        ("An\u00adn\x00\x1b[31m", "Ann[31m"),
        ("Ann\r\nN-9999\n2020-01-01", "Ann N-9999 2020-01-01"),
        ("Ann\u2028Lee\u3000Smith\u00a0Jr", "Ann Lee Smith Jr"),
        ("葛\U000e0100飾", "葛飾"),
        ("\u3164\u2800\uffa0\u034f", ""),
        ("e\u0301", "é"),
        ("Z" + "\u0336" * 40, "Z" + "\u0336" * 3),
    ],
    ids=[
        "right-to-left override",
        "isolates",
        "zero width",
        "controls",
        "lines",
        "other spaces",
        "variation selector",
        "blank letters",
        "composed",
        "piled accents",
    ],
)
def test_what_would_turn_hide_or_cover_the_mark_is_left_out(text: str, shown: str) -> None:
    """Names come from people; the mark shows them on one line, in their order, with nothing that draws nothing."""
    assert drawable(text) == shown


@given(st.text(max_size=60))
def test_any_text_becomes_one_line_without_invisible_characters(text: str) -> None:
    """Whatever is put in, and doing it twice changes nothing more."""
    shown = drawable(text)

    assert all(unicodedata.category(mark)[0] != "C" for mark in shown)
    assert all(mark == " " or unicodedata.category(mark)[0] != "Z" for mark in shown)
    assert drawable(shown) == shown
