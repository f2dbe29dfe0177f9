"""Root keys by URI."""

from __future__ import annotations

import secrets
import subprocess
import sys

import pytest

from keys.errors import KeyUnavailable
from keys.root import create_root_key, open_root_key


@pytest.mark.parametrize("uri", ["", "file", "file:", ":/path", "/path", "ftp:/path", "FILE:/path", " file:/path"])
def test_uri_that_cannot_be_used_names_the_ones_that_can(uri: str) -> None:
    """A mistyped URI gives the list of schemes."""
    with pytest.raises(KeyUnavailable, match="aws-kms:, file:, passphrase:, pkcs11:, transit:"):
        open_root_key(uri)
    with pytest.raises(KeyUnavailable, match="aws-kms:, file:, passphrase:, pkcs11:, transit:"):
        create_root_key(uri, random=secrets.token_bytes)


def test_mistyped_uri_is_not_repeated() -> None:
    """Whoever types a passphrase where the URI belongs does not find it in the log."""
    with pytest.raises(KeyUnavailable) as caught:
        open_root_key("correct horse battery staple")
    assert "horse" not in str(caught.value)


def test_provider_is_imported_when_asked_for() -> None:
    """What one provider needs costs nothing where another is used."""
    source = "import sys, keys.root; print([name for name in sys.modules if name.startswith('keys.root.')])"
    loaded = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    assert "keys.root.registry" in loaded
    assert "keys.root.passphrase" not in loaded
    assert "keys.root.file" not in loaded
