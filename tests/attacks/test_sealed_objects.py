"""What somebody tries who can write to bucket and database, and does not have the keys.

The attacker adjusts length, digest and header in the row as well wherever that helps. Every attempt must end in
TamperError or UnwrapError, never in content that is not the one asked for.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.errors import UnwrapError
from keys.model import KeyId, KeyVersion
from keys.wrapping import WrappingKey, dek_context, unwrap_key, wrap_key
from tests.vault.sealing.samples import (
    CHUNK,
    DOCUMENT,
    DOSSIER,
    SealedObject,
    new_dek,
    open_as,
    original_context,
    seal,
)
from vault.errors import TamperError

HEADER, WHOLE = 56, CHUNK + 16
PLAINTEXT = os.urandom(3 * CHUNK + 500)
DEK = new_dek()
SEALED = seal(PLAINTEXT, DEK)
BODY = SEALED.content[HEADER:]
DOSSIER_KEY = WrappingKey(KeyId(bytes(16)), KeyVersion(1), new_dek())
OTHER_DOCUMENT = "fcccccccccccccccccccccccccc"


@dataclass(frozen=True)
class Filed:
    """One document version as bucket and database hold it."""

    document: str
    version: int
    sealed: SealedObject
    wrapped_dek: bytes


def _file(plaintext: bytes, *, document: str = DOCUMENT, version: int = 1) -> Filed:
    dek = new_dek()
    sealed = seal(plaintext, dek, context=original_context(document=document, version=version))
    context = dek_context(DOSSIER, document, str(version), "original", object_header=sealed.header)
    return Filed(document, version, sealed, wrap_key(DOSSIER_KEY, dek, context=context, random=os.urandom))


def _read(filed: Filed) -> bytes:
    """As the vault reads: the row's names, its header and wrap record, and then the object."""
    context = dek_context(DOSSIER, filed.document, str(filed.version), "original", object_header=filed.sealed.header)
    dek = unwrap_key(DOSSIER_KEY, filed.wrapped_dek, context=context)
    place = original_context(document=filed.document, version=filed.version)
    return open_as(filed.sealed, filed.sealed.content, dek, context=place)


def _row_for(content: bytes) -> SealedObject:
    """The row of an attacker who makes it fit what he put into the bucket."""
    return SealedObject(content, content[:HEADER], hashlib.sha256(content).digest(), len(content))


def test_honest_object_opens() -> None:
    """The attacks below fail for the attack, not for the set-up."""
    assert _read(_file(PLAINTEXT)) == PLAINTEXT


def test_swapped_object_is_refused() -> None:
    """Another document's object in this one's place."""
    mine, other = _file(b"mine"), _file(b"other", document=OTHER_DOCUMENT)

    with pytest.raises(TamperError):
        _read(replace(mine, sealed=replace(other.sealed, header=mine.sealed.header)))


def test_swapped_wrap_row_is_refused() -> None:
    """Another document's wrapped key in this one's row."""
    mine, other = _file(b"mine"), _file(b"other", document=OTHER_DOCUMENT)

    with pytest.raises(UnwrapError):
        _read(replace(mine, wrapped_dek=other.wrapped_dek))


def test_swapped_object_and_wrap_row_are_refused() -> None:
    """A consistent pair of another document, to show its content under this one's rights."""
    mine, other = _file(b"mine"), _file(b"other", document=OTHER_DOCUMENT)

    with pytest.raises(UnwrapError):
        _read(replace(mine, sealed=other.sealed, wrapped_dek=other.wrapped_dek))


def test_older_version_served_as_new_is_refused() -> None:
    """A consistent pair of an earlier version, to undo a correction."""
    old, new = _file(b"old"), _file(b"new", version=2)

    with pytest.raises(UnwrapError):
        _read(replace(new, sealed=old.sealed, wrapped_dek=old.wrapped_dek))


def test_object_of_another_place_is_refused_even_with_its_key() -> None:
    """Should the wrap ever be fooled, the object itself still names its place."""
    with pytest.raises(TamperError):
        open_as(SEALED, SEALED.content, DEK, context=original_context(version=2))
    with pytest.raises(TamperError):
        open_as(SEALED, SEALED.content, DEK, context=original_context(document=OTHER_DOCUMENT))


