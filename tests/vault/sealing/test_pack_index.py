"""The index of a page pack is parsed strictly."""

from __future__ import annotations

import itertools
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.model import Secret
from tests.vault.sealing.samples import DOCUMENT, DOSSIER, PAGES, new_dek, write_pack
from vault.errors import TamperError
from vault.sealing.envelope import seal_whole
from vault.sealing.pack_index import LONGEST_INDEX_BYTES, MOST_PAGES, PackIndex, PackScope, find_page, place_page

SCOPE = PackScope(DOSSIER, DOCUMENT, 1)
ENTRY = struct.pack(">IIHH", 100, 10, 30, 20)


def _open(index_sealed: bytes, dek: Secret) -> PackIndex:
    return PackIndex.open(index_sealed, dek, dossier_id=DOSSIER, document_id=DOCUMENT, version=1)


def _sealed(encoded: bytes, dek: Secret) -> bytes:
    return seal_whole(encoded, dek, context=SCOPE.index_context())


def test_index_gives_sizes_and_places_of_all_pages() -> None:
    """What was written is found again."""
    dek = new_dek()
    _pack, summary = write_pack(dek)

    pages = _open(summary.index_sealed, dek).pages

    assert [(page.number, page.width, page.height) for page in pages] == [(1, 30, 20), (2, 31, 21), (3, 32, 22)]
    assert [page.image.plaintext_bytes for page in pages] == [len(image) for image, *_rest in PAGES]


def test_parts_follow_one_another_without_gap() -> None:
    """Offsets follow from lengths, so none can point elsewhere."""
    dek = new_dek()
    pages = _open(write_pack(dek)[1].index_sealed, dek).pages

    parts = [part for page in pages for part in (page.image, page.text)]

    assert parts[0].offset == 0
    assert all(after.offset == part.offset + part.length for part, after in itertools.pairwise(parts))


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"\1\0\0\0",
        b"\1\0\0\0\0",
        b"\2\0\0\0\1" + ENTRY,
        b"\1\0\0\0\1" + ENTRY + b"\0",
        b"\1\0\0\0\1" + ENTRY[:-1],
        b"\1\0\0\0\2" + ENTRY,
        b"\1" + struct.pack(">I", MOST_PAGES + 1) + ENTRY * (MOST_PAGES + 1),
        b"\1\0\0\0\1" + struct.pack(">IIHH", 0, 10, 30, 20),
        b"\1\0\0\0\1" + struct.pack(">IIHH", 100, 10, 0, 20),
        b"\1\0\0\0\1" + struct.pack(">IIHH", 100, 10, 30, 0),
        b"\1\0\0\0\1" + struct.pack(">IIHH", 2**32 - 1, 10, 30, 20),
    ],
    ids=[
        "empty", "short_head", "no_pages", "other_version", "longer", "shorter", "missing_page", "too_many_pages",
        "no_image", "no_width", "no_height", "huge_image",
    ],
)  # fmt: skip
def test_malformed_index_is_refused(encoded: bytes) -> None:
    """An index that opens but is not exactly of this form is not used."""
    dek = new_dek()

    with pytest.raises(TamperError) as refusal:
        _open(_sealed(encoded, dek), dek)

    assert refusal.value.code == "tamper.index"

    with pytest.raises(TamperError) as refusal:
        find_page(_sealed(encoded, dek), dek, scope=SCOPE, number=1)

    assert refusal.value.code == "tamper.index"


@given(encoded=st.binary(max_size=80))
@settings(max_examples=100, deadline=None)
def test_any_bytes_either_parse_or_are_refused(encoded: bytes) -> None:
    """Nothing but TamperError comes out of the parser, and what parses encodes to the same bytes."""
    dek = new_dek()
    try:
        index = _open(_sealed(encoded, dek), dek)
    except TamperError:
        with pytest.raises(TamperError):
            find_page(_sealed(encoded, dek), dek, scope=SCOPE, number=1)
        return
    assert len(index.pages) == (len(encoded) - 5) // 12
    assert find_page(_sealed(encoded, dek), dek, scope=SCOPE, number=1) == index.pages[0]


def test_single_page_is_found_as_in_the_whole_index() -> None:
    """Each page is the same, whichever way it was asked for, and there is none before the first or after the last."""
    dek = new_dek()
    sealed = write_pack(dek)[1].index_sealed
    pages = _open(sealed, dek).pages

    found = [find_page(sealed, dek, scope=SCOPE, number=number) for number in range(-1, len(pages) + 3)]

    assert found == [None, None, *pages, None, None]


def test_single_page_is_not_found_in_another_documents_index() -> None:
    """The index opens for its own document version only."""
    dek = new_dek()
    sealed = write_pack(dek)[1].index_sealed

    for scope in (
        PackScope("dother", DOCUMENT, 1),
        PackScope(DOSSIER, "fother", 1),
        PackScope(DOSSIER, DOCUMENT, 2),
    ):
        with pytest.raises(TamperError) as refusal:
            find_page(sealed, dek, scope=scope, number=1)
        assert refusal.value.code == "tamper.content"


def test_overlong_index_is_refused_before_it_is_opened() -> None:
    """The length from outside is capped first."""
    with pytest.raises(TamperError) as refusal:
        _open(bytes(LONGEST_INDEX_BYTES + 1), new_dek())

    assert refusal.value.code == "tamper.index"

    with pytest.raises(TamperError) as refusal:
        find_page(bytes(LONGEST_INDEX_BYTES + 1), new_dek(), scope=SCOPE, number=1)

    assert refusal.value.code == "tamper.index"


def test_index_of_ten_thousand_pages_comes_back() -> None:
    """The largest document fits."""
    dek, offset, pages = new_dek(), 0, []
    for number in range(1, MOST_PAGES + 1):
        page = place_page(number, offset=offset, image_bytes=number, text_bytes=0, width=1, height=1)
        pages.append(page)
        offset = page.text.offset + page.text.length

    sealed = PackIndex(SCOPE, tuple(pages)).seal(dek)

    assert len(sealed) == LONGEST_INDEX_BYTES
    assert _open(sealed, dek).pages == tuple(pages)
    assert find_page(sealed, dek, scope=SCOPE, number=9000) == pages[8999]
