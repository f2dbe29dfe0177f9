"""Streams through the vault's own interface; the format itself is proven by the second reader."""

from __future__ import annotations

import secrets
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.errors import UnwrapError
from keys.model import EncryptionContext, Secret
from keys.primitives import CHUNK_BYTES, HEADER_BYTES, StreamOpener, StreamSealer, longest_update, sealed_length

DEK = Secret(bytes(range(32)))
CONTEXT = EncryptionContext("vault.object.v1", (b"d", b"f", b"1", b"original"))
BORDERS = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7]
SEALED_CHUNK = CHUNK_BYTES + 16


def _sealed(plaintext: bytes) -> bytes:
    sealer = StreamSealer(DEK, context=CONTEXT)
    return sealer.update(plaintext) + sealer.finalize()


def _open(sealed: bytes, *, dek: Secret = DEK, context: EncryptionContext = CONTEXT) -> bytes:
    opener = StreamOpener(dek, context=context)
    return opener.update(sealed) + opener.finalize()


@pytest.mark.parametrize("length", BORDERS)
def test_stream_of_any_length_opens_and_is_as_long_as_said(length: int) -> None:
    """Lengths around chunk borders open to the same bytes, in exactly the length foretold."""
    plaintext = secrets.token_bytes(length)
    sealed = _sealed(plaintext)
    assert _open(sealed) == plaintext
    assert len(sealed) == sealed_length(length)


@settings(max_examples=30)
@given(cuts=st.lists(st.integers(0, 40_000), max_size=6))
def test_pieces_of_any_size_give_the_same_stream(cuts: list[int]) -> None:
    """How the plaintext is cut into updates, with or without a caller's buffer, changes nothing."""
    plaintext = bytes(range(256)) * 160
    borders = sorted({0, *cuts, len(plaintext)})
    sealer, sealed = StreamSealer(DEK, context=CONTEXT), b""
    for begin, end in pairwise(borders):
        out = bytearray(longest_update(end - begin))
        written = sealer.update_into(plaintext[begin:end], out)
        sealed += bytes(out[:written])
    sealed += sealer.finalize()
    assert _open(sealed) == plaintext


@settings(max_examples=30)
@given(cuts=st.lists(st.integers(0, 40_000), max_size=6))
def test_ciphertext_read_in_pieces_of_any_size_opens(cuts: list[int]) -> None:
    """Whatever pieces a store delivers, the plaintext is the same and fits the room that was foretold."""
    plaintext = bytes(range(256)) * 160
    sealed = _sealed(plaintext)
    borders = sorted({0, *(min(cut, len(sealed)) for cut in cuts), len(sealed)})
    opener, opened = StreamOpener(DEK, context=CONTEXT), b""
    for begin, end in pairwise(borders):
        out = bytearray(longest_update(end - begin))
        written = opener.update_into(sealed[begin:end], out)
        opened += bytes(out[:written])
    assert opened + opener.finalize() == plaintext


@pytest.mark.parametrize("way", ["update", "update_into", "finalize"])
def test_header_is_known_from_the_start_and_begins_the_stream(way: str) -> None:
    """A wrap record can be bound to the header before anything was sealed."""
    sealer, plaintext = StreamSealer(DEK, context=CONTEXT), b"" if way == "finalize" else b"abc"
    header, sealed = sealer.header, b""
    if way == "update":
        sealed = sealer.update(plaintext)
    if way == "update_into":
        out = bytearray(longest_update(3))
        sealed = bytes(out[: sealer.update_into(plaintext, out)])
    sealed += sealer.finalize()
    assert len(header) == HEADER_BYTES
    assert sealed.startswith(header)
    assert _open(sealed) == plaintext


@pytest.mark.parametrize(
    ("length", "rooms"), [(3, (0, 10, HEADER_BYTES - 1)), (25_600, (0, HEADER_BYTES - 1, HEADER_BYTES, SEALED_CHUNK))]
)
def test_too_small_a_buffer_loses_nothing(length: int, rooms: tuple[int, ...]) -> None:
    """An update that found no room can be made again with more, also where only the header found none."""
    plaintext = secrets.token_bytes(length)
    sealer = StreamSealer(DEK, context=CONTEXT)
    for room in rooms:
        with pytest.raises(ValueError, match="buffer"):
            sealer.update_into(plaintext, bytearray(room))
    sealed = sealer.update(plaintext) + sealer.finalize()
    assert _open(sealed) == plaintext


