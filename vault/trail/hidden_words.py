"""Words of a query that may stand in an address: sealed under the session of whoever typed them.

An address is kept by browsers, histories and proxies. Ids may stand in it, words of reasons or places may not: they may
be a customer's name. What is made here opens in this session alone, and for nobody once that has ended.
"""

from __future__ import annotations

import base64
import binascii

from keys.errors import UnwrapError
from keys.model import EncryptionContext
from keys.primitives import decrypt_record, derive_key, encrypt_record
from vault.clock import RandomBytes
from vault.errors import InputError
from vault.model import Actor

WORDS_LABEL = "vault.trail-words.v1"


def hide_words(actor: Actor, text: str, *, random: RandomBytes) -> str:
    """The text as a token for an address. Only for somebody who signed in: the command line has no addresses."""
    if actor.session_secret is None:
        raise ValueError("no session to seal words under")
    key = derive_key(actor.session_secret, label=WORDS_LABEL, context=actor.session_id.encode())
    record = encrypt_record(key, text.encode(), context=_context(actor), random=random)
    return base64.urlsafe_b64encode(record).rstrip(b"=").decode("ascii")


def reveal_words(actor: Actor, token: str) -> str:
    """The text of a token. InputError ``trail.words`` for one that was made in another session, or altered."""
    if actor.session_secret is None:
        raise InputError("trail.words")
    key = derive_key(actor.session_secret, label=WORDS_LABEL, context=actor.session_id.encode())
    try:
        record = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        return decrypt_record(key, record, context=_context(actor)).decode()
    except (UnwrapError, binascii.Error, ValueError):
        raise InputError("trail.words") from None


def _context(actor: Actor) -> EncryptionContext:
    return EncryptionContext(WORDS_LABEL, (actor.session_id.encode(),))
