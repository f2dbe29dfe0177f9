"""What one person saw, by dossier: from the views, and from the index of the trail for what they were for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from vault.database.tables.dossiers import documents, dossiers
from vault.database.tables.ledger import trail_search
from vault.database.tables.requests import released_copies
from vault.database.tables.views import views
from vault.ledger.events import Event, Outcome
from vault.model import Classification, PersonId
from vault.policy.exposure import SeenDossier


def seen_by(tx: sa.Connection, person_id: PersonId, *, since: dt.datetime) -> list[SeenDossier]:
    """Every dossier of which the person opened a document or downloaded a copy since then.

    Claims that were returned are left out, and so are copies that were never downloaded.
    """
    query = (
        sa.select(
            dossiers.c.id,
            dossiers.c.reference,
            dossiers.c.classification,
            sa.func.count(sa.distinct(views.c.document_id)).label("documents"),
            sa.func.count().label("views"),
            sa.func.sum(views.c.pages_delivered).label("pages"),
            sa.func.min(views.c.opened_at).label("first"),
            sa.func.max(views.c.opened_at).label("last"),
        )
        .select_from(views)
        .join(documents, documents.c.id == views.c.document_id)
        .join(dossiers, dossiers.c.id == documents.c.dossier_id)
        .where(*_theirs(person_id, since))
        .group_by(dossiers.c.id, dossiers.c.reference, dossiers.c.classification)
    )
    reasons, places = _reasons(tx, person_id, since), _places(tx, person_id, since)
    copies = _copies(tx, person_id, since)
    seen = [
        SeenDossier(
            dossier_id=row.id,
            reference=row.reference,
            classification=Classification(row.classification),
            documents=row.documents,
            views=row.views,
            pages=int(row.pages),
            first=row.first,
            last=row.last,
            reasons=reasons.get(row.id, {}),
            places=places.get(row.id, {}),
        )
        for row in tx.execute(query)
    ]
    viewed = {each.dossier_id for each in seen}
    return [
        *(replace(each, **_copied(copies[each.dossier_id])) if each.dossier_id in copies else each for each in seen),
        *(each for dossier_id, each in copies.items() if dossier_id not in viewed),
    ]


def opened_at(tx: sa.Connection, person_id: PersonId, *, since: dt.datetime) -> list[dt.datetime]:
    """When each of those views was opened."""
    return list(tx.execute(sa.select(views.c.opened_at).where(*_theirs(person_id, since))).scalars())


def last_suspension(tx: sa.Connection, person_id: PersonId, *, until: dt.datetime) -> dt.datetime | None:
    """When the person was suspended last, by the index of the trail; None if they were restored since."""
    events = (Event.PERSON_SUSPENDED.value, Event.PERSON_RESTORED.value)
    query = (
        sa.select(trail_search.c.event, trail_search.c.time)
        .where(trail_search.c.subject_id == person_id, trail_search.c.event.in_(events))
        .where(trail_search.c.outcome == Outcome.SUCCESS.value, trail_search.c.time <= until)
        .order_by(trail_search.c.position.desc())
        .limit(1)
    )
    last = tx.execute(query).one_or_none()
    return last.time if last is not None and last.event == Event.PERSON_SUSPENDED.value else None


def classes_of(tx: sa.Connection, dossier_ids: set[str]) -> dict[str, Classification]:
    """The class that each dossier has now."""
    query = sa.select(dossiers.c.id, dossiers.c.classification).where(dossiers.c.id.in_(dossier_ids))
    return {row.id: Classification(row.classification) for row in tx.execute(query)}


def _theirs(person_id: PersonId, since: dt.datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return views.c.person_id == person_id, views.c.opened_at >= since, views.c.claim_returned.is_(False)


def _copied(copies: SeenDossier) -> dict[str, Any]:
    return {"copies": copies.copies, "last_copy": copies.last_copy}


def _copies(tx: sa.Connection, person_id: PersonId, since: dt.datetime) -> dict[str, SeenDossier]:
    """By dossier, as if nothing had been viewed."""
    query = (
        sa.select(
            dossiers.c.id,
            dossiers.c.reference,
            dossiers.c.classification,
            sa.func.count().label("copies"),
            sa.func.max(released_copies.c.downloaded_at).label("last_copy"),
        )
        .select_from(released_copies)
        .join(documents, documents.c.id == released_copies.c.document_id)
        .join(dossiers, dossiers.c.id == documents.c.dossier_id)
        .where(released_copies.c.person_id == person_id, released_copies.c.downloaded_at >= since)
        .group_by(dossiers.c.id, dossiers.c.reference, dossiers.c.classification)
    )
    return {
        row.id: SeenDossier(
            dossier_id=row.id,
            reference=row.reference,
            classification=Classification(row.classification),
            documents=0,
            views=0,
            pages=0,
            first=None,
            last=None,
            copies=row.copies,
            last_copy=row.last_copy,
        )
        for row in tx.execute(query)
    }


def _places(tx: sa.Connection, person_id: PersonId, since: dt.datetime) -> dict[str, dict[str, int]]:
    query = (
        sa.select(documents.c.dossier_id, views.c.place_label, sa.func.count().label("number"))
        .select_from(views)
        .join(documents, documents.c.id == views.c.document_id)
        .where(*_theirs(person_id, since))
        .group_by(documents.c.dossier_id, views.c.place_label)
    )
    found: dict[str, dict[str, int]] = {}
    for dossier_id, place, number in tx.execute(query):
        found.setdefault(dossier_id, {})[place] = number
    return found


def _reasons(tx: sa.Connection, person_id: PersonId, since: dt.datetime) -> dict[str, dict[str, int]]:
    """By category: the words of a reason stand sealed in the trail."""
    query = (
        sa.select(trail_search.c.dossier_id, trail_search.c.reason_category, sa.func.count().label("number"))
        .where(trail_search.c.actor_id == person_id, trail_search.c.event == "view.opened")
        .where(trail_search.c.outcome == "success", trail_search.c.time >= since)
        .group_by(trail_search.c.dossier_id, trail_search.c.reason_category)
    )
    found: dict[str, dict[str, int]] = {}
    for dossier_id, category, number in tx.execute(query):
        found.setdefault(dossier_id, {})[category] = number
    return found