def test_two_streams_of_one_key_share_no_header() -> None:
    """Each stream has a salt of its own."""
    assert StreamSealer(DEK, context=CONTEXT).header != StreamSealer(DEK, context=CONTEXT).header


@given(data=st.data())
def test_flipped_bit_anywhere_is_refused(data: st.DataObject) -> None:
    """No bit of a stream can change, header included."""
    sealed = bytearray(_sealed(bytes(20_000)))
    at = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[at // 8] ^= 1 << at % 8
    with pytest.raises(UnwrapError):
        _open(bytes(sealed))


def _chunks() -> tuple[bytes, list[bytes]]:
    sealed = _sealed(secrets.token_bytes(3 * CHUNK_BYTES + 7))
    body = sealed[HEADER_BYTES:]
    return sealed[:HEADER_BYTES], [body[at : at + SEALED_CHUNK] for at in range(0, len(body), SEALED_CHUNK)]


@pytest.mark.parametrize(
    "order",
    [[], [0], [0, 1], [0, 1, 2], [0, 1, 3], [1, 0, 2, 3], [0, 0, 1, 2, 3], [0, 1, 2, 3, 3], [1, 2, 3], [3]],
    ids=str,
)
def test_chunks_missing_doubled_or_reordered_are_refused(order: list[int]) -> None:
    """A stream opens with all its chunks, once each, in their order, and not otherwise."""
    header, chunks = _chunks()
    with pytest.raises(UnwrapError):
        _open(header + b"".join(chunks[number] for number in order))


@pytest.mark.parametrize("kept", [0, 1, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + 15, -1])
def test_stream_cut_off_is_refused(kept: int) -> None:
    """A stream cut anywhere does not open to its end."""
    with pytest.raises(UnwrapError):
        _open(_sealed(b"some text")[:kept])


def test_appended_byte_is_refused() -> None:
    """Nothing can follow the last chunk."""
    with pytest.raises(UnwrapError):
        _open(_sealed(b"some text") + b"\0")


def test_header_of_another_stream_is_refused() -> None:
    """A body opens under its own header only."""
    with pytest.raises(UnwrapError):
        _open(_sealed(b"some text")[:HEADER_BYTES] + _sealed(b"some text")[HEADER_BYTES:])


def test_other_key_or_context_is_refused() -> None:
    """A stream opens with its key and in its place only."""
    sealed = _sealed(b"some text")
    with pytest.raises(UnwrapError):
        _open(sealed, dek=Secret(bytes(32)))
    with pytest.raises(UnwrapError):
        _open(sealed, context=EncryptionContext("vault.object.v1", (b"d", b"f", b"2", b"original")))


def test_opener_stays_closed_after_an_error() -> None:
    """Whoever swallows the first error gets nothing afterwards either."""
    opener, sealed = StreamOpener(DEK, context=CONTEXT), _sealed(bytes(50_000))
    with pytest.raises(UnwrapError):
        opener.update(bytes([sealed[0] ^ 1]) + sealed[1:])
    with pytest.raises(UnwrapError):
        opener.update(sealed)
    with pytest.raises(UnwrapError):
        opener.finalize()


def test_finished_sealer_seals_no_more() -> None:
    """One sealer makes one stream."""
    sealer = StreamSealer(DEK, context=CONTEXT)
    sealer.finalize()
    for attempt in (lambda: sealer.update(b"x"), lambda: sealer.update_into(b"x", bytearray(99)), sealer.finalize):
        with pytest.raises(ValueError, match="finished"):
            attempt()


def test_negative_length_is_refused() -> None:
    """A length from outside is checked, not computed with."""
    with pytest.raises(ValueError, match="negative"):
        sealed_length(-1)
