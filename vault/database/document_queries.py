"""Documents, their versions and the sealed objects behind them, as rows."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, fields

import sqlalchemy as sa

from vault.database.tables.dossiers import document_versions, documents, dossiers, filed_contents, sealed_objects
from vault.database.tables.views import views
from vault.database.upserts import insert_or_ignore
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


def _version(row: sa.Row[tuple[object, ...]]) -> VersionRecord:
    stored = dict(row._mapping)
    stored["state"] = VersionState(stored["state"])
    return VersionRecord(**stored)


def _object(row: sa.Row[tuple[object, ...]]) -> ObjectRecord:
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
    row = tx.execute(sa.select(documents).where(documents.c.id == document_id)).one_or_none()
    return _document(row) if row else None


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
    """Makes ``number`` the version that opens; the one before it becomes REPLACED."""
    tx.execute(
        sa.update(document_versions)
        .where(document_versions.c.document_id == document_id, document_versions.c.state == VersionState.LIVE.value)
        .where(document_versions.c.number != number)
        .values(state=VersionState.REPLACED.value)
    )
    tx.execute(sa.update(documents).where(documents.c.id == document_id).values(current_version=number))


def store_version(tx: sa.Connection, version: VersionRecord) -> None:
    tx.execute(sa.insert(document_versions).values(**_values(version)))


def load_version(tx: sa.Connection, version_id: str) -> VersionRecord | None:
    row = tx.execute(sa.select(document_versions).where(document_versions.c.id == version_id)).one_or_none()
    return _version(row) if row else None


def find_submission(tx: sa.Connection, person_id: PersonId, submission_key: str) -> VersionRecord | None:
    query = sa.select(document_versions).where(
        document_versions.c.submitted_by == person_id, document_versions.c.submission_key == submission_key
    )
    row = tx.execute(query).one_or_none()
    return _version(row) if row else None


def version_of_document(tx: sa.Connection, document_id: DocumentId, number: int) -> VersionRecord | None:
    query = sa.select(document_versions).where(
        document_versions.c.document_id == document_id, document_versions.c.number == number
    )
    row = tx.execute(query).one_or_none()
    return _version(row) if row else None


def versions_of_documents(tx: sa.Connection, document_ids: list[DocumentId]) -> list[VersionRecord]:
    query = sa.select(document_versions).where(document_versions.c.document_id.in_(document_ids))
    return [_version(row) for row in tx.execute(query.order_by(document_versions.c.number))]


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


def claim_conversion(tx: sa.Connection, *, now: dt.datetime, stale_before: dt.datetime) -> VersionRecord | None:
    """The oldest version that waits for conversion, or whose converter vanished before ``stale_before``; now ours."""
    waiting = document_versions.c.state == VersionState.STORED.value
    abandoned = sa.and_(
        document_versions.c.state == VersionState.CONVERTING.value, document_versions.c.changed_at < stale_before
    )
    oldest = (
        sa.select(document_versions.c.id)
        .where(sa.or_(waiting, abandoned))
        .order_by(document_versions.c.changed_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    change = (
        sa.update(document_versions)
        .where(document_versions.c.id == oldest)
        .values(state=VersionState.CONVERTING.value, changed_at=now, attempts=document_versions.c.attempts + 1)
        .returning(document_versions)
    )
    row = tx.execute(change).one_or_none()
    return _version(row) if row else None


def abandoned_versions(tx: sa.Connection, *, before: dt.datetime) -> list[VersionRecord]:
    """Intents whose upload never finished."""
    query = sa.select(document_versions).where(
        document_versions.c.state == VersionState.PENDING.value, document_versions.c.changed_at < before
    )
    return [_version(row) for row in tx.execute(query)]


def forget_version(tx: sa.Connection, version_id: VersionId) -> None:
    """Removes an intent that came to nothing, and its document if it has no other version."""
    version = load_version(tx, version_id)
    tx.execute(sa.delete(sealed_objects).where(sealed_objects.c.version_id == version_id))
    tx.execute(sa.delete(filed_contents).where(filed_contents.c.version_id == version_id))
    tx.execute(sa.delete(document_versions).where(document_versions.c.id == version_id))
    if version is not None and next_version_number(tx, version.document_id) == 1:
        tx.execute(sa.delete(documents).where(documents.c.id == version.document_id))


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
    return _version(row) if row else None


def store_object(tx: sa.Connection, sealed_object: ObjectRecord) -> None:
    tx.execute(sa.insert(sealed_objects).values(**_values(sealed_object)))


def settle_object(tx: sa.Connection, sealed_object: ObjectRecord) -> None:
    """Writes what sealing found out (length, digest, header, wrapped DEK, index) and the new state."""
    values = _values(sealed_object)
    key = values.pop("object_key")
    tx.execute(sa.update(sealed_objects).where(sealed_objects.c.object_key == key).values(**values))


def live_object(tx: sa.Connection, version_id: VersionId, part: ObjectPart) -> ObjectRecord | None:
    query = sa.select(sealed_objects).where(
        sealed_objects.c.version_id == version_id,
        sealed_objects.c.part == part.value,
        sealed_objects.c.state == ObjectState.LIVE.value,
    )
    row = tx.execute(query).one_or_none()
    return _object(row) if row else None


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
    by_id = {version.id: version for version in map(_version, tx.execute(versions))}
    query = sa.select(sealed_objects).where(
        sealed_objects.c.version_id.in_(by_id), sealed_objects.c.state == ObjectState.LIVE.value
    )
    found = [_object(row) for row in tx.execute(query.order_by(sealed_objects.c.object_key))]
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


def load_object(tx: sa.Connection, object_key: str) -> ObjectRecord | None:
    """An object that still opens: live, or retired while views of it are open."""
    query = sa.select(sealed_objects).where(
        sealed_objects.c.object_key == object_key,
        sealed_objects.c.state.in_([ObjectState.LIVE.value, ObjectState.RETIRED.value]),
    )
    row = tx.execute(query).one_or_none()
    return _object(row) if row else None


def retire_object(tx: sa.Connection, object_key: str) -> bool:
    """A live object that another one replaces; False if it is not live any more."""
    change = sa.update(sealed_objects).where(
        sealed_objects.c.object_key == object_key, sealed_objects.c.state == ObjectState.LIVE.value
    )
    return tx.execute(change.values(state=ObjectState.RETIRED.value)).rowcount == 1


def discard_retired_objects(tx: sa.Connection) -> None:
    """Retired objects that no open view reads any more: garbage."""
    read = sa.select(views.c.pack_object).where(views.c.ended_at.is_(None))
    tx.execute(
        sa.update(sealed_objects)
        .where(sealed_objects.c.state == ObjectState.RETIRED.value, sealed_objects.c.object_key.not_in(read))
        .values(state=ObjectState.GARBAGE.value)
    )


def discard_objects(tx: sa.Connection, version_id: VersionId) -> None:
    """Marks every object of a version as garbage for the sweeper."""
    tx.execute(
        sa.update(sealed_objects)
        .where(sealed_objects.c.version_id == version_id)
        .values(state=ObjectState.GARBAGE.value)
    )


def discard_stale_packs(tx: sa.Connection, *, before: dt.datetime) -> None:
    """Page packs older than ``before`` that never went live: garbage. Originals go with their abandoned version."""
    tx.execute(
        sa.update(sealed_objects)
        .where(sealed_objects.c.state == ObjectState.PENDING.value, sealed_objects.c.part == ObjectPart.PAGES.value)
        .where(sealed_objects.c.created_at < before)
        .values(state=ObjectState.GARBAGE.value)
    )


def objects_of_version(tx: sa.Connection, version_id: VersionId) -> list[ObjectRecord]:
    query = sa.select(sealed_objects).where(sealed_objects.c.version_id == version_id)
    return [_object(row) for row in tx.execute(query)]


def list_objects(tx: sa.Connection, state: ObjectState | None = None) -> list[ObjectRecord]:
    query = sa.select(sealed_objects)
    if state is not None:
        query = query.where(sealed_objects.c.state == state.value)
    return [_object(row) for row in tx.execute(query)]


def known_object_keys(tx: sa.Connection) -> set[str]:
    return {row.object_key for row in tx.execute(sa.select(sealed_objects.c.object_key))}


def forget_object(tx: sa.Connection, object_key: str) -> None:
    tx.execute(
        sa.delete(sealed_objects).where(
            sealed_objects.c.object_key == object_key, sealed_objects.c.state == ObjectState.GARBAGE.value
        )
    )


def claim_content(tx: sa.Connection, dossier_id: DossierId, *, token: bytes, version_id: VersionId) -> bool:
    """True if this content is new to the dossier; it belongs to ``version_id`` from now on."""
    values = {"dossier_id": dossier_id, "content_token": token, "version_id": version_id}
    return insert_or_ignore(tx, filed_contents, values)


def version_with_content(tx: sa.Connection, dossier_id: DossierId, token: bytes) -> VersionRecord | None:
    query = (
        sa.select(document_versions)
        .join(filed_contents, filed_contents.c.version_id == document_versions.c.id)
        .where(filed_contents.c.dossier_id == dossier_id, filed_contents.c.content_token == token)
    )
    row = tx.execute(query).one_or_none()
    return _version(row) if row else None


def release_content(tx: sa.Connection, version_id: VersionId) -> None:
    """The content may be filed again: its version was refused or quarantined."""
    tx.execute(sa.delete(filed_contents).where(filed_contents.c.version_id == version_id))
