"""Sealing and opening streams: lengths, pieces and announced sizes."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.primitives import sealed_length
from tests.vault.sealing.samples import SIZES, new_dek, open_as, original_context, seal
from vault.errors import InputError, TamperError
from vault.sealing.envelope import SealingReader, copy_opened, open_sealed, open_whole, seal_whole, verify_stored
from vault.storage.directory import DirectoryStore
from vault.storage.port import ObjectKey

KEY = ObjectKey("o/aa/1")


class Dribble(io.BytesIO):
    """A source that gives a few bytes at a time, like a socket."""

    def __init__(self, content: bytes, step: int) -> None:
        super().__init__(content)
        self._step = step

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self._step if size is None or size < 0 else min(size, self._step))


@pytest.mark.parametrize("size", SIZES)
def test_content_of_any_size_comes_back(size: int) -> None:
    """What was sealed is what is opened, around every border of a chunk."""
    plaintext, dek = os.urandom(size), new_dek()

    sealed = seal(plaintext, dek)

    assert open_as(sealed, sealed.content, dek) == plaintext


@pytest.mark.parametrize("size", SIZES)
def test_sealed_length_is_known_beforehand(size: int) -> None:
    """The store is told the exact length before the first byte."""
    sealed = seal(bytes(size), new_dek())

    assert len(sealed.content) == sealed.size == sealed_length(size)


def test_header_is_the_objects_beginning() -> None:
    """The wrap record is bound to the bytes that are stored."""
    sealed = seal(b"content", new_dek())

    assert sealed.content[:56] == sealed.header


def test_header_is_known_before_anything_was_read() -> None:
    """The wrap record may be made while the object is still on its way."""
    reader = SealingReader(io.BytesIO(b""), new_dek(), context=original_context(), plaintext_bytes=0)

    assert len(reader.header) == 56


@given(size=st.integers(0, 100_000), piece=st.integers(1, 70_000), step=st.integers(1, 50_000))
@settings(max_examples=60, deadline=None)
def test_reads_give_exactly_what_was_asked_until_the_end(size: int, piece: int, step: int) -> None:
    """Whatever the sizes of pieces on both sides, only the last read is short, and the object opens."""
    plaintext, dek = os.urandom(size), new_dek()
    reader = SealingReader(Dribble(plaintext, step), dek, context=original_context(), plaintext_bytes=size)

    pieces = []
    while block := reader.read(piece):
        pieces.append(block)

    assert {len(block) for block in pieces[:-1]} <= {piece}
    assert open_whole(b"".join(pieces), dek, context=original_context()) == plaintext


@pytest.mark.parametrize("announced", [0, 99, 101, 1 << 20])
def test_source_of_another_length_than_announced_is_refused(announced: int) -> None:
    """A truncated or growing upload never becomes an object that opens."""
    reader = SealingReader(io.BytesIO(bytes(100)), new_dek(), context=original_context(), plaintext_bytes=announced)

    with pytest.raises(InputError) as refusal:
        reader.read()

    assert refusal.value.code == "intake.size_mismatch"


def test_digest_and_length_are_withheld_before_the_end() -> None:
    """A row is never written with the digest of half an object."""
    reader = SealingReader(io.BytesIO(bytes(100)), new_dek(), context=original_context(), plaintext_bytes=100)
    reader.read(100)

    with pytest.raises(ValueError):
        _ = reader.sha256
    with pytest.raises(ValueError):
        _ = reader.sealed_bytes


def test_same_content_is_never_sealed_twice_alike() -> None:
    """Equal documents cannot be told by their objects, even under one key."""
    dek = new_dek()

    assert seal(b"same", dek).content != seal(b"same", dek).content


def test_copy_writes_the_plaintext_and_says_how_much() -> None:
    """The copying form gives what the iterating form gives."""
    plaintext, dek, sink = os.urandom(600_000), new_dek(), io.BytesIO()
    sealed = seal(plaintext, dek)

    written = copy_opened(
        io.BytesIO(sealed.content),
        sink,
        dek,
        context=original_context(),
        header=sealed.header,
        expected_bytes=sealed.size,
    )

    assert (written, sink.getvalue()) == (len(plaintext), plaintext)


def test_intact_object_that_is_not_the_rows_gives_nothing() -> None:
    """Another stream of the same key, context and length is found by its header, before anything is opened."""
    dek = new_dek()
    sealed, another = seal(b"content", dek), seal(b"CONTENT", dek)
    blocks = open_sealed(
        io.BytesIO(another.content),
        dek,
        context=original_context(),
        header=sealed.header,
        expected_bytes=sealed.size,
    )

    with pytest.raises(TamperError) as found:
        next(blocks)

    assert found.value.code == "tamper.content"


def test_every_single_byte_is_under_the_header_or_a_tag() -> None:
    """What opening relies on, since it computes no digest: an altered byte anywhere is refused."""
    plaintext, dek = os.urandom(300), new_dek()
    sealed = seal(plaintext, dek)
    assert open_as(sealed, sealed.content, dek) == plaintext

    for place in range(sealed.size):
        altered = bytearray(sealed.content)
        altered[place] ^= 1
        with pytest.raises(TamperError, match="content"):
            open_as(sealed, bytes(altered), dek)


def test_small_streams_are_the_same_format() -> None:
    """A stream sealed in memory opens as a stream."""
    dek = new_dek()
    content = seal_whole(b"index", dek, context=original_context())

    assert open_whole(content, dek, context=original_context()) == b"index"


def _stored(tmp_path: Path, content: bytes) -> DirectoryStore:
    store = DirectoryStore(tmp_path, random=os.urandom)
    store.put(KEY, io.BytesIO(content), size=len(content))
    return store


def test_scrub_passes_the_rows_object(tmp_path: Path) -> None:
    """Length and digest are checked without any key."""
    sealed = seal(os.urandom(700_000), new_dek())

    verify_stored(_stored(tmp_path, sealed.content), KEY, expected_bytes=sealed.size, expected_sha256=sealed.sha256)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda content: content[:-1], "tamper.length"),
        (lambda content: content + b"x", "tamper.length"),
        (lambda content: content[:-1] + bytes([content[-1] ^ 1]), "tamper.digest"),
        (lambda content: b"", "tamper.length"),
    ],
)
def test_scrub_finds_what_changed(tmp_path: Path, change: object, code: str) -> None:
    """A shorter, longer or altered object is found."""
    assert callable(change)
    sealed = seal(os.urandom(1000), new_dek())
    store = _stored(tmp_path, change(sealed.content))

    with pytest.raises(TamperError) as found:
        verify_stored(store, KEY, expected_bytes=sealed.size, expected_sha256=sealed.sha256)

    assert found.value.code == code


def test_scrub_finds_a_missing_object(tmp_path: Path) -> None:
    """A live row without an object is a finding of its own."""
    with pytest.raises(TamperError) as found:
        verify_stored(DirectoryStore(tmp_path, random=os.urandom), KEY, expected_bytes=100, expected_sha256=bytes(32))

    assert found.value.code == "tamper.object_missing"
