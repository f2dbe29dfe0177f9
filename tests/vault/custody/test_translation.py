"""What goes wrong with keys, in the vault's words: each for whoever must act, and nothing for an attacker to learn."""

from __future__ import annotations

import pytest

from keys.errors import KeysSealed, KeyStateError, KeyUnavailable, UnwrapError
from vault.custody.translation import translated_key_errors
from vault.errors import Sealed, TamperError, Unavailable, VaultError


@pytest.mark.parametrize(
    ("raised", "becomes", "code"),
    [
        (UnwrapError("wrong tag"), TamperError, "tamper.key"),
        (KeysSealed(), Sealed, "sealed"),
        (KeyUnavailable("no such file: /secret/place"), Unavailable, "keys.unavailable"),
        (KeyStateError("destroyed"), Unavailable, "keys.state"),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_error_of_keys_becomes_one_of_the_vault(raised: Exception, becomes: type[VaultError], code: str) -> None:
    """With its stable code, without the words of the other layer, and with the cause for the operator's log."""
    with pytest.raises(becomes) as translated, translated_key_errors():
        raise raised

    assert translated.value.code == code
    assert str(translated.value) == code
    assert translated.value.__cause__ is raised


def test_other_errors_pass() -> None:
    """A mistake of the program is not called tampering."""
    with pytest.raises(LookupError), translated_key_errors():
        raise LookupError


def test_nothing_raised_is_nothing_translated() -> None:
    """The straight path."""
    with translated_key_errors():
        opened = "key"
    assert opened
