"""The mark as it is seen: on any ground, over any text, whole in every third, or the page is not served."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.vault.marking.samples import (
    A4,
    COLOURED,
    FONTS,
    VIEW_ID,
    dithered,
    mark_for,
    mark_text,
    photo,
    plain_page,
    written_page,
)
from vault.errors import Unavailable
from vault.marking.pattern import THIRDS, places
from vault.marking.visible import CHECK_CELLS, COLOURS, DARKENING, LIGHTENING, apply_mark, check_drawn, check_text

PAGES = {
    **{name: lambda colour=colour: plain_page(colour) for name, colour in COLOURED.items()},
    "photo": photo,
    "dithered": dithered,
    "text": written_page,
    "light text on dark": lambda: written_page(ink=(235, 235, 240), ground=(18, 20, 28)),
    "grey text on grey": lambda: written_page(ink=(90, 90, 90), ground=(140, 140, 140)),
}
PHASE = (41, 97)


def _marked(page: Image.Image) -> np.ndarray:
    mark, steps = mark_for(page.size)
    return apply_mark(page, mark, steps, phase=PHASE)


def _letters(size: tuple[int, int]) -> np.ndarray:
    """Where letters stand on a page of this size."""
    mark, steps = mark_for(size)
    letters = np.zeros((size[1], size[0]), dtype=bool)
    for place in places(steps, block=mark.solid.shape, page=letters.shape, phase=PHASE):
        letters[place.on_page()] |= mark.solid[place.on_block()]
    return letters


def _luminance(pixels: np.ndarray | Image.Image) -> np.ndarray:
    return np.asarray(pixels, dtype=float) @ (0.299, 0.587, 0.114)


def test_mark_says_who_when_where_and_which_view() -> None:
    """The time is the reader's own, with its offset: nobody has to guess a zone years later."""
    assert mark_text().lines() == ("王晓明 N-0042", "2026-11-24 17:00 +08:00", "Head office", VIEW_ID)


@pytest.mark.parametrize(
    ("timezone", "moment"),
    [
        ("UTC", "2026-11-24 09:00 +00:00"),
        ("Asia/Kolkata", "2026-11-24 14:30 +05:30"),
        ("America/St_Johns", "2026-11-24 05:30 -03:30"),
        ("Pacific/Kiritimati", "2026-11-24 23:00 +14:00"),
    ],
)
def test_time_is_local_with_its_offset(timezone: str, moment: str) -> None:
    """Half hours and zones west of Greenwich too."""
    assert mark_text(timezone=timezone).moment == moment


@pytest.mark.parametrize("field", ["name", "staff_number"])
@pytest.mark.parametrize("text", ["", "   ", "\u200b\u2060", "\u3164\u2800", "\u202e"])
def test_person_without_visible_name_or_number_gets_no_mark(field: str, text: str) -> None:
    """A mark of nothing but time and place names nobody."""
    with pytest.raises(Unavailable) as refused:
        check_text(FONTS, mark_text(**{field: text}))

    assert refused.value.code == "mark.empty"


def test_characters_without_glyph_are_named() -> None:
    """Whoever mends it learns which characters a font is needed for; in any of the four parts."""
    with pytest.raises(Unavailable) as refused:
        check_text(FONTS, mark_text(name="𒀀 Ann", place="𒀁 office"))

    assert refused.value.code == "mark.no_glyph"
    assert refused.value.params["characters"] == "𒀀𒀁"


@pytest.mark.parametrize("kind", PAGES)
def test_letters_are_seen_in_every_part_of_any_page(kind: str) -> None:
    """Luminance differs at the letters by a step that a photo of the screen keeps, and not beside them."""
    page = PAGES[kind]()
    change = np.abs(_luminance(_marked(page)) - _luminance(page))
    letters = _letters(page.size)

    for rows in np.array_split(np.arange(page.height), CHECK_CELLS):
        for columns in np.array_split(np.arange(page.width), CHECK_CELLS):
            cell = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
            assert np.median(change[cell][letters[cell]]) >= 20, (rows[0], columns[0])
    assert np.median(change[~letters]) == 0


