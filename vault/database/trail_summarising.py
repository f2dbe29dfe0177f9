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
_COUNTED = ("view.opened", "view.denied", "page.read", "page.refused", "copy.released")


@dataclass(frozen=True, slots=True)
class SeenRow:
    """What one person saw of one document: views granted, pages delivered, marked copies taken, refusals.

    ``first`` and ``last`` are the first and the last of them. A copy that could not be made is none.
    """

    person_id: str
    dossier_id: str
    document_id: str
    views: int
    pages: int
    copies: int
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
    is_done, is_taken_back = rows.outcome == "success", _failed_afterwards(rows)
    views, pages = (_number(sa.and_(rows.event == event, is_done)) for event in ("view.opened", "page.read"))
    copies = _number(sa.and_(rows.event == "copy.released", is_done, sa.not_(is_taken_back)))
    refused = _number(sa.not_(is_done))
    last = sa.func.max(rows.time).label("last")
    query = (
        sa.select(
            rows.actor_id.label("person_id"),
            rows.dossier_id,
            rows.document_id,
            views.label("views"),
            pages.label("pages"),
            copies.label("copies"),
            refused.label("refused"),
            sa.func.min(rows.time).label("first"),
            last,
        )
        .where(rows.event.in_(_COUNTED), rows.document_id != "")
        .group_by(rows.actor_id, rows.dossier_id, rows.document_id)
        .having(sa.or_(views > 0, pages > 0, copies > 0, refused > 0))
        .order_by(last.desc(), rows.document_id, rows.actor_id)
        .limit(MOST_ROWS + 1)
    )
    found = [SeenRow(**row._mapping) for row in tx.execute(query)]
    has_more = tx.execute(ordered.with_only_columns(trail_search.c.position).offset(budget).limit(1)).first()
    return found[:MOST_ROWS], len(found) <= MOST_ROWS and has_more is None


def _failed_afterwards(rows: Any) -> sa.ColumnElement[bool]:
    """Whether it is recorded after a release that no copy came of it, by whomever: the sweep is nobody."""
    failure = trail_search.alias("failure")
    return sa.exists(
        sa.select(failure.c.position).where(
            failure.c.view_id == rows.view_id, failure.c.event == "copy.failed", failure.c.position > rows.position
        )
    )


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)
