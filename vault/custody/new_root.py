"""A fresh root key for keys to move to: made by the operator, beside the one in use, and nothing is under it yet."""

from __future__ import annotations

from keys.root import create_root_key
from keys.root.port import Passphrase
from vault.custody.translation import translated_key_errors
from vault.runtime import Vault


def make_root(vault: Vault, uri: str, *, passphrase: Passphrase | None) -> str:
    """Makes it at ``uri``; its id. Unavailable ``keys.unavailable`` with the remedy if there is one, or no place."""
    with translated_key_errors():
        return create_root_key(uri, passphrase=passphrase, random=vault.random).key_id.hex()
