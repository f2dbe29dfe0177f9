"""What a sealed object is bound to: dossier, document, version and part. Source: docs/spec/envelope.md.

Guarantees that two different lists never share an encoding (fields are length-prefixed). Leaves to others: which DEK
seals the object, and what that DEK is wrapped with.
"""

from __future__ import annotations

from keys.model import EncryptionContext

OBJECT_LABEL = "vault.object.v1"


def object_context(*, dossier_id: str, document_id: str, version: int, part: str) -> EncryptionContext:
    """The context of one sealed stream. ``version`` counts from 1; ``part`` is ``original`` or a pack's part."""
    fields = (dossier_id.encode(), document_id.encode(), version.to_bytes(8, "big"), part.encode())
    return EncryptionContext(OBJECT_LABEL, fields)