def test_wrong_key_is_not_told_from_altered_bytes() -> None:
    """One error for both: no oracle."""
    altered = BODY[:-1] + bytes([BODY[-1] ^ 1])

    with pytest.raises(TamperError) as wrong_key:
        open_as(SEALED, SEALED.content, new_dek())
    with pytest.raises(TamperError) as wrong_bytes:
        open_as(_row_for(SEALED.header + altered), SEALED.header + altered, DEK)

    assert str(wrong_key.value) == str(wrong_bytes.value) == "tamper.content"


def _chunks() -> list[bytes]:
    return [BODY[begin : begin + WHOLE] for begin in range(0, len(BODY), WHOLE)]


def _joined(*chunks: bytes) -> bytes:
    return SEALED.header + b"".join(chunks)


_ONE, _TWO, _THREE, _LAST = _chunks()
FORGERIES: dict[str, bytes] = {
    "truncated_at_a_chunk_border": _joined(_ONE, _TWO, _THREE),
    "truncated_to_one_chunk": _joined(_ONE),
    "truncated_within_a_chunk": _joined(_ONE, _TWO[:100]),
    "truncated_within_the_last_tag": _joined(_ONE, _TWO, _THREE, _LAST[:-1]),
    "truncated_to_the_header": SEALED.header,
    "truncated_within_the_header": SEALED.header[:30],
    "emptied": b"",
    "appended_to": SEALED.content + b"\0",
    "appended_an_empty_chunk": SEALED.content + bytes(16),
    "appended_its_own_last_chunk": _joined(_ONE, _TWO, _THREE, _LAST, _LAST),
    "chunks_reordered": _joined(_TWO, _ONE, _THREE, _LAST),
    "chunk_doubled": _joined(_ONE, _ONE, _TWO, _THREE, _LAST),
    "chunk_dropped": _joined(_ONE, _THREE, _LAST),
    "first_chunk_dropped": _joined(_TWO, _THREE, _LAST),
    "only_the_last_chunk": _joined(_LAST),
    "chunk_of_another_object_under_the_same_key": _joined(
        _ONE, seal(PLAINTEXT, DEK).content[HEADER + WHOLE : HEADER + 2 * WHOLE], _THREE, _LAST
    ),
    "header_of_another_object_under_the_same_key": seal(PLAINTEXT, DEK).header + BODY,
    "header_zeroed": bytes(HEADER) + BODY,
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES.keys())
def test_forged_object_with_a_fitting_row_is_refused(forgery: bytes) -> None:
    """Even when length and digest in the row were adjusted to the forgery."""
    with pytest.raises(TamperError):
        open_as(_row_for(forgery), forgery, DEK)


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES.keys())
def test_forged_object_with_the_honest_row_is_refused(forgery: bytes) -> None:
    """The same against the row as it was."""
    with pytest.raises(TamperError):
        open_as(SEALED, forgery, DEK)


@pytest.mark.parametrize("at", range(HEADER))
def test_flipped_header_is_refused(at: int) -> None:
    """Each byte of salt and commitment counts."""
    forged = bytearray(SEALED.content)
    forged[at] ^= 0x10

    with pytest.raises(TamperError):
        open_as(_row_for(bytes(forged)), bytes(forged), DEK)


@given(at=st.integers(0, len(SEALED.content) * 8 - 1))
@settings(max_examples=300, deadline=None)
def test_flipped_bit_anywhere_is_refused(at: int) -> None:
    """No bit of an object can change unnoticed, with or without a fitting row."""
    forged = bytearray(SEALED.content)
    forged[at // 8] ^= 1 << at % 8

    with pytest.raises(TamperError):
        open_as(_row_for(bytes(forged)), bytes(forged), DEK)


@given(length=st.integers(0, len(SEALED.content) - 1))
@settings(max_examples=200, deadline=None)
def test_object_cut_anywhere_is_refused(length: int) -> None:
    """No prefix of an object opens."""
    with pytest.raises(TamperError):
        open_as(_row_for(SEALED.content[:length]), SEALED.content[:length], DEK)


def test_stream_that_goes_on_after_the_row_says_is_refused() -> None:
    """Bytes behind the end are an error also when everything before is intact."""
    with pytest.raises(TamperError) as found:
        open_as(SEALED, SEALED.content + b"more", DEK)

    assert found.value.code == "tamper.length"
