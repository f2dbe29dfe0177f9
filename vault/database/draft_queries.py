"""Drafts of requests as rows: one for each person and document, sealed under the dossier's key."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database.tables.dossiers import documents
from vault.database.tables.requests import request_drafts
from vault.model import DocumentId, DossierId, PersonId


@dataclass(frozen=True, slots=True)
class DraftRecord:
    person_id: PersonId
    document_id: DocumentId
    draft_sealed: bytes
    saved_at: dt.datetime

    @property
    def owner(self) -> str:
        """What the draft is sealed for: it opens for nobody else and about no other document."""
        return f"{self.person_id}/{self.document_id}"


def load_draft(tx: sa.Connection, person_id: PersonId, document_id: DocumentId) -> DraftRecord | None:
    row = tx.execute(sa.select(request_drafts).where(_of(person_id, document_id))).one_or_none()
    return DraftRecord(**row._mapping) if row else None


def store_draft(tx: sa.Connection, draft: DraftRecord) -> None:
    """In place of the one before. The caller holds the dossier's row, so that two never meet."""
    delete_draft(tx, draft.person_id, draft.document_id)
    tx.execute(sa.insert(request_drafts).values({name: getattr(draft, name) for name in DraftRecord.__slots__}))


def delete_draft(tx: sa.Connection, person_id: PersonId, document_id: DocumentId) -> bool:
    """False if there was none."""
    return tx.execute(sa.delete(request_drafts).where(_of(person_id, document_id))).rowcount == 1


def delete_drafts_before(tx: sa.Connection, before: dt.datetime) -> int:
    """Forgets drafts that nobody has touched since then; how many."""
    return tx.execute(sa.delete(request_drafts).where(request_drafts.c.saved_at < before)).rowcount


def drafts_of_dossier(tx: sa.Connection, dossier_id: DossierId) -> list[DraftRecord]:
    rows = tx.execute(sa.select(request_drafts).where(request_drafts.c.document_id.in_(_of_dossier(dossier_id))))
    return [DraftRecord(**row._mapping) for row in rows]


def set_draft(tx: sa.Connection, draft: DraftRecord, draft_sealed: bytes) -> None:
    """The same words sealed anew."""
    change = sa.update(request_drafts).where(_of(draft.person_id, draft.document_id))
    tx.execute(change.values(draft_sealed=draft_sealed))


def delete_drafts_of_dossier(tx: sa.Connection, dossier_id: DossierId) -> None:
    tx.execute(sa.delete(request_drafts).where(request_drafts.c.document_id.in_(_of_dossier(dossier_id))))


def _of(person_id: PersonId, document_id: DocumentId) -> sa.ColumnElement[bool]:
    return sa.and_(request_drafts.c.person_id == person_id, request_drafts.c.document_id == document_id)


def _of_dossier(dossier_id: DossierId) -> sa.Select[tuple[str]]:
    return sa.select(documents.c.id).where(documents.c.dossier_id == dossier_id)
