"""Page packs: one page is one ranged read, and the object alone is enough."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from pathlib import Path

import pytest

from tests.vault.sealing.samples import DOCUMENT, DOSSIER, PAGES, new_dek, write_pack
from vault.errors import InputError, TamperError, Unavailable
from vault.sealing.page_pack import PackIndex, PackWriter, PartKind, find_index, read_part
from vault.storage.directory import DirectoryStore
from vault.storage.port import ObjectKey

KEY = ObjectKey("o/aa/pack")


def _stored(tmp_path: Path, content: bytes) -> DirectoryStore:
    store = DirectoryStore(tmp_path, random=os.urandom)
    store.put(KEY, io.BytesIO(content), size=len(content))
    return store


def _writer(sink: io.BytesIO) -> PackWriter:
    return PackWriter(sink, new_dek(), dossier_id=DOSSIER, document_id=DOCUMENT, version=1)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_any_page_is_read_on_its_own(tmp_path: Path, number: int) -> None:
    """Image and text of each page come back, also an empty text."""
    dek = new_dek()
    pack, summary = write_pack(dek)
    store = _stored(tmp_path, pack)
    index = PackIndex.open(summary.index_sealed, dek, dossier_id=DOSSIER, document_id=DOCUMENT, version=1)
    page = index.pages[number - 1]

    image = read_part(store, KEY, page.image, dek, index=index)
    text = read_part(store, KEY, page.text, dek, index=index)

    assert (image, text.decode()) == (PAGES[number - 1][0], PAGES[number - 1][3])
    assert (page.image.kind, page.text.kind) == (PartKind.IMAGE, PartKind.TEXT)


def test_summary_describes_the_object() -> None:
    """What the row keeps is what was written."""
    pack, summary = write_pack(new_dek())

    assert summary.sealed_bytes == len(pack)
    assert summary.sha256 == hashlib.sha256(pack).digest()
    assert summary.header == summary.index_sealed[:56]
    assert summary.page_count == len(PAGES)


def test_index_is_found_in_the_object_alone(tmp_path: Path) -> None:
    """When the database row is lost, the object still says where its pages are."""
    pack, summary = write_pack(new_dek())

    assert find_index(_stored(tmp_path, pack), KEY) == summary.index_sealed


@pytest.mark.parametrize(
    "content", [b"", b"short", bytes(100), bytes(84) + (85).to_bytes(4, "big") + b"vault.pages.v1\0\0"]
)
def test_object_without_a_sound_trailer_has_no_index(tmp_path: Path, content: bytes) -> None:
    """Nothing is read beyond the object, whatever its end says."""
    with pytest.raises(TamperError) as refusal:
        find_index(_stored(tmp_path, content), KEY)

    assert refusal.value.code == "tamper.index"


def test_pages_must_follow_one_another() -> None:
    """A skipped or doubled page is a fault of the program, not a document."""
    writer = _writer(io.BytesIO())
    writer.add_page(1, image=b"x", width=1, height=1, text="")

    for number in (1, 3):
        with pytest.raises(ValueError):
            writer.add_page(number, image=b"x", width=1, height=1, text="")


def test_document_without_pages_makes_no_pack() -> None:
    """An empty pack never goes live."""
    with pytest.raises(InputError):
        _writer(io.BytesIO()).finish()


def test_finished_pack_takes_nothing_more() -> None:
    """What the summary describes does not change afterwards."""
    writer = _writer(io.BytesIO())
    writer.add_page(1, image=b"x", width=1, height=1, text="")
    writer.finish()

    with pytest.raises(ValueError):
        writer.add_page(2, image=b"x", width=1, height=1, text="")
    with pytest.raises(ValueError):
        writer.finish()


class FullDisk(io.BytesIO):
    """A sink without space."""

    def write(self, _content: object, /) -> int:
        raise OSError(errno.ENOSPC, "no space left on device")


def test_full_disk_is_the_operators_matter() -> None:
    """No space for the pack means: try again later, the document is not at fault."""
    with pytest.raises(Unavailable) as refusal:
        _writer(FullDisk()).add_page(1, image=b"x", width=1, height=1, text="")

    assert refusal.value.code == "spool.full"


def test_no_plaintext_is_in_the_pack() -> None:
    """Images and texts are found nowhere in the object."""
    pack, _summary = write_pack(new_dek())

    assert not any(word in pack for word in (b"image", "甲".encode(), b"text"))
