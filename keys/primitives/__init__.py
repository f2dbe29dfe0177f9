"""The only direct cipher calls of the project, one small module a subject, each with the argument why it is safe.

Nothing above this package imports ``cryptography`` except root key providers that must.
"""

from keys.model import RandomBytes
from keys.primitives.boxes import (
    generate_box_keypair,
    open_sealed_to,
    open_secret_sealed_to,
    seal_secret_to,
    seal_to,
)
from keys.primitives.derivation import derive_key, keyed_token
from keys.primitives.passwords import (
    Argon2Profile,
    derive_from_passphrase,
    hash_password,
    needs_rehash,
    verify_password,
)
from keys.primitives.records import decrypt_record, encrypt_record, new_secret
from keys.primitives.series import BoxKey, BoxSeries, OpenedSeries, encapsulation_of
from keys.primitives.signing import SigningKey, verify_signature
from keys.primitives.streams import (
    CHUNK_BYTES,
    HEADER_BYTES,
    StreamOpener,
    StreamSealer,
    longest_update,
    sealed_length,
)
from keys.primitives.tokens import random_token, token_digest, tokens_equal

__all__ = [
    "CHUNK_BYTES",
    "HEADER_BYTES",
    "Argon2Profile",
    "BoxKey",
    "BoxSeries",
    "OpenedSeries",
    "RandomBytes",
    "SigningKey",
    "StreamOpener",
    "StreamSealer",
    "decrypt_record",
    "derive_from_passphrase",
    "derive_key",
    "encapsulation_of",
    "encrypt_record",
    "generate_box_keypair",
    "hash_password",
    "keyed_token",
    "longest_update",
    "needs_rehash",
    "new_secret",
    "open_sealed_to",
    "open_secret_sealed_to",
    "random_token",
    "seal_secret_to",
    "seal_to",
    "sealed_length",
    "token_digest",
    "tokens_equal",
    "verify_password",
    "verify_signature",
]
