"""Ed25519 signatures (RFC 8032) over checkpoints and reports.

Guarantees that only the holder of the secret signed exactly these bytes. Leaves to others which public key is trusted
(pinned out of band) and what the bytes mean: signed texts begin with the name of their own format.

Why it is safe: signing is deterministic, so no nonce can go wrong; the public half is always computed from the secret,
never passed in, which closes the known attack of signing one message under two public halves.
"""

from __future__ import annotations

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from keys.errors import UnwrapError
from keys.model import KEY_BYTES, RandomBytes, Secret
from keys.primitives.records import new_secret


class SigningKey:
    """A private key that signs and gives its public half (32 bytes)."""

    __slots__ = ("_key", "_secret")

    def __init__(self, secret: Secret) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a signing key has {KEY_BYTES} bytes, not {len(secret)}")
        self._secret = secret
        self._key = Ed25519PrivateKey.from_private_bytes(secret.reveal())

    @classmethod
    def generate(cls, random: RandomBytes) -> SigningKey:
        """A fresh key."""
        return cls(new_secret(random))

    @classmethod
    def from_secret(cls, secret: Secret) -> SigningKey:
        """The key whose 32-byte seed is ``secret``."""
        return cls(secret)

    @property
    def secret(self) -> Secret:
        """The seed, to be wrapped and stored."""
        return self._secret

    def seed_for_file(self) -> bytes:
        """The seed in base64, for a witness's own key file of mode 0600: it has no root key that could wrap it."""
        return base64.b64encode(self._secret.reveal())

    @property
    def public(self) -> bytes:
        """The public half, 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """64 bytes; the same for the same message."""
        return self._key.sign(message)


def verify_signature(public: bytes, signature: bytes, message: bytes) -> None:
    """Raises UnwrapError unless ``signature`` is that of ``message`` under ``public``."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as exc:
        raise UnwrapError("a signature did not verify") from exc
