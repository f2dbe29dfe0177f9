"""Keys wrapped by keys, and what each wrapped key is bound to (docs/spec/keys.md, "Wrap records").

``01 | suite 01 | key id(16) | version(be32) | nonce(12) | AES-256-GCM of 32 bytes, 32+16``: 82 bytes, one form only.
Guarantees that a wrapped key opens only under the key that its record names and in the context it was wrapped for.
Leaves to others which wrapping key that is: a record names it, :mod:`keys.keyring` finds it, nobody tries keys.

The associated data is ``label NUL || record through the nonce || lp(field)...``, so the name of the wrapping key is
authenticated as well as the context.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from keys.errors import UnwrapError
from keys.model import KEY_BYTES, KEY_ID_BYTES, EncryptionContext, KeyId, KeyVersion, RandomBytes, Secret
from keys.primitives.records import NONCE_BYTES, TAG_BYTES, GcmCipher, random_bytes

WRAP_RECORD_VERSION = 1
SUITE_AES_256_GCM = 1
WRAP_RECORD_FORM = bytes((WRAP_RECORD_VERSION, SUITE_AES_256_GCM))
_VERSION_BYTES = 4
BEGIN_BYTES = len(WRAP_RECORD_FORM) + KEY_ID_BYTES + _VERSION_BYTES
_SEALED_AT = BEGIN_BYTES + NONCE_BYTES
WRAP_RECORD_BYTES = _SEALED_AT + KEY_BYTES + TAG_BYTES


@dataclass(frozen=True, slots=True)
class WrappingKey:
    """A key that wraps keys, and the name that its records carry."""

    key_id: KeyId
    version: KeyVersion
    secret: Secret
    begin: bytes = field(init=False, repr=False, compare=False)
    """How each of its records begins."""
    cipher: GcmCipher = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.key_id) != KEY_ID_BYTES:
            raise ValueError(f"a key id has {KEY_ID_BYTES} bytes, not {len(self.key_id)}")
        if not 1 <= self.version < 2**32:
            raise ValueError(f"a key version is 1 to 2**32 - 1, not {self.version}")
        object.__setattr__(self, "begin", WrapRecord(self.key_id, self.version).begin)
        object.__setattr__(self, "cipher", GcmCipher(self.secret))


class WrapRecord(NamedTuple):
    """What a wrap record says of itself: which key wrapped it. Proven by the unwrap under that key, not before."""

    key_id: KeyId
    version: KeyVersion

    @classmethod
    def parse(cls, record: bytes) -> WrapRecord:
        """The name in a record of exactly this form; UnwrapError for anything else. Nothing is verified yet."""
        if len(record) != WRAP_RECORD_BYTES:
            raise UnwrapError("a sealed record did not open")
        return cls.named(record[:BEGIN_BYTES])

    @classmethod
    def named(cls, begin: bytes) -> WrapRecord:
        """The name in the first 22 bytes; UnwrapError as for a whole record."""
        form, version = begin[: len(WRAP_RECORD_FORM)], int.from_bytes(begin[-_VERSION_BYTES:], "big")
        if len(begin) != BEGIN_BYTES or form != WRAP_RECORD_FORM or version == 0:
            raise UnwrapError("a sealed record did not open")
        return cls(KeyId(begin[len(form) : -_VERSION_BYTES]), KeyVersion(version))

    @property
    def begin(self) -> bytes:
        """The form and the name: how every record of this key begins."""
        return WRAP_RECORD_FORM + self.key_id + self.version.to_bytes(_VERSION_BYTES, "big")


def wrap_key(wrapping: WrappingKey, secret: Secret, *, context: EncryptionContext, random: RandomBytes) -> bytes:
    """The wrap record of a 32-byte key. Never the same twice."""
    if len(secret) != KEY_BYTES:
        raise ValueError(f"a wrapped key has {KEY_BYTES} bytes, not {len(secret)}")
    nonce = random_bytes(random, NONCE_BYTES)
    prefix = wrapping.begin + nonce
    return prefix + wrapping.cipher.encrypt(secret.reveal(), nonce=nonce, associated=context.encode(prefix=prefix))


def unwrap_key(wrapping: WrappingKey, record: bytes, *, context: EncryptionContext) -> Secret:
    """The key that was wrapped, or UnwrapError, also when the record names another wrapping key."""
    if len(record) != WRAP_RECORD_BYTES or not record.startswith(wrapping.begin):
        raise UnwrapError("a sealed record did not open")
    nonce, associated = record[BEGIN_BYTES:_SEALED_AT], context.encode(prefix=record[:_SEALED_AT])
    return Secret(wrapping.cipher.decrypt(record[_SEALED_AT:], nonce=nonce, associated=associated))


def rewrap_key(old: WrappingKey, new: WrappingKey, record: bytes, *, context: EncryptionContext, nonce: bytes) -> bytes:
    """What :func:`unwrap_key` and :func:`wrap_key` do, in one, for very many keys; ``nonce``: 12 fresh random bytes."""
    if len(record) != WRAP_RECORD_BYTES or not record.startswith(old.begin):
        raise UnwrapError("a sealed record did not open")
    head, tail = context.around()
    associated = head + record[:_SEALED_AT] + tail
    secret = old.cipher.decrypt(record[_SEALED_AT:], nonce=record[BEGIN_BYTES:_SEALED_AT], associated=associated)
    prefix = new.begin + nonce
    return prefix + new.cipher.encrypt(secret, nonce=nonce, associated=head + prefix + tail)


def dek_context(*identities: str, object_header: bytes) -> EncryptionContext:
    """For a DEK: the ids of what it seals, outermost first, and the header of the object it sealed."""
    return EncryptionContext("vault.dek.v1", (*(identity.encode() for identity in identities), object_header))


def dossier_key_context(dossier_id: str) -> EncryptionContext:
    """For a dossier's key."""
    return EncryptionContext("vault.dossier-key.v1", (dossier_id.encode(),))


def export_key_context(export_id: str, *, owner: str) -> EncryptionContext:
    """For the DEK of an export of the trail: which export, and whose, so that its row cannot be given to another."""
    return EncryptionContext("vault.export-key.v1", (export_id.encode(), owner.encode()))


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
