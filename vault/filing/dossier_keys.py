"""A dossier's key: wraps the DEKs of its documents and seals the record fields and titles.

Stored only wrapped, under the key-encryption key of the dossier's class. Destroying the wrap record shreds the dossier.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from keys.model import EncryptionContext, KeyId, KeyVersion, Secret
from keys.primitives import decrypt_record, derive_key, encrypt_record, new_secret
from keys.wrapping import WrappingKey, dek_context, dossier_key_context, unwrap_key, wrap_key
from vault.clock import RandomBytes
from vault.custody.keyroom import KeyRoom
from vault.custody.translation import translated_key_errors
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection
from vault.model import Classification, DossierId

FIELDS_LABEL = "vault.fields.v1"
FIELD_CONTEXT_LABEL = "vault.field.v1"
_FIRST_VERSION = KeyVersion(1)


@dataclass(frozen=True, slots=True)
class DossierKey:
    """One dossier's unwrapped key, for the length of one use case."""

    dossier_id: DossierId
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
    with translated_key_errors():
        wrapped = keyroom.keyring.wrap(
            classification.value, secret, context=dossier_key_context(dossier_id), random=random
        )
        keyroom.count_wrap(tx, classification.value)
    return wrapped, _dossier_key(dossier_id, secret)


def unwrap_dossier_key(keyroom: KeyRoom, dossier: DossierRecord) -> DossierKey:
    """The dossier's key. Sealed while sealed; TamperError if the record was altered or belongs to another dossier."""
    with translated_key_errors():
        secret = keyroom.keyring.unwrap(dossier.wrapped_key, context=dossier_key_context(dossier.id))
    return _dossier_key(dossier.id, secret)


def _dossier_key(dossier_id: DossierId, secret: Secret) -> DossierKey:
    wrapping = WrappingKey(_key_id(dossier_id), _FIRST_VERSION, secret)
    return DossierKey(dossier_id, wrapping, derive_key(secret, label=FIELDS_LABEL, context=dossier_id.encode()))


def _key_id(dossier_id: DossierId) -> KeyId:
    """The 16 random bytes that the dossier id spells."""
    return KeyId(base64.b32decode(dossier_id[1:].upper() + "======"))


def _field_context(dossier_id: DossierId, name: str, owner: str) -> EncryptionContext:
    return EncryptionContext(FIELD_CONTEXT_LABEL, (dossier_id.encode(), name.encode(), owner.encode()))
