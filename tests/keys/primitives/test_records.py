"""Small records."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import UnwrapError
from keys.model import EncryptionContext, Secret
from keys.primitives import decrypt_record, encrypt_record, new_secret
from keys.primitives.records import GcmCipher
from tests.keys.standards import cases_of

KEY = Secret(bytes(range(32)))
CONTEXT = EncryptionContext("vault.test.v1", (b"here",))


def _record(plaintext: bytes = b"name") -> bytes:
    return encrypt_record(KEY, plaintext, context=CONTEXT, random=secrets.token_bytes)


@pytest.mark.parametrize("case", cases_of("aes-256-gcm"))
def test_standard_vector_gives_its_ciphertext(case: dict[str, bytes]) -> None:
    """The cipher is AES-256-GCM as published."""
    sealed = GcmCipher(Secret(case["key"])).encrypt(
        case["plaintext"], nonce=case["nonce"], associated=case["associated"]
    )
    assert sealed == case["expect"]


@given(plaintext=st.binary(max_size=300), fields=st.lists(st.binary(max_size=40), max_size=4))
def test_any_plaintext_opens_as_it_was(plaintext: bytes, fields: list[bytes]) -> None:
    """Whatever is sealed opens under the same key and context, at 29 bytes more."""
    context = EncryptionContext("vault.test.v1", tuple(fields))
    record = encrypt_record(KEY, plaintext, context=context, random=secrets.token_bytes)
    assert decrypt_record(KEY, record, context=context) == plaintext
    assert len(record) == len(plaintext) + 29


@given(data=st.data())
def test_flipped_bit_anywhere_is_refused(data: st.DataObject) -> None:
    """No bit of a record can change."""
    record = bytearray(_record())
    at = data.draw(st.integers(0, len(record) * 8 - 1))
    record[at // 8] ^= 1 << at % 8
    with pytest.raises(UnwrapError):
        decrypt_record(KEY, bytes(record), context=CONTEXT)


def test_every_shorter_record_is_refused() -> None:
    """A record cut anywhere opens nowhere."""
    record = _record()
    for length in range(len(record)):
        with pytest.raises(UnwrapError):
            decrypt_record(KEY, record[:length], context=CONTEXT)


def test_record_of_another_place_is_refused() -> None:
    """A record moved to another field or row does not open there."""
    with pytest.raises(UnwrapError):
        decrypt_record(KEY, _record(), context=EncryptionContext("vault.test.v1", (b"there",)))


def test_record_under_another_key_is_refused() -> None:
    """Only the key opens it."""
    with pytest.raises(UnwrapError):
        decrypt_record(new_secret(secrets.token_bytes), _record(), context=CONTEXT)


def test_same_plaintext_twice_gives_different_records() -> None:
    """Equal plaintexts are not seen to be equal."""
    assert _record() != _record()


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33])
def test_key_of_another_length_is_refused(length: int) -> None:
    """A shorter key never quietly means a weaker cipher."""
    with pytest.raises(ValueError, match="32 bytes"):
        encrypt_record(Secret(bytes(length)), b"", context=CONTEXT, random=secrets.token_bytes)


def test_random_source_that_answers_short_is_a_fault() -> None:
    """A broken random source stops the work."""
    with pytest.raises(ValueError, match="random source"):
        encrypt_record(KEY, b"", context=CONTEXT, random=lambda count: bytes(count - 1))
    with pytest.raises(ValueError, match="random source"):
        new_secret(lambda count: bytes(count - 1))


@given(first=st.lists(st.binary(max_size=6), max_size=4), second=st.lists(st.binary(max_size=6), max_size=4))
def test_different_field_lists_have_different_encodings(first: list[bytes], second: list[bytes]) -> None:
    """No two contexts share an encoding, whatever their fields hold."""
    encodings = [EncryptionContext("vault.test.v1", tuple(fields)).encode() for fields in (first, second)]
    assert (encodings[0] == encodings[1]) == (first == second)


def test_context_field_beyond_its_length_prefix_is_refused() -> None:
    """A field longer than 65,535 bytes is an error, not a wrapped-around length."""
    with pytest.raises(ValueError, match="65,535"):
        EncryptionContext("vault.test.v1", (bytes(65_536),)).encode()
