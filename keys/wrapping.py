"""Keys wrapped by keys, and what each wrapped key is bound to (docs/spec/keys.md, "Wrap records").

``01 | suite 01 | key id(16) | version(be32) | nonce(12) | AES-256-GCM of 32 bytes, 32+16``: 82 bytes, one form only.
Guarantees that a wrapped key opens only under the key that its record names and in the context it was wrapped for.
Leaves to others which wrapping key that is: a record names it, :mod:`keys.keyring` finds it, nobody tries keys.

The associated data is ``label NUL || record through the nonce || lp(field)...``, so the name of the wrapping key is
authenticated as well as the context.
"""

from __future__ import annotations

from dataclasses import dataclass

from keys.errors import UnwrapError
from keys.model import KEY_BYTES, KEY_ID_BYTES, EncryptionContext, KeyId, KeyVersion, RandomBytes, Secret
from keys.primitives.records import NONCE_BYTES, TAG_BYTES, gcm_decrypt, gcm_encrypt, random_bytes

WRAP_RECORD_VERSION = 1
SUITE_AES_256_GCM = 1
_FORM = bytes((WRAP_RECORD_VERSION, SUITE_AES_256_GCM))
_VERSION_BYTES = 4
_NONCE_AT = len(_FORM) + KEY_ID_BYTES + _VERSION_BYTES
_SEALED_AT = _NONCE_AT + NONCE_BYTES
WRAP_RECORD_BYTES = _SEALED_AT + KEY_BYTES + TAG_BYTES


@dataclass(frozen=True, slots=True)
class WrappingKey:
    """A key that wraps keys, and the name that its records carry."""

    key_id: KeyId
    version: KeyVersion
    secret: Secret

    def __post_init__(self) -> None:
        if len(self.key_id) != KEY_ID_BYTES:
            raise ValueError(f"a key id has {KEY_ID_BYTES} bytes, not {len(self.key_id)}")
        if not 1 <= self.version < 2**32:
            raise ValueError(f"a key version is 1 to 2**32 - 1, not {self.version}")


@dataclass(frozen=True, slots=True)
class WrapRecord:
    """A wrap record taken apart: which key wrapped it, and the rest, which means nothing without that key."""

    key_id: KeyId
    version: KeyVersion
    prefix: bytes
    nonce: bytes
    sealed: bytes

    @classmethod
    def parse(cls, record: bytes) -> WrapRecord:
        """The parts of a record of exactly this form; UnwrapError for anything else. Nothing is verified yet."""
        if len(record) != WRAP_RECORD_BYTES or record[: len(_FORM)] != _FORM:
            raise UnwrapError("a sealed record did not open")
        version = int.from_bytes(record[_NONCE_AT - _VERSION_BYTES : _NONCE_AT], "big")
        if version == 0:
            raise UnwrapError("a sealed record did not open")
        return cls(
            key_id=KeyId(record[len(_FORM) : len(_FORM) + KEY_ID_BYTES]),
            version=KeyVersion(version),
            prefix=record[:_SEALED_AT],
            nonce=record[_NONCE_AT:_SEALED_AT],
            sealed=record[_SEALED_AT:],
        )


def wrap_key(wrapping: WrappingKey, secret: Secret, *, context: EncryptionContext, random: RandomBytes) -> bytes:
    """The wrap record of a 32-byte key. Never the same twice."""
    if len(secret) != KEY_BYTES:
        raise ValueError(f"a wrapped key has {KEY_BYTES} bytes, not {len(secret)}")
    nonce = random_bytes(random, NONCE_BYTES)
    prefix = _FORM + wrapping.key_id + wrapping.version.to_bytes(_VERSION_BYTES, "big") + nonce
    associated = context.encode(prefix=prefix)
    return prefix + gcm_encrypt(wrapping.secret, secret.reveal(), nonce=nonce, associated=associated)


def unwrap_key(wrapping: WrappingKey, record: bytes, *, context: EncryptionContext) -> Secret:
    """The key that was wrapped, or UnwrapError, also when the record names another wrapping key."""
    parsed = WrapRecord.parse(record)
    if (parsed.key_id, parsed.version) != (wrapping.key_id, wrapping.version):
        raise UnwrapError("a sealed record did not open")
    associated = context.encode(prefix=parsed.prefix)
    return Secret(gcm_decrypt(wrapping.secret, parsed.sealed, nonce=parsed.nonce, associated=associated))


def dek_context(*identities: str, object_header: bytes) -> EncryptionContext:
    """For a DEK: the ids of what it seals, outermost first, and the header of the object it sealed."""
    return EncryptionContext("vault.dek.v1", (*(identity.encode() for identity in identities), object_header))


def dossier_key_context(dossier_id: str) -> EncryptionContext:
    """For a dossier's key."""
    return EncryptionContext("vault.dossier-key.v1", (dossier_id.encode(),))


def kek_context(ring: str, key_id: KeyId, version: KeyVersion) -> EncryptionContext:
    """For a key-encryption key under a root key: its ring, so that no key moves to another class, and its name."""
    return EncryptionContext("vault.kek.v1", (ring.encode(), key_id, version.to_bytes(_VERSION_BYTES, "big")))


def service_key_context(name: str) -> EncryptionContext:
    """For a key that serves one purpose."""
    return EncryptionContext("vault.service-key.v1", (name.encode(),))


def view_key_context(
    view_id: str, person_id: str, session_id: str, document_id: str, version: int, expires_at_ms: int
) -> EncryptionContext:
    """For a DEK lent to one view: who, in which session, what, and until when (milliseconds since 1970, UTC)."""
    identities = (identity.encode() for identity in (view_id, person_id, session_id, document_id))
    numbers = (number.to_bytes(8, "big") for number in (version, expires_at_ms))
    return EncryptionContext("vault.view-key.v1", (*identities, *numbers))
