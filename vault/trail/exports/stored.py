"""An export's own key, and what is kept under it: query and reason, whose words may name customers.

The DEK is wrapped under the ring of the trail, whose keys open the same personal values already: no new key for anybody
to guard, and rotating that ring wraps these anew (:mod:`vault.custody.procedures.rotating`). Bound to export and owner.
"""

from __future__ import annotations

import msgspec

from keys.model import EncryptionContext, Secret
from keys.primitives import decrypt_record, derive_key, encrypt_record, new_secret
from keys.wrapping import export_key_context
from vault.custody.keyroom import TRAIL_RING
from vault.custody.translation import translated_key_errors
from vault.database.engine import Connection
from vault.database.export_queries import ExportRecord
from vault.model import PersonId
from vault.runtime import Vault
from vault.trail.query import Term, TrailQuery

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(tuple[tuple[Term, ...], str])
_QUERY_LABEL = "vault.export-query.v1"


def new_export_key(vault: Vault, tx: Connection, *, export_id: str, owner: PersonId) -> tuple[Secret, bytes]:
    """A fresh DEK and its wrap record. Sealed while sealed."""
    dek = new_secret(vault.random)
    context = export_key_context(export_id, owner=owner)
    return dek, vault.keyroom.wrap(tx, TRAIL_RING, dek, context=context)


def export_key(vault: Vault, export: ExportRecord) -> Secret:
    """The DEK of an export that has not ended. Sealed while sealed; TamperError if record, export or owner changed."""
    return vault.keyroom.unwrap(export.wrapped_dek, context=export_key_context(export.id, owner=export.person_id))


def seal_asked(vault: Vault, query: TrailQuery, reason_text: str, dek: Secret, *, export_id: str) -> bytes:
    """The query and the words of the reason as they are kept in the export's row."""
    asked = _ENCODER.encode((query.terms, reason_text))
    return encrypt_record(_query_key(dek, export_id), asked, context=_context(export_id), random=vault.random)


def open_asked(export: ExportRecord, dek: Secret) -> tuple[TrailQuery, str]:
    """What :func:`seal_asked` sealed; TamperError."""
    with translated_key_errors():
        opened = decrypt_record(_query_key(dek, export.id), export.query_sealed, context=_context(export.id))
    terms, reason_text = _DECODER.decode(opened)
    return TrailQuery(*terms), reason_text


def _query_key(dek: Secret, export_id: str) -> Secret:
    """Another key than the one that seals the file: they are used by different ciphers."""
    return derive_key(dek, label=_QUERY_LABEL, context=export_id.encode())


def _context(export_id: str) -> EncryptionContext:
    return EncryptionContext(_QUERY_LABEL, (export_id.encode(),))
