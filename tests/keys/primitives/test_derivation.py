"""Keys from keys, and keyed digests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.model import EncryptionContext, Secret
from keys.primitives import derive_key, keyed_token
from tests.keys.standards import cases_of, hkdf_expand, hkdf_extract

SOURCE = Secret(bytes(range(32)))


@pytest.mark.parametrize("case", cases_of("hmac-sha-256"))
def test_standard_vector_gives_its_token(case: dict[str, bytes]) -> None:
    """A keyed token is HMAC-SHA-256, cut at its end."""
    assert keyed_token(Secret(case["key"]), case["message"], length=len(case["expect"])) == case["expect"]


@pytest.mark.parametrize("case", cases_of("hkdf-sha-256"))
def test_second_implementation_gives_the_standard_vector(case: dict[str, bytes]) -> None:
    """What derived keys are compared with below is HKDF-SHA-256 as published."""
    assert hkdf_expand(hkdf_extract(case["salt"], case["secret"]), case["info"], 42) == case["expect"]


@given(
    secret=st.binary(min_size=32, max_size=64),
    label=st.from_regex(r"[a-z.]{1,20}", fullmatch=True),
    context=st.binary(),
)
def test_derived_key_is_hkdf_of_label_and_context(secret: bytes, label: str, context: bytes) -> None:
    """A second implementation derives the same key from the same label and context."""
    info = EncryptionContext(label, (context,)).encode()
    expected = hkdf_expand(hkdf_extract(b"", secret), info, 32)
    assert derive_key(Secret(secret), label=label, context=context) == Secret(expected)


def test_label_and_context_cannot_run_into_one_another() -> None:
    """Text moved between label and context is another key."""
    assert derive_key(SOURCE, label="ab", context=b"c") != derive_key(SOURCE, label="a", context=b"bc")


def test_short_source_is_refused() -> None:
    """Keys come from keys, never from a password or a number."""
    with pytest.raises(ValueError, match="at least 32"):
        derive_key(Secret(bytes(31)), label="vault.test.v1", context=b"")


@pytest.mark.parametrize("length", [0, -1, 33])
def test_token_of_impossible_length_is_refused(length: int) -> None:
    """A token is never empty nor longer than the digest."""
    with pytest.raises(ValueError, match="1 to 32"):
        keyed_token(SOURCE, b"", length=length)
