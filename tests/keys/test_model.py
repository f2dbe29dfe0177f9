"""Secrets do not show themselves."""

from __future__ import annotations

import copy
import pickle
import traceback
from dataclasses import dataclass

import pytest

from keys.keyring import KekRecord
from keys.model import KeyId, KeyState, KeyVersion, Secret
from keys.primitives import SigningKey
from keys.root.local import LocalRootKey
from keys.wrapping import WrappingKey

MATERIAL = b"canary-canary-canary-canary-0123"
SECRET = Secret(MATERIAL)


def _shows(text: str) -> bool:
    return "canary" in text or MATERIAL.hex() in text


@dataclass(frozen=True, slots=True)
class _Holder:
    secret: Secret


@pytest.mark.parametrize(
    "holder",
    [
        SECRET,
        [SECRET],
        _Holder(SECRET),
        WrappingKey(KeyId(bytes(16)), KeyVersion(1), SECRET),
        SigningKey(SECRET),
        LocalRootKey("file:/key", KeyId(bytes(16)), SECRET, lambda: True),
    ],
    ids=lambda holder: type(holder).__name__,
)
def test_text_of_whatever_holds_a_secret_does_not_show_it(holder: object) -> None:
    """repr, str and format of a secret and its holders show its length at most."""
    assert not _shows(f"{holder!r} {holder!s} {holder}")


def test_wrapped_bytes_stay_out_of_a_records_text() -> None:
    """A key record in a log line does not bring its bytes along."""
    record = KekRecord("internal", KeyId(bytes(16)), KeyVersion(1), KeyState.ACTIVE, MATERIAL, 0)
    assert not _shows(repr(record))


def test_traceback_does_not_show_the_secret() -> None:
    """An error in the middle of using a key shows its type only."""
    try:
        WrappingKey(KeyId(b"short"), KeyVersion(1), SECRET)
    except ValueError:
        assert not _shows(traceback.format_exc())


@pytest.mark.parametrize(
    "attempt", [pickle.dumps, copy.copy, copy.deepcopy, hash], ids=lambda attempt: attempt.__name__
)
def test_secret_is_not_pickled_copied_or_hashed(attempt: object) -> None:
    """A secret does not travel by accident into a cache, a queue or another process."""
    with pytest.raises(TypeError):
        attempt(SECRET)  # type: ignore[operator]


def test_secrets_are_compared_by_content_and_with_secrets_only() -> None:
    """Equal keys are equal; a key never equals its bytes."""
    assert Secret(MATERIAL) == SECRET
    assert Secret(MATERIAL[:-1]) != SECRET
    assert MATERIAL != SECRET
