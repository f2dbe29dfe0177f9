"""Sealing to a public key."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import UnwrapError
from keys.model import EncryptionContext
from keys.primitives import (
    generate_box_keypair,
    new_secret,
    open_sealed_to,
    open_secret_sealed_to,
    seal_secret_to,
    seal_to,
)
from tests.keys.standards import cases_of, hpke_open

CONTEXT = EncryptionContext("vault.disclosure.v1", (b"p-person",))


@pytest.mark.parametrize("case", cases_of("hpke-x25519-sha-256-aes-128-gcm"))
def test_second_implementation_opens_the_standard_vector(case: dict[str, bytes]) -> None:
    """What boxes are compared with below is HPKE as published."""
    sealed = case["encapsulated"] + case["ciphertext"]
    opened = hpke_open(case["private"], sealed, info=case["info"], associated=case["associated"], aead=1)
    assert opened == case["expect"]


@given(plaintext=st.binary(max_size=200))
def test_box_opens_here_and_in_the_second_implementation(plaintext: bytes) -> None:
    """A box is HPKE base mode with info = context and no associated data, 48 bytes longer than its content."""
    private, public = generate_box_keypair(secrets.token_bytes)
    sealed = seal_to(public, plaintext, context=CONTEXT)
    assert open_sealed_to(private, sealed, context=CONTEXT) == plaintext
    assert hpke_open(private.reveal(), sealed, info=CONTEXT.encode()) == plaintext
    assert len(sealed) == len(plaintext) + 48


@given(data=st.data())
def test_flipped_bit_anywhere_is_refused(data: st.DataObject) -> None:
    """No bit of a box can change, except the one that X25519 ignores by definition and the key schedule does not."""
    private, public = generate_box_keypair(secrets.token_bytes)
    sealed = bytearray(seal_to(public, b"place", context=CONTEXT))
    at = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[at // 8] ^= 1 << at % 8
    with pytest.raises(UnwrapError):
        open_sealed_to(private, bytes(sealed), context=CONTEXT)


def test_every_shorter_box_is_refused() -> None:
    """A box cut anywhere opens nowhere."""
    private, public = generate_box_keypair(secrets.token_bytes)
    sealed = seal_to(public, b"place", context=CONTEXT)
    for length in range(len(sealed)):
        with pytest.raises(UnwrapError):
            open_sealed_to(private, sealed[:length], context=CONTEXT)


def test_other_key_or_context_is_refused() -> None:
    """A box opens for its recipient and in its place only."""
    private, public = generate_box_keypair(secrets.token_bytes)
    stranger, _ = generate_box_keypair(secrets.token_bytes)
    sealed = seal_to(public, b"place", context=CONTEXT)
    with pytest.raises(UnwrapError):
        open_sealed_to(stranger, sealed, context=CONTEXT)
    with pytest.raises(UnwrapError):
        open_sealed_to(private, sealed, context=EncryptionContext("vault.disclosure.v1", (b"p-another",)))


def test_zero_encapsulated_key_is_refused() -> None:
    """A low-order point gives an exchange that everybody knows, and is not accepted."""
    private, public = generate_box_keypair(secrets.token_bytes)
    sealed = seal_to(public, b"place", context=CONTEXT)
    with pytest.raises(UnwrapError):
        open_sealed_to(private, bytes(32) + sealed[32:], context=CONTEXT)


def test_sealing_to_a_low_order_key_is_refused() -> None:
    """Nothing is sealed to a key that hides nothing."""
    with pytest.raises(ValueError, match="shared key"):
        seal_to(bytes(32), b"place", context=CONTEXT)


def test_sealed_key_opens_as_the_same_key() -> None:
    """A key travels to a public key without its bytes being seen outside keys."""
    private, public = generate_box_keypair(secrets.token_bytes)
    key = new_secret(secrets.token_bytes)
    assert open_secret_sealed_to(private, seal_secret_to(public, key, context=CONTEXT), context=CONTEXT) == key


def test_sealed_key_in_another_context_is_refused() -> None:
    """A sealed key opens in its place only."""
    private, public = generate_box_keypair(secrets.token_bytes)
    sealed = seal_secret_to(public, new_secret(secrets.token_bytes), context=CONTEXT)
    with pytest.raises(UnwrapError):
        open_secret_sealed_to(private, sealed, context=EncryptionContext("vault.disclosure.v1", (b"p-another",)))
