"""Sealing to a public key that nobody here can open: HPKE base mode (RFC 9180), X25519, HKDF-SHA-256, AES-256-GCM.

``encapsulated key 32 | ciphertext | tag 16``, info = context, no associated data, one message per encapsulation. Leaves
to others that the public key is the right one; base mode authenticates no sender, and none is claimed: what must be
authentic is committed to in the trail.

Why it is safe: a fresh ephemeral key from the operating system each time, so the content key is used once; the context
is bound into the key schedule, so a box opens in its own place only; a low-order key gives a zero exchange, refused.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from keys.errors import UnwrapError
from keys.model import EncryptionContext, RandomBytes, Secret
from keys.primitives.records import new_secret

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def generate_box_keypair(random: RandomBytes) -> tuple[Secret, bytes]:
    """A private key and its 32-byte public half."""
    secret = new_secret(random)
    return secret, X25519PrivateKey.from_private_bytes(secret.reveal()).public_key().public_bytes_raw()


def seal_to(public: bytes, plaintext: bytes, *, context: EncryptionContext) -> bytes:
    """``plaintext`` sealed to ``public`` for ``context``; 48 bytes longer than it. No usable key: ValueError."""
    return _SUITE.encrypt(plaintext, X25519PublicKey.from_public_bytes(public), info=context.encode())


def open_sealed_to(private: Secret, sealed: bytes, *, context: EncryptionContext) -> bytes:
    """The plaintext, or UnwrapError."""
    key = X25519PrivateKey.from_private_bytes(private.reveal())
    try:
        return _SUITE.decrypt(sealed, key, info=context.encode())
    except (InvalidTag, ValueError) as exc:
        raise UnwrapError("a sealed box did not open") from exc


def seal_secret_to(public: bytes, secret: Secret, *, context: EncryptionContext) -> bytes:
    """A key sealed to a public key; it leaves this package only sealed."""
    return seal_to(public, secret.reveal(), context=context)


def open_secret_sealed_to(private: Secret, sealed: bytes, *, context: EncryptionContext) -> Secret:
    """The key, or UnwrapError."""
    return Secret(open_sealed_to(private, sealed, context=context))
