"""Shares of a recovery key: n cards of which any k bring it back, fewer tell nothing (SLIP-0039 of SatoshiLabs).

Each share is 33 words from a list of 1,024 with a checksum of its own, so that a slip of the pen is noticed at the card
that has it. The key is an X25519 private key that is never stored; every key-encryption key is sealed to its public
half beside its wrap by the root key, so that the loss of root key and provider together loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from keys.errors import UnwrapError
from keys.model import KEY_BYTES, EncryptionContext, KeyId, KeyVersion, Secret
from keys.primitives.boxes import generate_box_keypair, open_secret_sealed_to, seal_secret_to

MOST_SHARES = 16
_LABEL = "vault.kek-recovery.v1"
_VERSION_BYTES = 4


def split_recovery_key(private: Secret, *, shares: int, threshold: int) -> list[str]:
    """The cards, each a line of words. ValueError unless 2 <= threshold <= shares <= 16."""
    if not 2 <= threshold <= shares <= MOST_SHARES:
        raise ValueError(f"shares are 2 to {MOST_SHARES}, the threshold 2 to as many as there are shares")
    (cards,) = generate_mnemonics(1, [(threshold, shares)], private.reveal())
    return [str(card) for card in cards]


def combine_shares(shares: Iterable[str]) -> Secret:
    """The private key. UnwrapError for whatever does not fit together, without saying which card it is."""
    try:
        material = combine_mnemonics([" ".join(share.lower().split()) for share in shares])
    except (MnemonicError, ValueError, IndexError) as exc:
        raise UnwrapError("the shares do not give a recovery key") from exc
    if len(material) != KEY_BYTES:
        raise UnwrapError("the shares do not give a recovery key")
    return Secret(material)


def public_half(private: Secret) -> bytes:
    """The public key of a recovery key."""
    return generate_box_keypair(lambda _count: private.reveal())[1]


def seal_for_recovery(public: bytes, kek: Secret, *, ring: str, key_id: KeyId, version: KeyVersion) -> bytes:
    """A key-encryption key sealed to the recovery key's public half, bound to its name."""
    return seal_secret_to(public, kek, context=_context(ring, key_id, version))


def open_recovered(private: Secret, sealed: bytes, *, ring: str, key_id: KeyId, version: KeyVersion) -> Secret:
    """The key-encryption key, or UnwrapError."""
    return open_secret_sealed_to(private, sealed, context=_context(ring, key_id, version))


def _context(ring: str, key_id: KeyId, version: KeyVersion) -> EncryptionContext:
    return EncryptionContext(_LABEL, (ring.encode(), key_id, version.to_bytes(_VERSION_BYTES, "big")))
