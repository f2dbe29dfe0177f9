"""Many messages sealed to one public key at the price of one exchange: a series of boxes.

``encapsulated key 32 | 01 | nonce 12 | ciphertext | tag 16``. The key of a series is a secret exported from HPKE base
mode (RFC 9180, 5.3; the export-only suite of X25519 and HKDF-SHA-256), each message a small record under it. The
highest bit of the encapsulated key, which X25519 leaves at 0 (RFC 7748, 5), is 1 here: by it a box of a series is told
from a box that stands alone, and neither is ever tried as the other. Leaves to others how long a series is used.

Why it is safe:

- *Key.* A fresh ephemeral key from the random source each series. Only the private key's holder can compute it, and
  whoever seals, for as long as the series lives. A low-order key gives a zero exchange, refused. The context of the
  series is in the key schedule, that of a message is its associated data: a message opens in its own place only.
- *Nonce.* 96 random bits each and at most :data:`MOST_MESSAGES` of them, 2**20 of the 2**32 that SP 800-38D 8.3 allows.
  No counter is kept, so none can be repeated by a fork, a restart or a copied machine.
- *Sender.* Base mode authenticates none, and none is claimed: what must be authentic is committed to in the trail.
"""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from keys.errors import UnwrapError
from keys.model import KEY_BYTES, EncryptionContext, RandomBytes, Secret
from keys.primitives.records import NONCE_BYTES, TAG_BYTES, GcmCipher, random_bytes

MOST_MESSAGES = 2**20
ENCAPSULATED_BYTES = 32
SERIES_OVERHEAD_BYTES = ENCAPSULATED_BYTES + 1 + NONCE_BYTES + TAG_BYTES
_SERIES_BIT = 0x80
_RECORD_VERSION = b"\x01"
_NONCE_AT = ENCAPSULATED_BYTES + len(_RECORD_VERSION)
_SEALED_AT = _NONCE_AT + NONCE_BYTES
_KEM = b"KEM\x00\x20"
_SUITE = b"HPKE\x00\x20\x00\x01\xff\xff"
_EXPORTED_FOR = b"vault.box-series.v1"


class BoxSeries:
    """Seals to ``public`` until :attr:`is_spent`. ``context`` is that of the series. No usable key: ValueError."""

    __slots__ = ("_cipher", "_encapsulated", "_left")

    def __init__(self, public: bytes, *, context: EncryptionContext, random: RandomBytes) -> None:
        ephemeral = X25519PrivateKey.from_private_bytes(random_bytes(random, KEY_BYTES))
        own = ephemeral.public_key().public_bytes_raw()
        exchanged = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
        self._cipher = GcmCipher(_series_key(exchanged, own, public, context))
        self._encapsulated = own[:-1] + bytes([own[-1] | _SERIES_BIT])
        self._left = MOST_MESSAGES

    @property
    def is_spent(self) -> bool:
        """Whether no further message may be sealed."""
        return self._left <= 0

    def seal(self, plaintext: bytes, *, context: EncryptionContext, random: RandomBytes) -> bytes:
        """``plaintext`` for ``context``; 61 bytes longer than it. ValueError once the series is spent."""
        if self._left <= 0:
            raise ValueError("the series is spent")
        self._left -= 1
        nonce = random_bytes(random, NONCE_BYTES)
        sealed = self._cipher.encrypt(plaintext, nonce=nonce, associated=context.encode())
        return b"".join((self._encapsulated, _RECORD_VERSION, nonce, sealed))


class BoxKey:
    """A private key that opens several series; made once, since that costs as much as using it."""

    __slots__ = ("_key", "public")

    def __init__(self, private: Secret) -> None:
        self._key = X25519PrivateKey.from_private_bytes(private.reveal())
        self.public = self._key.public_key().public_bytes_raw()

    def exchange(self, other: bytes) -> bytes:
        """The secret shared with the public key ``other``; ValueError if that is none or of low order."""
        return self._key.exchange(X25519PublicKey.from_public_bytes(other))

    def __reduce__(self) -> str:
        raise TypeError("a private key is not pickled")


class OpenedSeries:
    """Opens the messages of one series."""

    __slots__ = ("_begins", "_cipher")

    def __init__(self, private: BoxKey, encapsulated: bytes, *, context: EncryptionContext) -> None:
        other = encapsulated[:-1] + bytes([encapsulated[-1] & ~_SERIES_BIT])
        try:
            exchanged = private.exchange(other)
        except ValueError as exc:
            raise UnwrapError("a sealed box did not open") from exc
        key = _series_key(exchanged, other, private.public, context)
        self._cipher, self._begins = GcmCipher(key), encapsulated + _RECORD_VERSION

    def open(self, sealed: bytes, *, context: EncryptionContext) -> bytes:
        """The plaintext, or UnwrapError; also for a message of another series."""
        if len(sealed) < SERIES_OVERHEAD_BYTES or not sealed.startswith(self._begins):
            raise UnwrapError("a sealed box did not open")
        nonce = sealed[_NONCE_AT:_SEALED_AT]
        return self._cipher.decrypt(sealed[_SEALED_AT:], nonce=nonce, associated=context.encode())


def encapsulation_of(sealed: bytes) -> bytes | None:
    """What the messages of one series have in common; None for a box that stands alone, or no box."""
    if len(sealed) < SERIES_OVERHEAD_BYTES or not sealed[ENCAPSULATED_BYTES - 1] & _SERIES_BIT:
        return None
    return sealed[:ENCAPSULATED_BYTES]


def _series_key(exchanged: bytes, encapsulated: bytes, public: bytes, context: EncryptionContext) -> Secret:
    return Secret(_exported(_exporter_secret(exchanged, encapsulated, public, context.encode()), _EXPORTED_FOR))


def _exporter_secret(exchanged: bytes, encapsulated: bytes, public: bytes, info: bytes) -> bytes:
    """RFC 9180, 4.1 (ExtractAndExpand) and 5.1 (KeySchedule) in base mode."""
    prk = _labeled_extract(_KEM, b"", b"eae_prk", exchanged)
    shared = _labeled_expand(_KEM, prk, b"shared_secret", encapsulated + public)
    psk_id_hash = _labeled_extract(_SUITE, b"", b"psk_id_hash", b"")
    info_hash = _labeled_extract(_SUITE, b"", b"info_hash", info)
    secret = _labeled_extract(_SUITE, shared, b"secret", b"")
    return _labeled_expand(_SUITE, secret, b"exp", b"\x00" + psk_id_hash + info_hash)


def _exported(exporter_secret: bytes, exporter_context: bytes) -> bytes:
    """RFC 9180, 5.3, 32 bytes."""
    return _labeled_expand(_SUITE, exporter_secret, b"sec", exporter_context)


def _labeled_extract(suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    return HKDF.extract(hashes.SHA256(), salt or None, b"HPKE-v1" + suite + label + material)


def _labeled_expand(suite: bytes, key: bytes, label: bytes, info: bytes) -> bytes:
    labeled = KEY_BYTES.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return HKDFExpand(algorithm=hashes.SHA256(), length=KEY_BYTES, info=labeled).derive(key)
