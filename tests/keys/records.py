"""Root keys and key-encryption keys for the tests."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from keys.errors import KeyUnavailable
from keys.keyring import KekRecord, Keyring
from keys.model import EncryptionContext, KeyId, KeyState, KeyVersion, RandomBytes, Secret
from keys.primitives import new_secret
from keys.root.local import LocalRootKey
from keys.root.port import RootKey


def local_root() -> LocalRootKey:
    """A root key that lives in the test alone."""
    return LocalRootKey("file:/test", KeyId(secrets.token_bytes(16)), new_secret(secrets.token_bytes), lambda: True)


@dataclass
class CountedRoot:
    """A root key that counts what it is asked, and can be out of reach."""

    inner: RootKey
    asked: list[EncryptionContext] = field(default_factory=list)
    is_reachable: bool = True

    @property
    def uri(self) -> str:
        return self.inner.uri

    @property
    def key_id(self) -> KeyId:
        return self.inner.key_id

    def wrap(self, secret: Secret, *, context: EncryptionContext, random: RandomBytes) -> bytes:
        return self.inner.wrap(secret, context=context, random=random)

    def unwrap(self, wrapped: bytes, *, context: EncryptionContext) -> Secret:
        self.asked.append(context)
        self.check()
        return self.inner.unwrap(wrapped, context=context)

    def check(self) -> None:
        if not self.is_reachable:
            raise KeyUnavailable("the provider does not answer: start it")


def kek(root: RootKey, ring: str = "internal", version: int = 1, state: KeyState = KeyState.ACTIVE) -> KekRecord:
    """A fresh version of a ring."""
    return Keyring.create_kek(root, ring, version=KeyVersion(version), random=secrets.token_bytes, state=state)
