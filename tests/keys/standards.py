"""Vectors of the standards, and second implementations of what the vault's own interface does not reach."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VECTORS = Path(__file__).parents[1] / "vectors" / "keys"


def cases_of(name: str) -> list[dict[str, bytes]]:
    """The cases of one standard; hexadecimal is bytes, numbers stay."""
    standards = json.loads((VECTORS / "standards.json").read_text(encoding="ascii"))
    return [
        {field: bytes.fromhex(value) if isinstance(value, str) else value for field, value in case.items()}
        for case in standards[name]["cases"]
    ]


def hkdf_extract(salt: bytes, secret: bytes) -> bytes:
    """RFC 5869 2.2 with SHA-256."""
    return hmac.digest(salt or bytes(32), secret, hashlib.sha256)


def hkdf_expand(key: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 2.3 with SHA-256."""
    made, block = b"", b""
    while len(made) < length:
        block = hmac.digest(key, block + info + bytes([len(made) // 32 + 1]), hashlib.sha256)
        made += block
    return made[:length]


def hpke_open(private: bytes, sealed: bytes, *, info: bytes, associated: bytes = b"", aead: int = 2) -> bytes:
    """RFC 9180 base mode, X25519, HKDF-SHA256, AES-128-GCM (aead 1) or AES-256-GCM (2), the first message."""
    key_bytes = {1: 16, 2: 32}[aead]
    suite, secret, context = _hpke_secret(private, sealed[:32], info=info, aead=aead)
    key = _labeled_expand(suite, secret, b"key", context, key_bytes)
    nonce = _labeled_expand(suite, secret, b"base_nonce", context, 12)
    return AESGCM(key).decrypt(nonce, sealed[32:], associated)


def hpke_export(private: bytes, encapsulated: bytes, *, info: bytes, exporter_context: bytes) -> bytes:
    """RFC 9180 5.3 in base mode, X25519, HKDF-SHA256, export-only AEAD: 32 bytes."""
    suite, secret, context = _hpke_secret(private, encapsulated, info=info, aead=0xFFFF)
    exporter_secret = _labeled_expand(suite, secret, b"exp", context, 32)
    return _labeled_expand(suite, exporter_secret, b"sec", exporter_context, 32)


def _hpke_secret(private: bytes, encapsulated: bytes, *, info: bytes, aead: int) -> tuple[bytes, bytes, bytes]:
    """Suite id, secret and context of the key schedule."""
    own = X25519PrivateKey.from_private_bytes(private)
    shared = own.exchange(X25519PublicKey.from_public_bytes(encapsulated))
    kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01" + aead.to_bytes(2, "big")
    prk = _labeled_extract(kem, b"", b"eae_prk", shared)
    kem_context = encapsulated + own.public_key().public_bytes_raw()
    shared_secret = _labeled_expand(kem, prk, b"shared_secret", kem_context, 32)
    context = (
        b"\0" + _labeled_extract(suite, b"", b"psk_id_hash", b"") + _labeled_extract(suite, b"", b"info_hash", info)
    )
    return suite, _labeled_extract(suite, shared_secret, b"secret", b""), context


def _labeled_extract(suite: bytes, salt: bytes, label: bytes, secret: bytes) -> bytes:
    return hkdf_extract(salt, b"HPKE-v1" + suite + label + secret)


def _labeled_expand(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return hkdf_expand(key, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, length)
