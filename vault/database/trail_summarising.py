"""Who saw what, counted in the index of the trail: by document, by dossier and by person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from vault.database.tables.ledger import trail_search

SUMMARISED = 20_000
"""The newest entries of one document, dossier or person that are counted."""
MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class SeenRow:
    """What one person saw of one document: views granted, pages delivered, refusals, the first and the last of them."""

    person_id: str
    dossier_id: str
    document_id: str
    views: int
    pages: int
    refused: int
    first: dt.datetime
    last: dt.datetime


def summarise_seen(
    tx: sa.Connection, column: str, value: str, *, budget: int = SUMMARISED
) -> tuple[list[SeenRow], bool]:
    """By person and document, the last first, at most :data:`MOST_ROWS`; and whether every entry was counted.

    ``column`` is ``document_id``, ``dossier_id`` or ``actor_id``.
    """
    of_value = sa.select(trail_search).where(trail_search.c[column] == value)
    ordered = of_value.order_by(trail_search.c.position.desc())
    newest = ordered.limit(budget).subquery("newest")
    rows = newest.c
    is_view, is_page = rows.event == "view.opened", rows.event == "page.read"
    is_done = rows.outcome == "success"
    last = sa.func.max(rows.time).label("last")
    query = (
        sa.select(
            rows.actor_id.label("person_id"),
            rows.dossier_id,
            rows.document_id,
            _number(sa.and_(is_view, is_done)).label("views"),
            _number(sa.and_(is_page, is_done)).label("pages"),
            _number(sa.not_(is_done)).label("refused"),
            sa.func.min(rows.time).label("first"),
            last,
        )
        .where(rows.event.in_(("view.opened", "view.denied", "page.read", "page.refused")), rows.document_id != "")
        .group_by(rows.actor_id, rows.dossier_id, rows.document_id)
        .order_by(last.desc(), rows.document_id, rows.actor_id)
        .limit(MOST_ROWS + 1)
    )
    found = [SeenRow(**row._mapping) for row in tx.execute(query)]
    has_more = tx.execute(ordered.with_only_columns(trail_search.c.position).offset(budget).limit(1)).first()
    return found[:MOST_ROWS], len(found) <= MOST_ROWS and has_more is None


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)
