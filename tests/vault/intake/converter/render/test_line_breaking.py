"""Lines are broken where readers of either script expect it, and nothing is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vault.intake.converter.render.line_breaking import break_lines, cut_cells, is_wide


def cells(character: str) -> float:
    return 2.0 if is_wide(character) else 1.0


def broken(text: str, width: float) -> list[str]:
    return list(break_lines(text, width, measure=cells))


def test_words_are_kept_whole() -> None:
    """A break comes at a space, and the space goes."""
    assert broken("one two three", 7) == ["one two", "three"]


def test_word_longer_than_a_line_is_cut() -> None:
    """Nothing runs out of the margin."""
    assert broken("abcdefgh", 3) == ["abc", "def", "gh"]


def test_chinese_closing_mark_does_not_begin_a_line() -> None:
    """避头: the character before goes with it."""
    assert broken("一二三，四", 6) == ["一二", "三，四"]


def test_chinese_opening_mark_does_not_end_a_line() -> None:
    """避尾: it goes with what it opens."""
    assert broken("一二（三四）", 6) == ["一二", "（三", "四）"]


def test_empty_paragraph_is_one_empty_line() -> None:
    """Blank lines stay."""
    assert broken("", 10) == [""]


def test_preformatted_text_keeps_its_columns() -> None:
    """Wide characters take two cells, tabs go to the next stop."""
    assert list(cut_cells("a\t中b", 6)) == ["a   中", "b"]


@given(st.text(alphabet="ab 中，（）x", max_size=80), st.integers(2, 12))
def test_nothing_is_lost_but_spaces_and_no_line_is_too_wide(text: str, width: int) -> None:
    """Every other character comes out, in order; trailing spaces may hang over the margin unseen."""
    lines = broken(text, width)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(sum(map(cells, line.rstrip())) <= max(width, 2) for line in lines)
