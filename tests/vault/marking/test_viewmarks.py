"""From a stored page to the JPEG that is sent: marked for this view, different from every other, without metadata."""

from __future__ import annotations

import io
import itertools
import struct
import threading

import numpy as np
import pytest
from PIL import Image

from keys.model import Secret
from tests.vault.marking.samples import FONTS, KEY, as_stored, mark_text, photo, plain_page, written_page
from vault.errors import TamperError
from vault.marking.viewmarks import MOST_SIZES, MarkedImage, ViewMarks
from vault.marking.visible import MarkText

SIZE = (620, 877)
WHITE = as_stored(plain_page((255, 255, 255), SIZE))


def _mark(
    marks: ViewMarks,
    *,
    image: bytes = WHITE,
    text: MarkText | None = None,
    page: int = 1,
    key: Secret = KEY,
    size: tuple[int, int] = SIZE,
) -> MarkedImage:
    return marks.mark_page(image, text=text or mark_text(), page_number=page, key=key, expected_size=size)


def _pixels(marked: MarkedImage) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(marked.jpeg)).convert("L")).astype(int)


def _segments(jpeg: bytes) -> list[int]:
    """The markers of a JPEG up to its picture data."""
    assert jpeg[:2] == b"\xff\xd8"
    at, found = 2, []
    while True:
        marker, length = struct.unpack_from(">HH", jpeg, at)
        found.append(marker)
        if marker == 0xFFDA:
            return found
        at += 2 + length


def test_sent_page_is_a_jpeg_of_the_same_size_that_shows_the_mark() -> None:
    """The mark is in the pixels that leave, after encoding too."""
    marked = _mark(ViewMarks(FONTS))

    assert (marked.width, marked.height) == SIZE
    assert _pixels(marked).shape == SIZE[::-1]
    assert np.percentile(_pixels(marked), 2) < 225


def test_sent_page_holds_nothing_but_the_picture() -> None:
    """No EXIF, profile, comment or thumbnail: JFIF head, tables, picture."""
    page = written_page()
    marked = _mark(ViewMarks(FONTS), image=as_stored(page), size=page.size)
    allowed = {0xFFE0, 0xFFDB, 0xFFC0, 0xFFC4, 0xFFDA}

    assert set(_segments(marked.jpeg)) <= allowed
    assert not set(Image.open(io.BytesIO(marked.jpeg)).info) - {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "dpi",
    }


def test_same_page_of_the_same_view_is_marked_alike_every_time() -> None:
    """Reloading gives nobody a second version to compare with."""
    assert _mark(ViewMarks(FONTS)).jpeg == _mark(ViewMarks(FONTS)).jpeg


def test_each_page_is_marked_elsewhere() -> None:
    """Laid over one another, the pages of a view do not show where the mark is not."""
    marks = ViewMarks(FONTS)
    pages = [_mark(marks, page=number).jpeg for number in range(1, 9)]

    assert len(set(pages)) == len(pages)


def test_each_view_is_marked_at_another_angle_and_place() -> None:
    """Averaging the same page of many views leaves no clean page: letters fall on different pixels."""
    marks = ViewMarks(FONTS)
    texts = [mark_text(view_id="w" + letter * 26) for letter in "abcd"]
    pages = [_pixels(_mark(marks, text=text)) < 230 for text in texts]

    for first, second in itertools.combinations(pages, 2):
        shared = np.count_nonzero(first & second) / np.count_nonzero(first)
        assert shared < 0.5


def test_where_the_mark_stands_follows_from_the_key() -> None:
    """Without it nobody can tell beforehand."""
    marked = {_mark(ViewMarks(FONTS), key=Secret(bytes([number]) * 32)).jpeg for number in range(4)}

    assert len(marked) == 4


