"""Keys from keys (HKDF-SHA-256, RFC 5869) and keyed digests (HMAC-SHA-256, RFC 2104).

Why it is safe:

- *Derived keys.* The source is always uniformly random, so extraction without salt is enough (RFC 5869 3.1). ``info``
  is ``label NUL lp(context)``, which no two pairs of label and context share: keys for different purposes or places
  are independent, and tell nothing of their source.
- *Tokens.* Equal messages give equal tokens, which is what they are for; without the key they say nothing else. Cut to
  64 bits a token is an index with rare collisions, never a proof. Each purpose has a key of its own.
"""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from keys.model import KEY_BYTES, EncryptionContext, Secret


def derive_key(secret: Secret, *, label: str, context: bytes = b"") -> Secret:
    """An independent 256-bit key for the purpose ``label`` and ``context``, from at least 256 bits (ValueError)."""
    if len(secret) < KEY_BYTES:
        raise ValueError(f"keys are derived from at least {KEY_BYTES} bytes, not {len(secret)}")
    info = EncryptionContext(label, (context,)).encode()
    return Secret(HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=info).derive(secret.reveal()))


def keyed_token(key: Secret, message: bytes, *, length: int = 32) -> bytes:
    """The first ``length`` (1 to 32) bytes of HMAC-SHA-256."""
    if not 1 <= length <= 32:
        raise ValueError("a token has 1 to 32 bytes")
    mac = hmac.HMAC(key.reveal(), hashes.SHA256())
    mac.update(message)
    return mac.finalize()[:length]
