"""What people say with a proposal and about it, sealed at rest.

To the trail-reading public key, as the words of reasons in the trail are: so a proposal can be made and decided while
the vault is sealed, and its words are read again once it is open. Bound to the proposal and to which of its two texts.
"""

from __future__ import annotations

from keys.errors import UnwrapError
from keys.model import EncryptionContext
from keys.primitives import open_sealed_to, seal_to
from vault.custody.keyroom import ServiceKey
from vault.database import ledger_appending
from vault.database.engine import Connection
from vault.errors import Sealed, Unavailable
from vault.runtime import Vault

NOTE, DECISION = "note", "decision"
_LABEL = "vault.policy-note.v1"


def seal_note(tx: Connection, words: str, *, proposal_id: str, which: str) -> bytes:
    """``which`` is NOTE or DECISION."""
    public = ledger_appending.reading_public(tx)
    if public is None:
        raise Unavailable("vault.not_initialised")
    return seal_to(public, words.encode(), context=_context(proposal_id, which))


def open_note(vault: Vault, sealed: bytes | None, *, proposal_id: str, which: str) -> str | None:
    """'' for nothing and for what was erased; None while the vault is sealed, or where the text was altered."""
    if not sealed:
        return ""
    try:
        key = vault.keyroom.service_key(ServiceKey.TRAIL_READING)
        return open_sealed_to(key, sealed, context=_context(proposal_id, which)).decode()
    except (Sealed, UnwrapError):
        return None


def _context(proposal_id: str, which: str) -> EncryptionContext:
    return EncryptionContext(_LABEL, (proposal_id.encode(), which.encode()))
