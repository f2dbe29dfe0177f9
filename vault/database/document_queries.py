"""Documents, their versions and the sealed objects behind them, as rows."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass, fields

import sqlalchemy as sa

from vault.database.tables.dossiers import document_versions, documents, sealed_objects
from vault.model import DocumentId, DossierId, PersonId, VersionId


class VersionState(enum.Enum):
    """Life of a version. Only LIVE opens; REPLACED was live and stays for the trail."""

    PENDING = "pending"
    STORED = "stored"
    CONVERTING = "converting"
    SUBMITTED = "submitted"
    LIVE = "live"
    REPLACED = "replaced"
    REFUSED = "refused"
    QUARANTINED = "quarantined"


class ObjectPart(enum.Enum):
    ORIGINAL = "original"
    PAGES = "pages"


class ObjectState(enum.Enum):
    PENDING = "pending"
    LIVE = "live"
    RETIRED = "retired"
    """Resealed: kept for the views that were open, then garbage."""
    GARBAGE = "garbage"


# Built once, since every page of every view asks them.
_DOCUMENT = sa.select(documents).where(documents.c.id == sa.bindparam("document_id"))
_VERSION = sa.select(document_versions).where(document_versions.c.id == sa.bindparam("version_id"))
_NUMBERED_VERSION = sa.select(document_versions).where(
    document_versions.c.document_id == sa.bindparam("document_id"),
    document_versions.c.number == sa.bindparam("number"),
)
_LIVE_OBJECT = sa.select(sealed_objects).where(
    sealed_objects.c.version_id == sa.bindparam("version_id"),
    sealed_objects.c.part == sa.bindparam("part"),
    sealed_objects.c.state == ObjectState.LIVE.value,
)
_OPENABLE_OBJECT = sa.select(sealed_objects).where(
    sealed_objects.c.object_key == sa.bindparam("object_key"),
    sealed_objects.c.state.in_([ObjectState.LIVE.value, ObjectState.RETIRED.value]),
)


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    id: DocumentId
    dossier_id: DossierId
    title_sealed: bytes
    current_version: int | None
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class VersionRecord:
    id: VersionId
    document_id: DocumentId
    number: int
    state: VersionState
    fault_code: str
    media_type: str
    plaintext_bytes: int
    submitted_by: PersonId
    filed_by: PersonId | None
    direct: bool
    submission_key: str
    note_sealed: bytes | None
    page_count: int
    attempts: int
    created_at: dt.datetime
    changed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class ObjectRecord:
    object_key: str
    version_id: VersionId
    part: ObjectPart
    state: ObjectState
    wrapped_dek: bytes
    header: bytes
    sealed_bytes: int
    sha256: bytes
    index_sealed: bytes | None
    created_at: dt.datetime


def _document(row: sa.Row[tuple[object, ...]]) -> DocumentRecord:
    return DocumentRecord(**row._mapping)


def version_of_row(row: sa.Row[tuple[object, ...]]) -> VersionRecord:
    stored = dict(row._mapping)
    stored["state"] = VersionState(stored["state"])
    return VersionRecord(**stored)


def object_of_row(row: sa.Row[tuple[object, ...]]) -> ObjectRecord:
    stored = dict(row._mapping)
    stored["part"] = ObjectPart(stored["part"])
    stored["state"] = ObjectState(stored["state"])
    return ObjectRecord(**stored)


def _values(record: DocumentRecord | VersionRecord | ObjectRecord) -> dict[str, object]:
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    return {name: value.value if isinstance(value, enum.Enum) else value for name, value in values.items()}


def store_document(tx: sa.Connection, document: DocumentRecord) -> None:
    tx.execute(sa.insert(documents).values(**_values(document)))


def load_document(tx: sa.Connection, document_id: str) -> DocumentRecord | None:
    row = tx.execute(_DOCUMENT, {"document_id": document_id}).one_or_none()
    return _document(row) if row else None


def load_documents(tx: sa.Connection, document_ids: set[DocumentId]) -> dict[DocumentId, DocumentRecord]:
    query = sa.select(documents).where(documents.c.id.in_(document_ids))
    return {document.id: document for document in map(_document, tx.execute(query))}


def documents_of_dossier(tx: sa.Connection, dossier_id: DossierId) -> list[DocumentRecord]:
    query = sa.select(documents).where(documents.c.dossier_id == dossier_id).order_by(documents.c.created_at)
    return [_document(row) for row in tx.execute(query)]


def count_live_documents(tx: sa.Connection, dossier_ids: list[DossierId]) -> dict[DossierId, int]:
    query = (
        sa.select(documents.c.dossier_id, sa.func.count())
        .where(documents.c.dossier_id.in_(dossier_ids), documents.c.current_version.is_not(None))
        .group_by(documents.c.dossier_id)
    )
    return {DossierId(dossier_id): int(count) for dossier_id, count in tx.execute(query)}


def set_current_version(tx: sa.Connection, document_id: DocumentId, number: int) -> None:
    """Makes ``number`` the version that opens, unless a later one does; live ones before that become REPLACED."""
    is_later = sa.or_(documents.c.current_version.is_(None), documents.c.current_version < number)
    tx.execute(sa.update(documents).where(documents.c.id == document_id, is_later).values(current_version=number))
    current = sa.select(documents.c.current_version).where(documents.c.id == document_id).scalar_subquery()
    tx.execute(
        sa.update(document_versions)
        .where(document_versions.c.document_id == document_id, document_versions.c.state == VersionState.LIVE.value)
        .where(document_versions.c.number < current)
        .values(state=VersionState.REPLACED.value)
    )


def store_version(tx: sa.Connection, version: VersionRecord) -> None:
    tx.execute(sa.insert(document_versions).values(**_values(version)))


def load_version(tx: sa.Connection, version_id: str) -> VersionRecord | None:
    row = tx.execute(_VERSION, {"version_id": version_id}).one_or_none()
    return version_of_row(row) if row else None


def find_submission(tx: sa.Connection, person_id: PersonId, submission_keys: Sequence[str]) -> VersionRecord | None:
    """The newest submission of a person under one of these keys; they are one key, stored under several."""
    query = sa.select(document_versions).where(
        document_versions.c.submitted_by == person_id, document_versions.c.submission_key.in_(submission_keys)
    )
    row = tx.execute(query.order_by(document_versions.c.created_at.desc()).limit(1)).one_or_none()
    return version_of_row(row) if row else None


def version_of_document(tx: sa.Connection, document_id: DocumentId, number: int) -> VersionRecord | None:
    row = tx.execute(_NUMBERED_VERSION, {"document_id": document_id, "number": number}).one_or_none()
    return version_of_row(row) if row else None


def versions_of_documents(tx: sa.Connection, document_ids: list[DocumentId]) -> list[VersionRecord]:
    query = sa.select(document_versions).where(document_versions.c.document_id.in_(document_ids))
    return [version_of_row(row) for row in tx.execute(query.order_by(document_versions.c.number))]


def next_version_number(tx: sa.Connection, document_id: DocumentId) -> int:
    query = sa.select(sa.func.max(document_versions.c.number)).where(document_versions.c.document_id == document_id)
    return int(tx.execute(query).scalar_one() or 0) + 1


def move_version(
    tx: sa.Connection,
    version_id: VersionId,
    *,
    expected: VersionState,
    target: VersionState,
    now: dt.datetime,
    **changes: object,
) -> bool:
    """The state change as a conditional update: False if the version is no longer in ``expected``."""
    change = (
        sa.update(document_versions)
        .where(document_versions.c.id == version_id, document_versions.c.state == expected.value)
        .values(state=target.value, changed_at=now, **changes)
    )
    return tx.execute(change).rowcount == 1


def store_object(tx: sa.Connection, sealed_object: ObjectRecord) -> None:
    tx.execute(sa.insert(sealed_objects).values(**_values(sealed_object)))


def settle_object(tx: sa.Connection, sealed_object: ObjectRecord) -> bool:
    """Writes what sealing found out (length, digest, header, wrapped DEK, index) and the new state.

    False if the object is no longer pending: the sweep took it for abandoned and may have removed it already.
    """
    values = _values(sealed_object)
    key = values.pop("object_key")
    pending = sa.and_(sealed_objects.c.object_key == key, sealed_objects.c.state == ObjectState.PENDING.value)
    return tx.execute(sa.update(sealed_objects).where(pending).values(**values)).rowcount == 1


def live_object(tx: sa.Connection, version_id: VersionId, part: ObjectPart) -> ObjectRecord | None:
    row = tx.execute(_LIVE_OBJECT, {"version_id": version_id, "part": part.value}).one_or_none()
    return object_of_row(row) if row else None


def load_object(tx: sa.Connection, object_key: str) -> ObjectRecord | None:
    """An object that still opens: live, or retired while views of it are open."""
    row = tx.execute(_OPENABLE_OBJECT, {"object_key": object_key}).one_or_none()
    return object_of_row(row) if row else None


def discard_objects(tx: sa.Connection, version_id: VersionId) -> None:
    """Marks every object of a version as garbage for the sweeper."""
    tx.execute(
        sa.update(sealed_objects)
        .where(sealed_objects.c.version_id == version_id)
        .values(state=ObjectState.GARBAGE.value)
    )


def discard_object(tx: sa.Connection, object_key: str) -> None:
    """Marks one object as garbage, unless it went live."""
    tx.execute(
        sa.update(sealed_objects)
        .where(sealed_objects.c.object_key == object_key, sealed_objects.c.state == ObjectState.PENDING.value)
        .values(state=ObjectState.GARBAGE.value)
    )


def list_objects(tx: sa.Connection, state: ObjectState | None = None) -> list[ObjectRecord]:
    query = sa.select(sealed_objects)
    if state is not None:
        query = query.where(sealed_objects.c.state == state.value)
    return [object_of_row(row) for row in tx.execute(query)]


def known_object_keys(tx: sa.Connection) -> set[str]:
    return {row.object_key for row in tx.execute(sa.select(sealed_objects.c.object_key))}
