"""A dossier's key: wraps the DEKs of its documents and seals the record fields and titles.

Stored only wrapped, under the key-encryption key of the dossier's class. Destroying the wrap record shreds the dossier.
A dossier's key has a number, which its wraps name as their version: resealing gives the dossier the next one, and while
that goes on both exist (docs/spec/keys.md, "Resealing").
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from keys.lifecycle import Use
from keys.model import EncryptionContext, KeyId, KeyVersion, Secret
from keys.primitives import decrypt_record, derive_key, encrypt_record, new_secret
from keys.wrapping import WrappingKey, WrapRecord, dek_context, dossier_key_context, unwrap_key, wrap_key
from vault.clock import RandomBytes
from vault.custody.keyroom import KeyRoom
from vault.custody.translation import translated_key_errors
from vault.database import dossier_queries
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection
from vault.errors import NotFound, TamperError
from vault.model import Classification, DossierId

FIELDS_LABEL = "vault.fields.v1"
FIELD_CONTEXT_LABEL = "vault.field.v1"
FIRST_NUMBER = 1


@dataclass(frozen=True, slots=True)
class DossierKey:
    """One dossier's unwrapped key, for the length of one use case."""

    dossier_id: DossierId
    number: int
    wrapping: WrappingKey
    fields: Secret

    def seal_field(self, name: str, plaintext: str, *, owner: str, random: RandomBytes) -> bytes:
        """``plaintext`` sealed for the field ``name`` of the row ``owner``; opens nowhere else."""
        context = _field_context(self.dossier_id, name, owner)
        return encrypt_record(self.fields, plaintext.encode(), context=context, random=random)

    def open_field(self, name: str, sealed: bytes, *, owner: str) -> str:
        with translated_key_errors():
            return decrypt_record(self.fields, sealed, context=_field_context(self.dossier_id, name, owner)).decode()

    def wrap_dek(self, dek: Secret, *, identities: tuple[str, ...], header: bytes, random: RandomBytes) -> bytes:
        context = dek_context(*identities, object_header=header)
        return wrap_key(self.wrapping, dek, context=context, random=random)

    def unwrap_dek(self, record: bytes, *, identities: tuple[str, ...], header: bytes) -> Secret:
        with translated_key_errors():
            return unwrap_key(self.wrapping, record, context=dek_context(*identities, object_header=header))


def create_dossier_key(
    keyroom: KeyRoom, tx: Connection, *, dossier_id: DossierId, classification: Classification, random: RandomBytes
) -> tuple[bytes, DossierKey]:
    """A fresh key for a new dossier, and its wrap record under the class's active key-encryption key."""
    secret = new_secret(random)
    wrapped = keyroom.wrap(tx, classification.value, secret, context=dossier_key_context(dossier_id))
    return wrapped, _dossier_key(dossier_id, secret, FIRST_NUMBER)


def unwrap_dossier_key(keyroom: KeyRoom, dossier: DossierRecord, *, use: Use = Use.UNWRAP) -> DossierKey:
    """The dossier's key. Sealed while sealed; TamperError if the record was altered or belongs to another dossier.

    NotFound ``dossier.shredded`` once the key is destroyed.
    """
    if dossier.is_shredded:
        raise NotFound("dossier.shredded")
    secret = keyroom.unwrap(dossier.wrapped_key, context=dossier_key_context(dossier.id), use=use)
    return _dossier_key(dossier.id, secret, dossier.key_number)


def unwrap_next_dossier_key(keyroom: KeyRoom, dossier: DossierRecord, *, use: Use = Use.UNWRAP) -> DossierKey | None:
    """The key that follows while the dossier is resealed, else None."""
    if dossier.next_wrapped_key is None:
        return None
    secret = keyroom.unwrap(dossier.next_wrapped_key, context=dossier_key_context(dossier.id), use=use)
    return _dossier_key(dossier.id, secret, dossier.key_number + 1)


def key_for_dek(keyroom: KeyRoom, dossier: DossierRecord, wrapped_dek: bytes, *, use: Use = Use.UNWRAP) -> DossierKey:
    """The one of the dossier's keys that the record names: while it is resealed there are two."""
    following = unwrap_next_dossier_key(keyroom, dossier, use=use)
    if following is not None and wraps_under(wrapped_dek, following.number):
        return following
    return unwrap_dossier_key(keyroom, dossier, use=use)


def key_for_new_deks(keyroom: KeyRoom, tx: Connection, dossier_id: str) -> DossierKey:
    """The key that wraps what becomes live in this transaction; it cannot be replaced before the commit.

    A file is sealed for as long as its upload takes, and the dossier may have got another key by then.
    """
    dossier = dossier_queries.lock_dossier(tx, dossier_id)
    if dossier is None:
        raise TamperError("tamper.row_missing")
    return unwrap_next_dossier_key(keyroom, dossier) or unwrap_dossier_key(keyroom, dossier)


def key_for_new_fields(keyroom: KeyRoom, tx: Connection, dossier_id: str) -> DossierKey:
    """The key that seals a field in this transaction; it cannot be replaced before the commit.

    Fields carry no key number: all of a dossier's fields get the next key in one transaction.
    """
    dossier = dossier_queries.lock_dossier(tx, dossier_id)
    if dossier is None:
        raise TamperError("tamper.row_missing")
    return unwrap_dossier_key(keyroom, dossier)


def wraps_under(wrapped_dek: bytes, number: int) -> bool:
    """Whether the record names the dossier's key of this number; says nothing of whether it opens."""
    with translated_key_errors():
        return WrapRecord.parse(wrapped_dek).version == number


def _dossier_key(dossier_id: DossierId, secret: Secret, number: int) -> DossierKey:
    wrapping = WrappingKey(_key_id(dossier_id), KeyVersion(number), secret)
    fields = derive_key(secret, label=FIELDS_LABEL, context=dossier_id.encode())
    return DossierKey(dossier_id, number, wrapping, fields)


def _key_id(dossier_id: DossierId) -> KeyId:
    """The 16 random bytes that the dossier id spells."""
    return KeyId(base64.b32decode(dossier_id[1:].upper() + "======"))


def _field_context(dossier_id: DossierId, name: str, owner: str) -> EncryptionContext:
    return EncryptionContext(FIELD_CONTEXT_LABEL, (dossier_id.encode(), name.encode(), owner.encode()))
