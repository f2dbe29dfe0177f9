"""Submissions that wait for a custodian, over any number of dossiers."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.document_queries import DocumentRecord, VersionRecord, VersionState, version_of_row
from vault.database.tables.dossiers import document_versions, documents
from vault.model import DocumentId, DossierId


def waiting_submissions(tx: sa.Connection, dossier_ids: list[DossierId]) -> list[VersionRecord]:
    """The newest submission of each document that is later than what opens; the longest waiting first."""
    query = (
        sa.select(document_versions)
        .join(documents, documents.c.id == document_versions.c.document_id)
        .where(documents.c.dossier_id.in_(dossier_ids))
        .where(document_versions.c.state == VersionState.SUBMITTED.value)
        .where(document_versions.c.number > sa.func.coalesce(documents.c.current_version, 0))
        .order_by(document_versions.c.number)
    )
    newest = {row.document_id: version_of_row(row) for row in tx.execute(query)}
    return sorted(newest.values(), key=lambda version: version.changed_at)


def documents_by_id(tx: sa.Connection, document_ids: set[DocumentId]) -> dict[DocumentId, DocumentRecord]:
    rows = tx.execute(sa.select(documents).where(documents.c.id.in_(document_ids)))
    return {row.id: DocumentRecord(**row._mapping) for row in rows}
