"""Passwords and passphrases."""

from __future__ import annotations

import secrets
from typing import Any

import argon2.low_level
import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.model import Secret
from keys.primitives import Argon2Profile, derive_from_passphrase, hash_password, needs_rehash, verify_password
from tests.keys.standards import cases_of

TESTING = Argon2Profile.TESTING
SALT, HASH = "A" * 22, "A" * 43


def _hash(password: str) -> str:
    return hash_password(password, profile=TESTING, random=secrets.token_bytes)


@pytest.mark.parametrize("case", cases_of("argon2id"))
def test_standard_vector_gives_its_hash(case: dict[str, Any]) -> None:
    """The function underneath is Argon2id as published."""
    cost = {"memory_cost": case["memory_kib"], "iterations": case["passes"], "lanes": case["lanes"]}
    function = Argon2id(salt=case["salt"], length=32, ad=case["associated"], secret=case["secret"], **cost)
    assert function.derive(case["password"]) == case["expect"]


@settings(deadline=None)
@given(password=st.text(max_size=300))
def test_any_password_verifies(password: str) -> None:
    """Whatever can be typed can be a password, also nothing and long text."""
    assert verify_password(_hash(password), password)


def test_another_implementation_verifies_the_stored_string() -> None:
    """The string is a standard PHC string, readable without the vault."""
    phc = _hash("correct horse")
    assert argon2.low_level.verify_secret(phc.encode(), b"correct horse", argon2.low_level.Type.ID)


def test_string_of_another_implementation_verifies() -> None:
    """A standard PHC string made elsewhere is accepted."""
    phc = argon2.low_level.hash_secret(
        b"correct horse",
        bytes(16),
        time_cost=1,
        memory_cost=8,
        parallelism=1,
        hash_len=32,
        type=argon2.low_level.Type.ID,
    )
    assert verify_password(phc.decode(), "correct horse")


@pytest.mark.parametrize("wrong", ["", "correct hors", "correct horse ", "Correct horse", "\ud800"])
def test_another_password_does_not_verify(wrong: str) -> None:
    """Only the password itself verifies; undecodable input is wrong, not an error."""
    assert not verify_password(_hash("correct horse"), wrong)


def test_same_password_twice_gives_different_strings() -> None:
    """Equal passwords are not seen to be equal."""
    assert _hash("correct horse") != _hash("correct horse")


@pytest.mark.parametrize(
    "phc",
    [
        "",
        "correct horse",
        f"$argon2i$v=19$m=8,t=1,p=1${SALT}${HASH}",
        f"$argon2id$v=16$m=8,t=1,p=1${SALT}${HASH}",
        f"$argon2id$v=19$m=4294967295,t=1,p=1${SALT}${HASH}",
        f"$argon2id$v=19$m=1048577,t=1,p=1${SALT}${HASH}",
        f"$argon2id$v=19$m=8,t=4294967295,p=1${SALT}${HASH}",
        f"$argon2id$v=19$m=8,t=1,p=255${SALT}${HASH}",
        f"$argon2id$v=19$m=0,t=1,p=1${SALT}${HASH}",
        f"$argon2id$v=19$m=7,t=1,p=1${SALT}${HASH}",
        f"$argon2id$v=19$m=08,t=1,p=1${SALT}${HASH}",
        f"$argon2id$v=19$m=\u0668,t=1,p=1${SALT}${HASH}",
        f"$argon2id$v=19$m=8,t=1,p=1${SALT}$",
        f"$argon2id$v=19$m=8,t=1,p=1$${HASH}",
        f"$argon2id$v=19$m=8,t=1,p=1${SALT}${HASH}\n",
        f"$argon2id$v=19$m=8,t=1,p=1${'A' * 13}${HASH}",
        "$2b$12$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyzabcdefghijk",
    ],
)
def test_forged_string_is_nobodys_password(phc: str) -> None:
    """A stored string that is malformed or asks for too much is refused before any work."""
    assert not verify_password(phc, "correct horse")


def test_string_of_the_profile_needs_no_rehash() -> None:
    """A current string stays as it is."""
    assert not needs_rehash(_hash("correct horse"), profile=TESTING)


@pytest.mark.parametrize("phc", ["", f"$argon2id$v=19$m=65536,t=2,p=1${SALT}${HASH}"])
def test_string_of_other_cost_needs_a_rehash(phc: str) -> None:
    """A string that was made cheaper, or that cannot be read, is renewed at the next sign-in."""
    assert needs_rehash(phc, profile=Argon2Profile.STANDARD)


def test_standard_profile_is_the_second_recommendation() -> None:
    """64 MiB and three passes (RFC 9106, section 4)."""
    cost = Argon2Profile.STANDARD.value
    assert (cost.memory_kib, cost.passes, cost.lanes) == (64 * 1024, 3, 1)


def test_passphrase_and_salt_give_one_key() -> None:
    """The same passphrase and salt give the same key, another salt another."""
    passphrase = Secret(b"correct horse battery")
    key = derive_from_passphrase(passphrase, salt=bytes(16), profile=TESTING)
    assert key == derive_from_passphrase(passphrase, salt=bytes(16), profile=TESTING)
    assert key != derive_from_passphrase(passphrase, salt=bytes(15) + b"\1", profile=TESTING)


def test_short_salt_is_refused() -> None:
    """A passphrase is never stretched with less than 16 bytes of salt."""
    with pytest.raises(ValueError, match="at least 16"):
        derive_from_passphrase(Secret(b"p"), salt=bytes(15), profile=TESTING)
