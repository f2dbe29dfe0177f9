"""Released copies as rows. A copy is prepared once, can be downloaded once, and its password is forgotten in time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database.tables.dossiers import documents
from vault.database.tables.requests import released_copies
from vault.model import CopyId, DocumentId, DossierId, EntryId, PersonId, RequestId, VersionId


@dataclass(frozen=True, slots=True)
class CopyRecord:
    id: CopyId
    request_id: RequestId
    person_id: PersonId
    document_id: DocumentId
    version_id: VersionId
    password_sealed: bytes | None
    declared_place: str
    prepared_at: dt.datetime
    until: dt.datetime
    downloaded_at: dt.datetime | None
    pages: int
    file_bytes: int
    release_entry: EntryId | None
    """Of a download that is under way, or was cut off."""


def store_copy(tx: sa.Connection, copy: CopyRecord) -> None:
    tx.execute(sa.insert(released_copies).values({name: getattr(copy, name) for name in CopyRecord.__slots__}))


def load_copy(tx: sa.Connection, copy_id: str) -> CopyRecord | None:
    row = tx.execute(sa.select(released_copies).where(released_copies.c.id == copy_id)).one_or_none()
    return CopyRecord(**row._mapping) if row else None


def copies_of_requests(tx: sa.Connection, request_ids: list[RequestId]) -> list[CopyRecord]:
    """Oldest first."""
    query = sa.select(released_copies).where(released_copies.c.request_id.in_(request_ids))
    return [CopyRecord(**row._mapping) for row in tx.execute(query.order_by(released_copies.c.prepared_at))]


def claim_download(tx: sa.Connection, copy: CopyRecord) -> bool:
    """Takes the one download, of this version at this moment; False if it is taken or too late."""
    change = sa.update(released_copies).where(
        released_copies.c.id == copy.id,
        released_copies.c.downloaded_at.is_(None),
        released_copies.c.until > copy.downloaded_at,
    )
    values = {"downloaded_at": copy.downloaded_at, "version_id": copy.version_id, "pages": copy.pages}
    return tx.execute(change.values(values)).rowcount == 1


def note_release(tx: sa.Connection, copy_id: CopyId, entry: EntryId) -> None:
    tx.execute(sa.update(released_copies).where(released_copies.c.id == copy_id).values(release_entry=entry))


def note_file(tx: sa.Connection, copy_id: CopyId, entry: EntryId, *, file_bytes: int) -> bool:
    """That a file came of the release; False if that was answered before."""
    return _answer(tx, copy_id, entry, {"file_bytes": file_bytes})


def return_download(tx: sa.Connection, copy_id: CopyId, entry: EntryId) -> bool:
    """The download again, since no file came of the release; False if that was answered before."""
    return _answer(tx, copy_id, entry, {"downloaded_at": None})


def unanswered_releases(tx: sa.Connection, *, released_before: dt.datetime, limit: int) -> list[CopyRecord]:
    """Copies whose download was taken before then and came to nothing that anybody recorded."""
    query = sa.select(released_copies).where(
        released_copies.c.release_entry.is_not(None), released_copies.c.downloaded_at < released_before
    )
    return [CopyRecord(**row._mapping) for row in tx.execute(query.order_by(released_copies.c.id).limit(limit))]


def copies_with_password(tx: sa.Connection, dossier_id: DossierId) -> list[CopyRecord]:
    query = sa.select(released_copies).where(
        released_copies.c.document_id.in_(_of_dossier(dossier_id)), released_copies.c.password_sealed.is_not(None)
    )
    return [CopyRecord(**row._mapping) for row in tx.execute(query)]


def set_password(tx: sa.Connection, copy_id: CopyId, password_sealed: bytes) -> None:
    """The same password sealed anew."""
    change = sa.update(released_copies).where(released_copies.c.id == copy_id)
    tx.execute(change.values(password_sealed=password_sealed))


def forget_passwords(tx: sa.Connection, *, now: dt.datetime) -> int:
    """Passwords of copies whose time is over; how many."""
    change = sa.update(released_copies).where(
        released_copies.c.password_sealed.is_not(None), released_copies.c.until <= now
    )
    return tx.execute(change.values(password_sealed=None)).rowcount


def forget_passwords_of_dossier(tx: sa.Connection, dossier_id: DossierId) -> None:
    of_dossier = released_copies.c.document_id.in_(_of_dossier(dossier_id))
    tx.execute(sa.update(released_copies).where(of_dossier).values(password_sealed=None))


def _answer(tx: sa.Connection, copy_id: CopyId, entry: EntryId, came_of_it: dict[str, object]) -> bool:
    change = sa.update(released_copies).where(released_copies.c.id == copy_id, released_copies.c.release_entry == entry)
    return tx.execute(change.values(release_entry=None, **came_of_it)).rowcount == 1


def _of_dossier(dossier_id: DossierId) -> sa.Select[tuple[str]]:
    return sa.select(documents.c.id).where(documents.c.dossier_id == dossier_id)
