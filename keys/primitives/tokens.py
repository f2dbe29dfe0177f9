"""Bearer tokens: 256 random bits that are stored only as a digest.

Why it is safe: nobody can guess the value, so a plain labelled SHA-256 is enough; it needs no salt and can be looked up
by equality. The label keeps the digest apart from every other SHA-256 in the vault.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from keys.model import RandomBytes
from keys.primitives.records import random_bytes

TOKEN_BYTES = 32
_LABEL = b"vault.token.v1\0"


def random_token(random: RandomBytes) -> str:
    """43 characters of base64url."""
    return base64.urlsafe_b64encode(random_bytes(random, TOKEN_BYTES)).rstrip(b"=").decode("ascii")


def token_digest(token: str) -> bytes:
    """32 bytes to store and look up instead of the token. Every text has one: a malformed token is merely unknown."""
    return hashlib.sha256(_LABEL + _encoded(token)).digest()


def tokens_equal(one: str | bytes, other: str | bytes) -> bool:
    """Compared in constant time."""
    left = _encoded(one) if isinstance(one, str) else one
    right = _encoded(other) if isinstance(other, str) else other
    return hmac.compare_digest(left, right)


def _encoded(token: str) -> bytes:
    return token.encode("utf-8", "surrogatepass")
