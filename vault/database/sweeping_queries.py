"""What the sweep reads and removes: intents whose upload never finished, and objects that came to nothing.

Nothing is taken away that somebody could still finish: an object becomes garbage only while it is pending, which is
also the only state from which it can go live, and an intent is forgotten only if it did not change since it was read.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from vault.database.document_queries import ObjectState, VersionRecord, VersionState, version_of_row
from vault.database.tables.dossiers import document_versions, documents, filed_contents, sealed_objects


def abandoned_versions(tx: sa.Connection, *, before: dt.datetime) -> list[VersionRecord]:
    """Intents whose upload never finished and was not tried again since ``before``."""
    query = sa.select(document_versions).where(
        document_versions.c.state == VersionState.PENDING.value, document_versions.c.changed_at < before
    )
    return [version_of_row(row) for row in tx.execute(query)]


def discard_stale_objects(tx: sa.Connection, *, before: dt.datetime) -> None:
    """Objects that have been pending since ``before`` become garbage: uploads, page packs, and tries overtaken."""
    tx.execute(
        sa.update(sealed_objects)
        .where(sealed_objects.c.state == ObjectState.PENDING.value, sealed_objects.c.created_at < before)
        .values(state=ObjectState.GARBAGE.value)
    )


def garbage_keys(tx: sa.Connection, *, limit: int) -> list[str]:
    """Keys of objects that may go."""
    query = sa.select(sealed_objects.c.object_key).where(sealed_objects.c.state == ObjectState.GARBAGE.value)
    return list(tx.execute(query.limit(limit)).scalars())


def forget_object(tx: sa.Connection, object_key: str) -> None:
    """The object is gone from the store."""
    tx.execute(
        sa.delete(sealed_objects).where(
            sealed_objects.c.object_key == object_key, sealed_objects.c.state == ObjectState.GARBAGE.value
        )
    )


def forget_version(tx: sa.Connection, version: VersionRecord) -> bool:
    """Removes an intent that came to nothing, and its document if it has no other version.

    False if it has changed since it was read, or still has objects.
    """
    unchanged = sa.and_(
        document_versions.c.id == version.id,
        document_versions.c.state == VersionState.PENDING.value,
        document_versions.c.changed_at == version.changed_at,
    )
    locked = tx.execute(sa.select(document_versions.c.id).where(unchanged).with_for_update()).one_or_none()
    objects = sa.select(sealed_objects.c.object_key).where(sealed_objects.c.version_id == version.id)
    if locked is None or tx.execute(objects).first() is not None:
        return False
    tx.execute(sa.delete(filed_contents).where(filed_contents.c.version_id == version.id))
    tx.execute(sa.delete(document_versions).where(document_versions.c.id == version.id))
    others = sa.select(document_versions.c.id).where(document_versions.c.document_id == version.document_id)
    tx.execute(sa.delete(documents).where(documents.c.id == version.document_id, ~sa.exists(others)))
    return True
