"""Signatures."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import UnwrapError
from keys.model import Secret
from keys.primitives import SigningKey, verify_signature
from tests.keys.standards import cases_of


@pytest.mark.parametrize("case", cases_of("ed25519"))
def test_standard_vector_gives_its_signature(case: dict[str, bytes]) -> None:
    """Public half and signature are those of RFC 8032, and verify."""
    key = SigningKey.from_secret(Secret(case["secret"]))
    assert (key.public, key.sign(case["message"])) == (case["public"], case["expect"])
    verify_signature(case["public"], case["expect"], case["message"])


@given(data=st.data())
def test_flipped_bit_anywhere_is_refused(data: st.DataObject) -> None:
    """No bit of public half, signature or message can change."""
    key = SigningKey.from_secret(Secret(bytes(range(32))))
    parts = [bytearray(key.public), bytearray(key.sign(b"checkpoint")), bytearray(b"checkpoint")]
    part = data.draw(st.sampled_from(parts))
    at = data.draw(st.integers(0, len(part) * 8 - 1))
    part[at // 8] ^= 1 << at % 8
    with pytest.raises(UnwrapError):
        verify_signature(bytes(parts[0]), bytes(parts[1]), bytes(parts[2]))


@pytest.mark.parametrize("length", [0, 31, 33, 63, 65])
def test_public_half_or_signature_of_another_length_is_refused(length: int) -> None:
    """Malformed input is a failed verification, not another error."""
    key = SigningKey.generate(secrets.token_bytes)
    with pytest.raises(UnwrapError):
        verify_signature(bytes(length), key.sign(b"m"), b"m")
    with pytest.raises(UnwrapError):
        verify_signature(key.public, bytes(length), b"m")


def test_stored_secret_gives_the_same_key() -> None:
    """A key survives being wrapped and stored."""
    key = SigningKey.generate(secrets.token_bytes)
    assert SigningKey.from_secret(key.secret).public == key.public


def test_signing_key_of_another_length_is_refused() -> None:
    """A seed has 32 bytes."""
    with pytest.raises(ValueError, match="32 bytes"):
        SigningKey(Secret(bytes(31)))
