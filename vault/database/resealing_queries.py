"""Sealed objects as rows, for whatever seals them anew or destroys them: which are there, which replace which."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from vault.database.document_queries import (
    ObjectRecord,
    ObjectState,
    VersionRecord,
    VersionState,
    object_of_row,
    version_of_row,
)
from vault.database.tables.dossiers import document_versions, documents, dossiers, sealed_objects
from vault.database.tables.views import views
from vault.model import DocumentId, DossierId, VersionId


def random_live_version(tx: sa.Connection, dossier_id: DossierId) -> VersionRecord | None:
    """The current version of one of the dossier's documents, at random."""
    query = (
        sa.select(document_versions)
        .join(documents, documents.c.id == document_versions.c.document_id)
        .where(documents.c.dossier_id == dossier_id, document_versions.c.state == VersionState.LIVE.value)
        .order_by(sa.func.random())
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    return version_of_row(row) if row else None


def set_title(tx: sa.Connection, document_id: DocumentId, title_sealed: bytes) -> None:
    tx.execute(sa.update(documents).where(documents.c.id == document_id).values(title_sealed=title_sealed))


def set_note(tx: sa.Connection, version_id: VersionId, note_sealed: bytes) -> None:
    tx.execute(sa.update(document_versions).where(document_versions.c.id == version_id).values(note_sealed=note_sealed))


def live_objects_of_dossier(tx: sa.Connection, dossier_id: DossierId) -> list[tuple[VersionRecord, ObjectRecord]]:
    """Every live object of the dossier with its version."""
    versions = (
        sa.select(document_versions)
        .join(documents, documents.c.id == document_versions.c.document_id)
        .where(documents.c.dossier_id == dossier_id)
    )
    by_id = {version.id: version for version in map(version_of_row, tx.execute(versions))}
    query = sa.select(sealed_objects).where(
        sealed_objects.c.version_id.in_(by_id), sealed_objects.c.state == ObjectState.LIVE.value
    )
    found = [object_of_row(row) for row in tx.execute(query.order_by(sealed_objects.c.object_key))]
    return [(by_id[each.version_id], each) for each in found]


def measure_objects(tx: sa.Connection, dossier_id: str = "", *, classification: str = "") -> tuple[int, int]:
    """(number, bytes) of live objects of a dossier, of a class, or of all."""
    query = (
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sealed_objects.c.sealed_bytes), 0))
        .select_from(sealed_objects)
        .join(document_versions, document_versions.c.id == sealed_objects.c.version_id)
        .join(documents, documents.c.id == document_versions.c.document_id)
        .join(dossiers, dossiers.c.id == documents.c.dossier_id)
        .where(sealed_objects.c.state == ObjectState.LIVE.value)
    )
    if dossier_id:
        query = query.where(documents.c.dossier_id == dossier_id)
    if classification:
        query = query.where(dossiers.c.classification == classification)
    count, total_bytes = tx.execute(query).one()
    return int(count), int(total_bytes)


def discard_objects_of_dossier(tx: sa.Connection, dossier_id: DossierId) -> None:
    """Marks every object of the dossier as garbage, whatever its state."""
    versions = (
        sa.select(document_versions.c.id)
        .join(documents, documents.c.id == document_versions.c.document_id)
        .where(documents.c.dossier_id == dossier_id)
    )
    of_dossier = sealed_objects.c.version_id.in_(versions)
    tx.execute(sa.update(sealed_objects).where(of_dossier).values(state=ObjectState.GARBAGE.value, wrapped_dek=b""))


def is_live(tx: sa.Connection, object_key: str) -> bool:
    """Whether the object is what opens, and has not been replaced, refused or destroyed."""
    live = sa.and_(sealed_objects.c.object_key == object_key, sealed_objects.c.state == ObjectState.LIVE.value)
    return tx.execute(sa.select(sealed_objects.c.object_key).where(live)).first() is not None


def retire_object(tx: sa.Connection, object_key: str, *, now: dt.datetime) -> bool:
    """A live object that another one replaces; False if it is not live any more. Its time is ``now`` from then on."""
    change = sa.update(sealed_objects).where(
        sealed_objects.c.object_key == object_key, sealed_objects.c.state == ObjectState.LIVE.value
    )
    return tx.execute(change.values(state=ObjectState.RETIRED.value, created_at=now)).rowcount == 1


def discard_retired_objects(tx: sa.Connection, *, before: dt.datetime) -> None:
    """Objects retired before then that no open view reads any more: garbage."""
    read = sa.select(views.c.pack_object).where(views.c.ended_at.is_(None))
    tx.execute(
        sa.update(sealed_objects)
        .where(sealed_objects.c.state == ObjectState.RETIRED.value, sealed_objects.c.created_at < before)
        .where(sealed_objects.c.object_key.not_in(read))
        .values(state=ObjectState.GARBAGE.value)
    )
