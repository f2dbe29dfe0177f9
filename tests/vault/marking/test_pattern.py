"""How blocks stand on a page: one whole in every third, none over another, no two rows in line."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.vault.marking.samples import FONTS, mark_for, mark_text
from vault.marking.pattern import (
    LARGEST_PIXELS,
    SMALLEST_PIXELS,
    THIRDS,
    Pattern,
    Steps,
    letter_pixels,
    places,
    spacing_of,
)
from vault.marking.viewmarks import LARGEST_ANGLE, MOST_LOOSENESS, SMALLEST_ANGLE
from vault.marking.visible import PreparedMark, mark_block

SIZES = {
    "A4": (1241, 1754),
    "A4 landscape": (1754, 1241),
    "slide": (1600, 900),
    "large scan": (2480, 3508),
    "square photo": (1200, 1200),
    "phone": (390, 844),
}
PATTERNS = [
    Pattern(angle, looseness) for angle in (SMALLEST_ANGLE, LARGEST_ANGLE) for looseness in (1.0, MOST_LOOSENESS)
]
LONG = {"name": "龘" * 100, "place": "Branch office 分公司 " * 4}


def _whole_in(
    mark: PreparedMark, steps: Steps, size: tuple[int, int], phase: tuple[int, int], top: float, bottom: float
) -> bool:
    height, width = mark.solid.shape
    return any(
        place.top >= top and place.top + height <= bottom and place.left >= 0 and place.left + width <= size[0]
        for place in places(steps, block=mark.solid.shape, page=(size[1], size[0]), phase=phase)
    )


@pytest.mark.parametrize("pattern", PATTERNS, ids=str)
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_every_third_of_a_page_has_a_whole_block(size: tuple[int, int], pattern: Pattern) -> None:
    """Wherever the pattern begins: cutting a leaked page down to a third does not take the mark away."""
    mark, steps = mark_for(size, pattern=pattern)
    step = max(steps.down, steps.across) // 7

    for down, across in itertools.product(range(0, steps.down, step), range(0, steps.across, step)):
        for third in range(THIRDS):
            top, bottom = size[1] * third / THIRDS, size[1] * (third + 1) / THIRDS
            assert _whole_in(mark, steps, size, (down, across), top, bottom), (down, across, third)


def test_longest_texts_still_have_a_whole_block_in_every_third() -> None:
    """The letters become smaller instead, and stay readable."""
    size = SIZES["A4"]
    mark, steps = mark_for(size, mark_text(**LONG))

    for third in range(THIRDS):
        assert _whole_in(mark, steps, size, (0, 0), size[1] * third / THIRDS, size[1] * (third + 1) / THIRDS)


@pytest.mark.parametrize("pattern", PATTERNS, ids=str)
@pytest.mark.parametrize("texts", [{}, LONG], ids=["short", "long"])
def test_no_block_lies_over_another(texts: dict[str, str], pattern: Pattern) -> None:
    """Letters over letters could not be read: counted one by one they cover as much as together."""
    size = SIZES["A4"]
    mark, steps = mark_for(size, mark_text(**texts), pattern)
    covered, single = np.zeros((size[1], size[0]), dtype=bool), 0
    for place in places(steps, block=mark.solid.shape, page=covered.shape, phase=(3, 5)):
        part = mark.solid[place.on_block()]
        covered[place.on_page()] |= part
        single += np.count_nonzero(part)

    assert np.count_nonzero(covered) == single


def test_rows_do_not_stand_in_line() -> None:
    """Each begins further right, so that no clear column is left between the blocks."""
    mark, steps = mark_for(SIZES["A4"])
    tops: dict[int, set[int]] = {}
    for place in places(steps, block=mark.solid.shape, page=(1754, 1241), phase=(0, 0)):
        tops.setdefault(place.top, set()).add(place.left % steps.across)

    begins = [left for _top, lefts in sorted(tops.items()) for left in lefts]
    assert len(begins) == len(tops)
    assert all(first != second for first, second in itertools.pairwise(begins))


def test_phase_moves_the_pattern_and_the_whole_page_stays_covered() -> None:
    """No strip at any edge is left free that is wider than the gap between blocks, wherever the pattern begins."""
    mark, steps = mark_for(SIZES["A4"])
    height, width = mark.solid.shape
    for phase in ((0, 0), (steps.down - 1, steps.across - 1), (97, 211)):
        found = list(places(steps, block=mark.solid.shape, page=(1754, 1241), phase=phase))
        gap_down, gap_across = max(0, steps.down - height), max(0, steps.across - width)
        assert min(place.top for place in found) <= gap_down
        assert max(place.top + height for place in found) >= 1754 - gap_down
        assert min(place.left for place in found) <= gap_across
        assert max(place.left + width for place in found) >= 1241 - gap_across


def test_letters_grow_with_the_page_within_bounds() -> None:
    """Readable on the smallest page, and not a poster on the largest."""
    spacing = spacing_of(mark_block(FONTS, mark_text()), Pattern())
    sizes = [letter_pixels(spacing, width=side, height=side) for side in (10, 390, 1241, 3508, 65_535)]

    assert sizes == sorted(sizes)
    assert sizes[0] == SMALLEST_PIXELS
    assert sizes[-1] == LARGEST_PIXELS
