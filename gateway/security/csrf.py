"""The token that proves a form came from a page of this session.

``nonce || HMAC-SHA-256(session token, label || nonce)``: only who holds the session's cookie can make one, every page
gets another, so nothing can be learnt from compressed sizes, and nothing has to be stored. It dies with the session.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from vault.clock import RandomBytes

FIELD_NAME = "csrf"
HEADER_NAME = "X-CSRF-Token"
_LABEL = b"dossier-vault.form.v1\0"
_NONCE_BYTES = 16


def form_token(session_token: str, *, random: RandomBytes) -> str:
    """A fresh token for one page of the session."""
    nonce = random(_NONCE_BYTES)
    return base64.urlsafe_b64encode(nonce + _tag(session_token, nonce)).decode("ascii")


def is_form_token(sent: str, session_token: str) -> bool:
    """Whether ``sent`` was made for this session; compared in constant time."""
    try:
        decoded = base64.urlsafe_b64decode(sent.encode("ascii"))
    except (binascii.Error, ValueError):
        return False
    nonce, tag = decoded[:_NONCE_BYTES], decoded[_NONCE_BYTES:]
    return len(nonce) == _NONCE_BYTES and hmac.compare_digest(tag, _tag(session_token, nonce))


def _tag(session_token: str, nonce: bytes) -> bytes:
    return hmac.digest(session_token.encode(), _LABEL + nonce, hashlib.sha256)
