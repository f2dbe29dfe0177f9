"""The text of an agreement: its one spelling, its blocks, and what is refused."""

from __future__ import annotations

import pytest

from vault.agreements.text import BlockKind, blocks_of, normalised_body, normalised_title, reading_text
from vault.errors import InputError


def test_lines_are_blocks_by_how_they_begin() -> None:
    """Heading, smaller heading, item, paragraph; an empty line is none."""
    blocks = blocks_of("# One\n\n## Two\n- three\n四 # five\n-six")
    assert [(block.kind, block.text) for block in blocks] == [
        (BlockKind.HEADING, "One"),
        (BlockKind.SUBHEADING, "Two"),
        (BlockKind.ITEM, "three"),
        (BlockKind.PARAGRAPH, "四 # five"),
        (BlockKind.PARAGRAPH, "-six"),
    ]


def test_markup_of_others_is_plain_text() -> None:
    """No HTML and no links: what looks like them is shown as it was typed."""
    hostile = "<script>alert(1)</script> [x](javascript:y) **bold**"
    assert blocks_of(normalised_body(hostile))[0].text == hostile


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a  \r\nb\rc", "a\nb\nc"),
        ("\n\n a\n\n\n\nb\n\n", " a\n\nb"),
        ("e\u0301", "\u00e9"),
        ("a\tb", "a b"),
    ],
)
def test_text_has_one_spelling(typed: str, kept: str) -> None:
    """What a browser, a file and a keyboard send differently is one text with one hash."""
    assert normalised_body(typed) == kept
    assert normalised_body(kept) == kept


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\u0000", "\u00ad", "\u2028", "\ue000", "\u2066", "\x1b"])
def test_characters_that_nobody_sees_are_refused(hidden: str) -> None:
    """Turned around or hidden words would be accepted unseen."""
    with pytest.raises(InputError, match=r"agreement\.characters"):
        normalised_body(f"do{hidden}not")
    with pytest.raises(InputError, match=r"agreement\.characters"):
        normalised_title(f"do{hidden}not")


def test_title_is_one_line_and_bounded() -> None:
    """Spaces and line ends become one space; beyond the limit it is refused."""
    assert normalised_title("  A \n B ") == "A B"
    with pytest.raises(InputError, match=r"agreement\.title_too_long"):
        normalised_title("x" * 121)


def test_text_beyond_its_limit_is_refused() -> None:
    """Long enough for any agreement, short enough for the canonical form."""
    for mark, most in (("字", 8_000), ("x", 24_000)):
        assert len(normalised_body(mark * most)) == most
        with pytest.raises(InputError, match=r"agreement\.too_long"):
            normalised_body(mark * (most + 1))


def test_reading_text_leaves_the_marks_of_lines_out() -> None:
    """What a comparison shows is what a reader sees."""
    assert reading_text("# One\n\n- two\nthree") == "One\n• two\nthree"
