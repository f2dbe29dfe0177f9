"""Opens all that is wrapped or sealed in a vault, as nobody may in the product: keys, records, titles, objects (I4)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from keys.model import Secret
from keys.wrapping import service_key_context
from vault.custody.translation import translated_key_errors
from vault.database import document_queries, dossier_queries, key_queries
from vault.database.document_queries import ObjectPart, ObjectRecord, ObjectState, VersionRecord
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection, reading
from vault.database.tables.dossiers import documents, dossiers
from vault.errors import VaultError
from vault.filing.cards import document_title
from vault.filing.documents import object_identities
from vault.filing.dossier_keys import DossierKey, unwrap_dossier_key
from vault.filing.records import open_record
from vault.runtime import Vault
from vault.sealing.contexts import object_context
from vault.sealing.envelope import open_sealed
from vault.sealing.page_pack import PackIndex, read_part
from vault.storage.port import ObjectKey


@dataclass
class Contents:
    """What was found in live objects: each original's dossier and digest, each pack's number of pages, and faults."""

    originals: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def open_everything(vault: Vault) -> Contents:
    """Opens every service key, dossier key, record, title, and live object to its last byte."""
    contents = Contents()
    with reading(vault.engine) as tx:
        for stored in key_queries.list_service_keys(tx):
            with translated_key_errors():
                vault.keyroom.keyring.unwrap(stored.wrapped, context=service_key_context(stored.name))
        for dossier in _dossiers(tx):
            try:
                _open_dossier(vault, tx, dossier, contents)
            except VaultError as error:
                contents.faults.append(f"I4 dossier {dossier.id} does not open: {error.code}")
    return contents


def _dossiers(tx: Connection) -> Iterator[DossierRecord]:
    for dossier_id in tx.execute(sa.select(dossiers.c.id)).scalars():
        found = dossier_queries.load_dossier(tx, dossier_id)
        assert found is not None
        yield found


def _open_dossier(vault: Vault, tx: Connection, dossier: DossierRecord, contents: Contents) -> None:
    key = unwrap_dossier_key(vault.keyroom, dossier)
    open_record(key, dossier.record_sealed)
    live = document_queries.list_objects(tx, ObjectState.LIVE)
    for document_id in tx.execute(sa.select(documents.c.id).where(documents.c.dossier_id == dossier.id)).scalars():
        document = document_queries.load_document(tx, document_id)
        assert document is not None
        document_title(key, document)
        versions = {each.id: each for each in document_queries.versions_of_documents(tx, [document_id])}
        for row in live:
            if row.version_id in versions:
                try:
                    _open_object(vault, key, versions[row.version_id], row, contents)
                except VaultError as error:
                    contents.faults.append(f"I4 object {row.object_key} does not open: {error.code}")


def _open_object(vault: Vault, key: DossierKey, version: VersionRecord, row: ObjectRecord, contents: Contents) -> None:
    dek = key.unwrap_dek(row.wrapped_dek, identities=object_identities(key, version, row.part), header=row.header)
    if row.part is ObjectPart.ORIGINAL:
        contents.originals[version.id] = (key.dossier_id, _digest(vault, key, version, row, dek))
    else:
        contents.pages[version.id] = _open_pages(vault, key, version, row, dek)


def _digest(vault: Vault, key: DossierKey, version: VersionRecord, row: ObjectRecord, dek: Secret) -> bytes:
    digest = hashlib.sha256()
    context = object_context(
        dossier_id=key.dossier_id, document_id=version.document_id, version=version.number, part=row.part.value
    )
    with vault.store.open_stream(ObjectKey(row.object_key)) as stream:
        for block in open_sealed(stream, dek, context=context, header=row.header, expected_bytes=row.sealed_bytes):
            digest.update(block)
    return digest.digest()


def _open_pages(vault: Vault, key: DossierKey, version: VersionRecord, row: ObjectRecord, dek: Secret) -> int:
    assert row.index_sealed is not None
    index = PackIndex.open(
        row.index_sealed, dek, dossier_id=key.dossier_id, document_id=version.document_id, version=version.number
    )
    for page in index.pages:
        for part in (page.image, page.text):
            read_part(vault.store, ObjectKey(row.object_key), part, dek, index=index)
    return len(index.pages)
