"""Intents without a result: views that were granted and of whose key nothing was recorded since."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from vault.database.ledger_sequencing import SearchRow
from vault.database.tables.ledger import trail_search


def unanswered_intents(
    tx: sa.Connection, *, intent: str, results: list[str], before: dt.datetime, newest: int, limit: int
) -> list[SearchRow]:
    """Newest first: successful ``intent`` entries logged before ``before`` whose view has no entry of ``results``.

    Looks at the ``newest`` intents; the verification looks at all of them.
    """
    candidates = (
        sa.select(trail_search.c.position)
        .where(trail_search.c.event == intent)
        .order_by(trail_search.c.position.desc())
        .limit(newest)
        .subquery()
    )
    answer = trail_search.alias("answer")
    answered = sa.exists(
        sa.select(answer.c.position).where(answer.c.view_id == trail_search.c.view_id, answer.c.event.in_(results))
    )
    query = (
        sa.select(trail_search)
        .where(
            trail_search.c.position.in_(sa.select(candidates.c.position)),
            trail_search.c.outcome == "success",
            trail_search.c.logged < before,
            sa.not_(answered),
        )
        .order_by(trail_search.c.position.desc())
        .limit(limit)
    )
    return [SearchRow(**row._mapping) for row in tx.execute(query)]