@pytest.mark.parametrize(
    ("image", "size", "code"),
    [
        (WHITE, (SIZE[0] + 1, SIZE[1]), "tamper.page_size"),
        (WHITE, SIZE[::-1], "tamper.page_size"),
        (WHITE[: len(WHITE) // 2], SIZE, "tamper.page_image"),
        (b"", SIZE, "tamper.page_image"),
        (b"RIFF\x04\x00\x00\x00WEBP", SIZE, "tamper.page_image"),
    ],
    ids=["other width", "turned", "cut", "empty", "no picture"],
)
def test_page_that_is_not_what_the_index_says_is_tampering(image: bytes, size: tuple[int, int], code: str) -> None:
    """It was sealed under the right key, so only the security officer can find out why."""
    with pytest.raises(TamperError) as refused:
        _mark(ViewMarks(FONTS), image=image, size=size)

    assert refused.value.code == code


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF", "TIFF"])
def test_picture_of_another_kind_is_not_even_parsed(kind: str) -> None:
    """One decoder is reachable from stored bytes."""
    encoded = io.BytesIO()
    plain_page((255, 255, 255), SIZE).save(encoded, kind)

    with pytest.raises(TamperError) as refused:
        _mark(ViewMarks(FONTS), image=encoded.getvalue())

    assert refused.value.code == "tamper.page_image"


def test_prepared_marks_are_kept_for_a_bounded_number_of_views_and_sizes() -> None:
    """Reading many views, or one with pages of many sizes, takes no more memory than that."""
    marks = ViewMarks(FONTS, capacity=3)
    for letter in "abcdefgh":
        _mark(marks, text=mark_text(view_id=letter * 27))
    for side in range(300, 1500, 100):
        page = plain_page((255, 255, 255), (side, side))
        _mark(marks, image=as_stored(page), size=page.size, text=mark_text(view_id="h" * 27))

    assert [view_id[0] for view_id in marks._views] == ["f", "g", "h"]
    assert len(marks._views["h" * 27].by_pixels) == MOST_SIZES


def test_view_read_last_is_kept_longest() -> None:
    """A reader who pages on does not wait for others' openings."""
    marks = ViewMarks(FONTS, capacity=2)
    for letter in "abac":
        _mark(marks, text=mark_text(view_id=letter * 27))

    assert {view_id[0] for view_id in marks._views} == {"a", "c"}


def test_view_that_is_over_is_forgotten() -> None:
    """Nothing of it stays in memory; forgetting it twice, or one never read, is no error."""
    marks = ViewMarks(FONTS)
    _mark(marks)
    marks.discard(mark_text().view_id)
    marks.discard(mark_text().view_id)

    assert not marks._views


def test_changed_name_is_on_the_next_page() -> None:
    """A prepared mark is never shown for another text than it was prepared for."""
    marks = ViewMarks(FONTS)
    before, after = mark_text(name="Ann Lee"), mark_text(name="Ann Smith")
    _mark(marks, text=before)

    assert _mark(marks, text=after).jpeg == _mark(ViewMarks(FONTS), text=after).jpeg


def test_threads_that_share_the_marks_get_what_each_would_alone() -> None:
    """Eight readers of four views, with room for two, so that preparing and forgetting go on all the time."""
    photo_page = photo((400, 300))
    pages = [(WHITE, SIZE), (as_stored(photo_page), photo_page.size)]
    asked = [(letter * 27, number, page) for letter in "abcd" for number in (1, 2) for page in pages]

    def mark(marks: ViewMarks, view_id: str, number: int, page: tuple[bytes, tuple[int, int]]) -> bytes:
        return _mark(marks, image=page[0], size=page[1], text=mark_text(view_id=view_id), page=number).jpeg

    expected = [mark(ViewMarks(FONTS), *each) for each in asked]
    shared, results, failures = ViewMarks(FONTS, capacity=2), [None] * 8, []

    def read(reader: int) -> None:
        try:
            results[reader] = [mark(shared, *each) for each in asked[reader:] + asked[:reader]]  # type: ignore[call-overload]
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must see it
            failures.append(error)

    threads = [threading.Thread(target=read, args=(reader,)) for reader in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    for reader, result in enumerate(results):
        assert result == expected[reader:] + expected[:reader]
