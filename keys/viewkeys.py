"""The key of one view, which only the session cookie of the person can give.

Guarantees that database and object store together do not hold it: it is derived from a secret that the cookie carries
and the server does not keep. Leaves to others: how long a view lives and that its record is deleted when it ends.
"""

from __future__ import annotations

from keys.model import KEY_ID_BYTES, KeyId, KeyVersion, Secret
from keys.primitives.derivation import derive_key, keyed_token
from keys.wrapping import WrappingKey

VIEW_KEY_LABEL = "vault.view-key.v1"
_NAME_LABEL = b"vault.view-key-id.v1\0"
_ONLY_VERSION = KeyVersion(1)


def view_wrapping_key(cookie_secret: Secret, *, view_id: str) -> WrappingKey:
    """The wrapping key of this view under this cookie secret (at least 32 bytes), always the same one.

    Its key id is a fingerprint of the key itself: another session's cookie names another key, and its record is refused
    before any cipher runs. Key and fingerprint tell nothing of the cookie secret.
    """
    secret = derive_key(cookie_secret, label=VIEW_KEY_LABEL, context=view_id.encode())
    return WrappingKey(KeyId(keyed_token(secret, _NAME_LABEL, length=KEY_ID_BYTES)), _ONLY_VERSION, secret)
