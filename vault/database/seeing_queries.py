"""How often people viewed dossiers, and when last: counted in the views themselves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database.tables.dossiers import documents
from vault.database.tables.views import views
from vault.model import DossierId, PersonId

_SEEN = (
    sa.select(
        views.c.person_id,
        documents.c.dossier_id,
        sa.func.count().label("number"),
        sa.func.max(views.c.opened_at).label("last"),
    )
    .join(documents, documents.c.id == views.c.document_id)
    .where(views.c.claim_returned.is_(False))
    .group_by(views.c.person_id, documents.c.dossier_id)
)


@dataclass(frozen=True, slots=True)
class Seen:
    """Views that delivered something, and when the last of them was opened."""

    views: int
    last: dt.datetime | None


def seen_of_dossier(tx: sa.Connection, dossier_id: DossierId) -> dict[tuple[PersonId, DossierId], Seen]:
    """By everybody who viewed a document of the dossier."""
    return _counted(tx, _SEEN.where(documents.c.dossier_id == dossier_id))


def seen_by_person(tx: sa.Connection, person_id: PersonId) -> dict[tuple[PersonId, DossierId], Seen]:
    """Of every dossier that the person viewed a document of."""
    return _counted(tx, _SEEN.where(views.c.person_id == person_id))


def _counted(
    tx: sa.Connection, query: sa.Select[tuple[str, str, int, dt.datetime]]
) -> dict[tuple[PersonId, DossierId], Seen]:
    return {
        (PersonId(row.person_id), DossierId(row.dossier_id)): Seen(row.number, row.last) for row in tx.execute(query)
    }
