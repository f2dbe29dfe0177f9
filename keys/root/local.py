"""A root key whose bytes are in this process: what the providers ``file:`` and ``passphrase:`` have in common.

Wraps with the vault's own wrap record (docs/spec/keys.md) under version 1. Another root key's record is told apart by
its name, so that an operator who points at the wrong file reads so, rather than that the vault was tampered with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from keys.errors import KeyUnavailable
from keys.model import KEY_BYTES, KEY_ID_BYTES, EncryptionContext, KeyId, KeyVersion, RandomBytes, Secret
from keys.wrapping import WrappingKey, WrapRecord, unwrap_key, wrap_key

_ONLY_VERSION = KeyVersion(1)


@dataclass(frozen=True, slots=True)
class LocalRootKey:
    """A :class:`keys.root.port.RootKey`; ``is_in_place`` looks whether its file still is what it was opened from."""

    uri: str
    key_id: KeyId
    secret: Secret
    is_in_place: Callable[[], bool] = field(repr=False, compare=False)

    def wrap(self, secret: Secret, *, context: EncryptionContext, random: RandomBytes) -> bytes:
        return wrap_key(self._wrapping(), secret, context=context, random=random)

    def unwrap(self, wrapped: bytes, *, context: EncryptionContext) -> Secret:
        named = WrapRecord.parse(wrapped).key_id
        if named != self.key_id:
            remedy = "give the vault the root key it was made with"
            raise KeyUnavailable(f"wrapped by root key {named.hex()}, not by {self.key_id.hex()}: {remedy}")
        return unwrap_key(self._wrapping(), wrapped, context=context)

    def check(self) -> None:
        if not self.is_in_place():
            raise KeyUnavailable(f"another root key has taken the place of {self.key_id.hex()}: restore its file")

    def _wrapping(self) -> WrappingKey:
        return WrappingKey(self.key_id, _ONLY_VERSION, self.secret)


def parse_hex(value: str, *, length: int) -> bytes | None:
    """The ``length`` bytes that are written in lower-case hexadecimal, or None."""
    if len(value) != 2 * length or not set(value) <= set("0123456789abcdef"):
        return None
    return bytes.fromhex(value)


def parse_key_id(value: str) -> KeyId | None:
    """A key id as files write it, or None."""
    raw = parse_hex(value, length=KEY_ID_BYTES)
    return None if raw is None else KeyId(raw)


def parse_key(value: str) -> Secret | None:
    """A key as files write it, or None."""
    raw = parse_hex(value, length=KEY_BYTES)
    return None if raw is None else Secret(raw)
