"""What a root key is to the vault: something that wraps and unwraps key-encryption keys, wherever it lives.

Guarantees asked of every provider (one contract suite, tests/keys/root): wraps are bound to their context; anything
wrong with the bytes is UnwrapError; anything wrong with the provider, its file, passphrase or connection is
KeyUnavailable with a remedy; a missing key is never replaced by a new one; no foreign exception comes out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from keys.model import EncryptionContext, KeyId, RandomBytes, Secret

Passphrase = Callable[[], Secret | str]
"""Asks for the passphrase, at the moment it is needed and once."""


class RootKey(Protocol):
    """A root key that can be used now. Safe between threads."""

    @property
    def uri(self) -> str:
        """Where the key lives, as configured; holds no secret."""

    @property
    def key_id(self) -> KeyId:
        """The 16 bytes that name this root key and no other."""

    def wrap(self, secret: Secret, *, context: EncryptionContext, random: RandomBytes) -> bytes:
        """``secret`` wrapped and bound to ``context``."""

    def unwrap(self, wrapped: bytes, *, context: EncryptionContext) -> Secret:
        """What was wrapped. UnwrapError, or KeyUnavailable when another root key wrapped it or this one is gone."""

    def check(self) -> None:
        """Returns if the key can be had from where it lives at this moment; KeyUnavailable otherwise."""


class RootKeyProvider(Protocol):
    """What a provider's module offers, for one scheme of URIs; ``location`` is the URI after its scheme and colon."""

    def open_root_key(self, location: str, *, passphrase: Passphrase | None) -> RootKey:
        """The existing key, or KeyUnavailable; never makes one."""

    def create_root_key(self, location: str, *, passphrase: Passphrase | None, random: RandomBytes) -> RootKey:
        """A new key where there is none; KeyUnavailable if there is one already."""
