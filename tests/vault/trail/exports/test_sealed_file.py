"""The sealed file of an export: opens in any part, and in no other way than it was sealed."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from keys.primitives import new_secret, sealed_length
from vault.errors import InputError, TamperError
from vault.storage.directory import DirectoryStore
from vault.storage.port import ObjectKey
from vault.trail.exports.sealed_file import SEGMENT_BYTES, SealedFile, read_file

KEY = ObjectKey("e/00/11")
DEK = new_secret(os.urandom)
SEALED_SEGMENT = sealed_length(SEGMENT_BYTES)
SIZES = [1, 1000, SEGMENT_BYTES - 1, SEGMENT_BYTES, SEGMENT_BYTES + 1, 3 * SEGMENT_BYTES + 17]


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    (tmp_path / "objects").mkdir()
    return DirectoryStore(tmp_path / "objects", random=os.urandom)


def sealed(tmp_path: Path, content: bytes, *, piece: int = 70_001, export_id: str = "x") -> bytes:
    with SealedFile(tmp_path, DEK, export_id=export_id, max_mib=100) as file:
        for begin in range(0, len(content), piece):
            file.write(content[begin : begin + piece])
        whole = file.finish().read()
        assert len(whole) == file.sealed_bytes
        assert file.file_bytes == len(content)
    return whole


def put(store: DirectoryStore, whole: bytes) -> None:
    store.delete(KEY)
    store.put(KEY, io.BytesIO(whole), size=len(whole))


def opened(store: DirectoryStore, size: int, first: int = 0, last: int | None = None, *, export_id: str = "x") -> bytes:
    end = size - 1 if last is None else last
    return b"".join(read_file(store, KEY, DEK, export_id=export_id, file_bytes=size, first=first, last=end))


@pytest.mark.parametrize("size", SIZES)
def test_every_part_opens_as_it_was_written(store: DirectoryStore, tmp_path: Path, size: int) -> None:
    """The whole, its beginning, its end, and a part across the border of two segments."""
    content = os.urandom(size)
    put(store, sealed(tmp_path, content))

    assert opened(store, size) == content
    for first, last in ((0, 0), (size - 1, size - 1), (size // 3, size // 2), (max(0, SEGMENT_BYTES - 5), size - 1)):
        if first <= last < size:
            assert opened(store, size, first, last) == content[first : last + 1]


def test_nothing_of_it_lies_in_clear_meanwhile(tmp_path: Path) -> None:
    """The temporary file holds ciphertext from its first byte, and has no name."""
    canary = b"CANARY-export-names-people" * 50_000
    with SealedFile(tmp_path, DEK, export_id="x", max_mib=100) as file:
        file.write(canary)
        assert b"CANARY" not in file.finish().read()
        assert list(tmp_path.iterdir()) == []


def test_altered_byte_in_any_segment_is_refused(store: DirectoryStore, tmp_path: Path) -> None:
    """Before a byte of that segment is given out."""
    size = 2 * SEGMENT_BYTES + 100
    whole = sealed(tmp_path, bytes(size))
    for place in (60, SEALED_SEGMENT + 9_000, 2 * SEALED_SEGMENT + 70):
        put(store, whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(TamperError):
            opened(store, size)


def test_segments_cannot_change_places(store: DirectoryStore, tmp_path: Path) -> None:
    """Each opens only as the number that it is."""
    whole = sealed(tmp_path, os.urandom(2 * SEGMENT_BYTES + 1))
    first, second, rest = (
        whole[:SEALED_SEGMENT],
        whole[SEALED_SEGMENT : 2 * SEALED_SEGMENT],
        whole[2 * SEALED_SEGMENT :],
    )
    put(store, second + first + rest)

    with pytest.raises(TamperError):
        opened(store, 2 * SEGMENT_BYTES + 1)


def test_cut_file_does_not_pass_for_a_shorter_one(store: DirectoryStore, tmp_path: Path) -> None:
    """Neither with its old length in the row nor with a new one: the last segment is marked as such."""
    whole = sealed(tmp_path, bytes(3 * SEGMENT_BYTES))
    put(store, whole[: 2 * SEALED_SEGMENT])

    with pytest.raises(TamperError):
        opened(store, 3 * SEGMENT_BYTES)
    with pytest.raises(TamperError):
        opened(store, 2 * SEGMENT_BYTES)


def test_file_of_another_export_is_refused(store: DirectoryStore, tmp_path: Path) -> None:
    """Also under the same key."""
    put(store, sealed(tmp_path, b"entries", export_id="y"))

    with pytest.raises(TamperError):
        opened(store, 7, export_id="x")


def test_object_that_is_gone_is_tampering(store: DirectoryStore) -> None:
    """A row without its object is nothing that comes back by itself."""
    with pytest.raises(TamperError, match=r"tamper\.object_missing"):
        opened(store, 7)


def test_file_beyond_the_limit_is_refused_on_the_way(tmp_path: Path) -> None:
    """Not after the disk is full."""
    with SealedFile(tmp_path, DEK, export_id="x", max_mib=1) as file:
        file.write(bytes(1 << 20))
        with pytest.raises(InputError, match=r"export\.too_large"):
            file.write(b"x")
