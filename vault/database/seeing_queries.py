"""How often people viewed dossiers, and when last, counted in the views themselves; and what was granted to whom."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database.tables.dossiers import documents
from vault.database.tables.requests import grants, requests
from vault.database.tables.views import views
from vault.model import DocumentId, DossierId, PersonId
from vault.policy.granting import GrantKind

Pair = tuple[PersonId, DossierId]

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


def seen_of_dossier(tx: sa.Connection, dossier_id: DossierId) -> dict[Pair, Seen]:
    """By everybody who viewed a document of the dossier."""
    return _counted(tx, _SEEN.where(documents.c.dossier_id == dossier_id))


def seen_by_person(tx: sa.Connection, person_id: PersonId) -> dict[Pair, Seen]:
    """Of every dossier that the person viewed a document of."""
    return _counted(tx, _SEEN.where(views.c.person_id == person_id))


def granted_on_dossier(
    tx: sa.Connection, dossier_id: DossierId, kinds: Collection[GrantKind]
) -> dict[Pair, list[DocumentId]]:
    """For which documents of the dossier whoever has a grant of these kinds that was not ended; they may be over."""
    return _granted(tx, kinds, requests.c.dossier_id == dossier_id)


def granted_to_person(
    tx: sa.Connection, person_id: PersonId, kinds: Collection[GrantKind]
) -> dict[Pair, list[DocumentId]]:
    """The same for one person and every dossier."""
    return _granted(tx, kinds, grants.c.person_id == person_id)


def _granted(
    tx: sa.Connection, kinds: Collection[GrantKind], which: sa.ColumnElement[bool]
) -> dict[Pair, list[DocumentId]]:
    query = (
        sa.select(grants.c.person_id, documents.c.dossier_id, grants.c.document_id)
        .join(requests, requests.c.id == grants.c.request_id)  # its dossier has an index, the grant's document none
        .join(documents, documents.c.id == grants.c.document_id)
        .where(which, grants.c.ended_at.is_(None), grants.c.kind.in_([each.value for each in kinds]))
        .distinct()
        .order_by(grants.c.document_id)
    )
    found: dict[Pair, list[DocumentId]] = defaultdict(list)
    for row in tx.execute(query):
        found[PersonId(row.person_id), DossierId(row.dossier_id)].append(DocumentId(row.document_id))
    return dict(found)


def _counted(tx: sa.Connection, query: sa.Select[tuple[str, str, int, dt.datetime]]) -> dict[Pair, Seen]:
    return {
        (PersonId(row.person_id), DossierId(row.dossier_id)): Seen(row.number, row.last) for row in tx.execute(query)
    }
