"""Bearer tokens."""

from __future__ import annotations

import hashlib
import secrets

import pytest

from keys.primitives import random_token, token_digest, tokens_equal


def test_token_spells_256_random_bits() -> None:
    """A token is base64url without padding of exactly 32 random bytes."""
    assert random_token(lambda count: bytes(range(count))) == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


def test_digest_is_labelled() -> None:
    """A token's digest is no other SHA-256 of the vault, and does not show the token."""
    token = random_token(secrets.token_bytes)
    assert token_digest(token) == hashlib.sha256(b"vault.token.v1\0" + token.encode()).digest()
    assert token_digest(token) != hashlib.sha256(token.encode()).digest()


def test_malformed_token_has_a_digest() -> None:
    """What cannot be a token is unknown, not an error."""
    assert len(token_digest("\ud800")) == len(token_digest("")) == 32


@pytest.mark.parametrize(
    ("one", "other", "same"), [("a", "a", True), ("a", b"a", True), ("a", "b", False), ("a", "aa", False)]
)
def test_tokens_are_equal_by_content(one: str, other: str | bytes, same: bool) -> None:
    """Text and bytes of the same content are the same token."""
    assert tokens_equal(one, other) is same
