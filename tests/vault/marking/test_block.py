"""The block of lines: measured, broken, and never without the parts that say who and which view."""

from __future__ import annotations

import numpy as np
import pytest

from tests.vault.marking.samples import FONTS, VIEW_ID
from vault.marking.block import LINE_EMS, MOST_NAME_LINES, MOST_PLACE_LINES, MarkBlock, draw_block, lay_out

PIXELS = 24
NAMES = {
    "short": "王晓明",
    "western": "Maria del Carmen Fernández-Álvarez y Montalbán",
    "hundred wide letters": "W" * 100,
    "hundred ideographs": "龘" * 100,
    "narrow letters": "i" * 100,
    "mixed": "Александра 亞歷山德拉 Alexandra " * 3,
    "accents above and below": "ǍỆṨṌỰgjpqyǬ",
}


def _block(name: str, place: str = "Head office") -> MarkBlock:
    return lay_out(
        FONTS, name=name, staff_number="N-0042", moment="2026-11-24 17:00 +08:00", place=place, view_id=VIEW_ID
    )


def _lines(block: MarkBlock) -> list[str]:
    return ["".join(words for _face, words in line) for line in block.lines]


def test_short_texts_stand_on_four_lines() -> None:
    """Who, when, where, which view."""
    assert _lines(_block("王晓明")) == ["王晓明  N-0042", "2026-11-24 17:00 +08:00", "Head office", VIEW_ID]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_no_line_is_wider_than_measured_and_nothing_is_cut_off(name: str) -> None:
    """Widths come from the font: the drawing keeps a free rim on every side, whatever letters there are."""
    block = _block(name)
    drawn = np.asarray(draw_block(block, pixels=PIXELS))

    assert block.width_ems <= LINE_EMS + 1
    assert drawn.shape[1] <= (LINE_EMS + 1.5) * PIXELS
    assert drawn.any()
    assert not drawn[:, 0].any()
    assert not drawn[:, -1].any()
    assert not drawn[0].any()
    assert not drawn[-1].any()


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_number_time_and_view_stand_whole_whatever_the_name(name: str) -> None:
    """Nobody's name pushes out what the mark is for."""
    lines = _lines(_block(name, place="Branch office 分公司 " * 20))

    assert lines[-1] == VIEW_ID
    assert "2026-11-24 17:00 +08:00" in lines
    assert any(line.endswith("N-0042") for line in lines)


def test_long_name_is_broken_at_spaces_and_complete() -> None:
    """Joined again, the lines are the name."""
    name = NAMES["western"]
    lines = _lines(_block(name))

    assert " ".join(lines[: lines.index("N-0042")]) == name


def test_name_without_spaces_is_broken_between_letters_and_complete() -> None:
    """The longest name that a person may have is shown in full."""
    lines = _lines(_block(NAMES["hundred ideographs"]))

    assert "".join(lines[: lines.index("N-0042")]) == NAMES["hundred ideographs"]
    assert lines.index("N-0042") <= MOST_NAME_LINES


def test_place_beyond_its_lines_ends_in_an_ellipsis() -> None:
    """It is kept whole in the trail; here it must leave room for the rest."""
    lines = _lines(_block("王晓明", place="分公司" * 100))

    assert len(lines) == 3 + MOST_PLACE_LINES
    assert lines[-2].endswith("…")


def test_empty_place_takes_no_line() -> None:
    """Nothing stands where nothing is to be said."""
    assert len(_lines(_block("王晓明", place=""))) == 3
