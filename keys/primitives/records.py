"""Small records under AES-256-GCM (NIST SP 800-38D): one field, one title, one reason.

Form: ``01 | nonce 12 | ciphertext | tag 16``. Guarantees that a record opens only under its key and in its context,
whole or not at all. Leaves to others which key that is (it is named or follows from the place, never tried).

Why it is safe:

- *Nonce.* 96 random bits each. SP 800-38D 8.3 allows 2**32 such records under one key; none here sees more than 2**30
  (key-encryption keys are counted, each dossier has field keys of its own).
- *Context.* Associated data in its canonical form, in which no two lists of fields share an encoding.
- *No commitment.* GCM does not commit to its key: one record can be made that opens under two. Since keys are never
  tried, nobody learns or gains anything by it.
- *One failure.* Wrong key, wrong context, altered, cut, of another version: the same UnwrapError.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keys.errors import UnwrapError
from keys.model import KEY_BYTES, EncryptionContext, RandomBytes, Secret

NONCE_BYTES = 12
TAG_BYTES = 16
LONGEST_PLAINTEXT_BYTES = 2**30
_RECORD_VERSION = b"\x01"
_SEALED_AT = len(_RECORD_VERSION) + NONCE_BYTES


def new_secret(random: RandomBytes) -> Secret:
    """A fresh 256-bit key."""
    return Secret(random_bytes(random, KEY_BYTES))


def encrypt_record(key: Secret, plaintext: bytes, *, context: EncryptionContext, random: RandomBytes) -> bytes:
    """``plaintext`` sealed under ``key`` for ``context``; 29 bytes longer than it. Beyond 1 GiB: ValueError."""
    if len(plaintext) > LONGEST_PLAINTEXT_BYTES:
        raise ValueError(f"a record holds at most {LONGEST_PLAINTEXT_BYTES} bytes, not {len(plaintext)}")
    nonce = random_bytes(random, NONCE_BYTES)
    return _RECORD_VERSION + nonce + GcmCipher(key).encrypt(plaintext, nonce=nonce, associated=context.encode())


def decrypt_record(key: Secret, record: bytes, *, context: EncryptionContext) -> bytes:
    """The plaintext, or UnwrapError for whatever is not exactly what was sealed for this context under this key."""
    if len(record) < _SEALED_AT + TAG_BYTES or record[:1] != _RECORD_VERSION:
        raise UnwrapError("a sealed record did not open")
    nonce, sealed = record[1:_SEALED_AT], record[_SEALED_AT:]
    return GcmCipher(key).decrypt(sealed, nonce=nonce, associated=context.encode())


def random_bytes(random: RandomBytes, count: int) -> bytes:
    """``count`` random bytes; a source that answers short is a fault (ValueError), never padded or asked again."""
    material = random(count)
    if len(material) != count:
        raise ValueError("the random source answered with the wrong number of bytes")
    return material


class GcmCipher:
    """AES-256-GCM under one key, for :mod:`keys.wrapping` and records. Shows nothing of the key, like the Secret.

    Kept where one key does very many short records: the key schedule costs as much as two of them.
    """

    __slots__ = ("_aead",)

    def __init__(self, key: Secret) -> None:
        if len(key) != KEY_BYTES:  # AESGCM would take 16 and 24 bytes as well and silently be a weaker cipher
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
        self._aead = AESGCM(key.reveal())

    def encrypt(self, plaintext: bytes, *, nonce: bytes, associated: bytes) -> bytes:
        """Ciphertext and tag. ``nonce`` is fresh from :func:`random_bytes`."""
        return self._aead.encrypt(nonce, plaintext, associated)

    def decrypt(self, sealed: bytes, *, nonce: bytes, associated: bytes) -> bytes:
        """The plaintext, or UnwrapError."""
        try:
            return self._aead.decrypt(nonce, sealed, associated)
        except InvalidTag as exc:
            raise UnwrapError("a sealed record did not open") from exc

    def __reduce__(self) -> str:
        raise TypeError("a cipher holds a key and is not pickled")
