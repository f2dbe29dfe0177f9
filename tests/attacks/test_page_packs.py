"""What somebody tries with page packs who can write to bucket and database, and does not have the keys."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.model import Secret
from tests.vault.sealing.samples import DOCUMENT, DOSSIER, PAGES, new_dek, write_pack
from vault.errors import TamperError
from vault.sealing.page_pack import PackIndex, PackPage, PackPart, read_part
from vault.storage.directory import DirectoryStore
from vault.storage.port import ObjectKey

Choice = Callable[[tuple[PackPage, ...]], PackPart]
KEY = ObjectKey("o/aa/pack")
PACK_DEK = new_dek()
PACK, SUMMARY = write_pack(PACK_DEK)
INDEX = PackIndex.open(SUMMARY.index_sealed, PACK_DEK, dossier_id=DOSSIER, document_id=DOCUMENT, version=1)


def _read_from(tmp_path: Path, pack: bytes, page: PackPage, *, dek: Secret = PACK_DEK) -> bytes:
    store = DirectoryStore(tmp_path, random=os.urandom)
    store.put(KEY, io.BytesIO(pack), size=len(pack))
    return read_part(store, KEY, page.image, dek, index=INDEX)


def _with(pack: bytes, at: int, replacement: bytes) -> bytes:
    return pack[:at] + replacement + pack[at + len(replacement) :]


def _equal_pages() -> tuple[bytes, PackIndex]:
    """A pack whose parts all have the same length, so that they can change places."""
    pack, summary = write_pack(PACK_DEK, contents=[(bytes([number]) * 100, "x" * 100) for number in (1, 2, 3)])
    index = PackIndex.open(summary.index_sealed, PACK_DEK, dossier_id=DOSSIER, document_id=DOCUMENT, version=1)
    return pack, index


@pytest.mark.parametrize(
    "choose",
    [lambda pages: pages[1].image, lambda pages: pages[0].text, lambda pages: pages[2].text],
    ids=["another_page", "its_own_text", "text_of_another_page"],
)
def test_page_swapped_within_its_pack_is_refused(
    tmp_path: Path, choose: Callable[[tuple[PackPage, ...]], PackPart]
) -> None:
    """A part opens only as the page and kind that it was sealed as, though all share a key."""
    pack, index = _equal_pages()
    first, other = index.pages[0].image, choose(index.pages)
    foreign = pack[other.offset : other.offset + other.length]
    store = DirectoryStore(tmp_path, random=os.urandom)
    forged = _with(pack, first.offset, foreign)
    store.put(KEY, io.BytesIO(forged), size=len(forged))

    with pytest.raises(TamperError):
        read_part(store, KEY, first, PACK_DEK, index=index)


def test_page_of_an_older_versions_pack_is_refused(tmp_path: Path) -> None:
    """Also when both packs were sealed under one key, which never happens."""
    older, _summary = write_pack(PACK_DEK, version=7)

    with pytest.raises(TamperError):
        _read_from(tmp_path, older, INDEX.pages[0])


def test_index_of_another_version_is_refused() -> None:
    """An older index would show the older version's page sizes and places."""
    _pack, older = write_pack(PACK_DEK, version=7)

    with pytest.raises(TamperError):
        PackIndex.open(older.index_sealed, PACK_DEK, dossier_id=DOSSIER, document_id=DOCUMENT, version=1)


def test_page_sealed_as_index_is_refused() -> None:
    """A part is no index, whatever bytes a page's text holds."""
    text = INDEX.pages[0].text
    part = PACK[text.offset : text.offset + text.length]

    with pytest.raises(TamperError):
        PackIndex.open(part, PACK_DEK, dossier_id=DOSSIER, document_id=DOCUMENT, version=1)


@given(at=st.integers(0, INDEX.pages[1].image.length * 8 - 1))
@settings(max_examples=100, deadline=None)
def test_flipped_bit_anywhere_in_a_page_is_refused(tmp_path_factory: pytest.TempPathFactory, at: int) -> None:
    """A page is verified whole before a byte of it is used."""
    forged = bytearray(PACK)
    forged[INDEX.pages[1].image.offset + at // 8] ^= 1 << at % 8

    with pytest.raises(TamperError):
        _read_from(tmp_path_factory.mktemp("pack"), bytes(forged), INDEX.pages[1])


@given(at=st.integers(0, len(SUMMARY.index_sealed) * 8 - 1))
@settings(max_examples=100, deadline=None)
def test_flipped_bit_anywhere_in_the_index_is_refused(at: int) -> None:
    """No page can be moved or resized by touching the index."""
    forged = bytearray(SUMMARY.index_sealed)
    forged[at // 8] ^= 1 << at % 8

    with pytest.raises(TamperError):
        PackIndex.open(bytes(forged), PACK_DEK, dossier_id=DOSSIER, document_id=DOCUMENT, version=1)


def test_pack_cut_off_within_a_page_is_refused(tmp_path: Path) -> None:
    """A shorter object is no shorter page."""
    last = INDEX.pages[2].image

    with pytest.raises(TamperError) as found:
        _read_from(tmp_path, PACK[: last.offset + last.length - 1], INDEX.pages[2])

    assert found.value.code == "object.length"


def test_pages_before_the_damage_still_open(tmp_path: Path) -> None:
    """Damage to one page takes no other page with it."""
    damaged = _with(PACK, INDEX.pages[2].image.offset, bytes(100))

    assert _read_from(tmp_path, damaged, INDEX.pages[0]) == PAGES[0][0]