@pytest.mark.parametrize("kind", ["white", "photo"])
def test_every_third_shows_a_whole_block_on_its_pixels(kind: str) -> None:
    """Found again by comparing pixels with the block alone, without knowing where it was put."""
    page = plain_page((255, 255, 255)) if kind == "white" else photo((1200, 1200))
    mark, _steps = mark_for(page.size)
    changed = (np.abs(_luminance(_marked(page)) - _luminance(page)) >= 18).astype(float)
    matches = np.fft.irfft2(
        np.fft.rfft2(changed) * np.conj(np.fft.rfft2(mark.solid.astype(float), s=changed.shape)), s=changed.shape
    )
    height, width = mark.solid.shape
    whole = matches[: page.height - height + 1, : page.width - width + 1] >= 0.97 * np.count_nonzero(mark.solid)

    for third in range(THIRDS):
        top, bottom = page.height * third // THIRDS, page.height * (third + 1) // THIRDS
        assert whole[top : bottom - height + 1].any(), third


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ((0, 0, 0), (255, 255, 255)),
        ((120, 120, 120), (255, 255, 255)),
        ((200, 30, 30), (255, 255, 255)),
        ((255, 255, 255), (0, 0, 0)),
        ((90, 90, 90), (140, 140, 140)),
    ],
    ids=["black", "small print", "red", "white on black", "faint"],
)
def test_text_beneath_keeps_its_contrast(ink: tuple[int, int, int], ground: tuple[int, int, int]) -> None:
    """Under a letter, ink and ground move together: what could be told apart still can, by at least two thirds."""
    page = written_page(ink=ink, ground=ground)
    before, after, letters = _luminance(page), _luminance(_marked(page)), _letters(page.size)
    inked, bare = (np.all(np.asarray(page) == colour, axis=2) & letters for colour in (ink, ground))
    contrast = abs(before[inked].mean() - before[bare].mean())

    assert np.count_nonzero(inked) > 1000
    assert abs(after[inked].mean() - after[bare].mean()) >= contrast * 2 / 3


def test_step_is_the_same_on_light_middle_and_dark_ground() -> None:
    """No ground lets the mark shine or fade."""
    changes = {}
    for level in (0, 60, 127, 128, 200, 255):
        page = plain_page((level, level, level), (600, 600))
        changes[level] = np.abs(_luminance(_marked(page)) - level)[_letters(page.size)].max()

    assert min(changes.values()) >= 0.9 * min(_luminance(np.array(step)) for step in (DARKENING, LIGHTENING))
    assert max(changes.values()) <= 1.01 * max(_luminance(np.array(step)) for step in (DARKENING, LIGHTENING))


def test_phase_moves_the_mark() -> None:
    """Two pages laid over one another do not show it at the same place."""
    page = plain_page((255, 255, 255))
    mark, steps = mark_for(page.size)
    first, second = (apply_mark(page, mark, steps, phase=phase) for phase in ((0, 0), (50, 90)))

    assert (first != second).any()


def test_page_itself_is_not_changed() -> None:
    """The mark is drawn into a copy."""
    page = written_page()
    before = page.tobytes()
    _marked(page)

    assert page.tobytes() == before


@pytest.mark.parametrize("kind", PAGES)
def test_page_without_its_mark_is_refused(kind: str) -> None:
    """Whatever went wrong in drawing it: black, white, grey and busy pages alike are not served bare."""
    pixels = np.asarray(PAGES[kind]())

    with pytest.raises(Unavailable) as refused:
        check_drawn(pixels, pixels.copy(), _letters((pixels.shape[1], pixels.shape[0])))

    assert refused.value.code == "mark.not_drawn"


@pytest.mark.parametrize("corner", range(CHECK_CELLS**2))
def test_page_that_lost_its_mark_in_one_part_is_refused(corner: int) -> None:
    """A part without it is what a leak would be cut from."""
    pixels = np.asarray(plain_page((255, 255, 255)))
    marked = _marked(plain_page((255, 255, 255)))
    row, column = divmod(corner, CHECK_CELLS)
    height, width = pixels.shape[0] // CHECK_CELLS, pixels.shape[1] // CHECK_CELLS
    part = np.s_[row * height : (row + 1) * height, column * width : (column + 1) * width]
    marked[part] = pixels[part]

    with pytest.raises(Unavailable):
        check_drawn(pixels, marked, _letters(A4))


def test_mark_too_faint_to_be_seen_is_refused() -> None:
    """Pixels that differ by a few levels differ for a machine only."""
    pixels, letters = np.asarray(plain_page((255, 255, 255))), _letters(A4)
    faint = pixels - letters[:, :, None].astype(np.uint8) * 5

    with pytest.raises(Unavailable):
        check_drawn(pixels, faint, letters)


def test_page_on_which_no_letter_stands_is_refused() -> None:
    """A block that came out empty marks nothing, and must not pass for want of letters."""
    mark, steps = mark_for(A4)
    mark.darkening[:] = 0
    mark.lightening[:] = 0
    mark.solid[:] = False

    with pytest.raises(Unavailable) as refused:
        apply_mark(written_page(), mark, steps, phase=PHASE)

    assert refused.value.code == "mark.not_drawn"


@pytest.mark.parametrize("size", [(1, 1), (16, 16), (40, 12), (3508, 40), (7, 900)])
def test_page_too_small_for_letters_is_still_marked_where_they_fall(size: tuple[int, int]) -> None:
    """Strips and icons are served with whatever part of the mark they have room for."""
    marked = _marked(plain_page((255, 255, 255), size))

    assert marked.shape == (size[1], size[0], COLOURS)
