"""Intents without a result: views and copies that were granted, and of which nothing was recorded since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from vault.database.ledger_sequencing import SearchRow
from vault.database.tables.ledger import trail_leaves, trail_search


@dataclass(frozen=True, slots=True)
class Intent:
    """Successful entries of ``event``, which one of ``results`` must follow.

    Where ``said`` is not empty only those whose leaf holds these bytes: the index has no column for a promise.
    """

    event: str
    results: tuple[str, ...]
    said: bytes = b""


def unanswered_intents(
    tx: sa.Connection, intents: Iterable[Intent], *, before: dt.datetime, newest: int, limit: int
) -> list[SearchRow]:
    """Newest first: those logged before ``before`` whose view or copy has no result after them.

    Looks at the ``newest`` of each; the verification looks at all of them.
    """
    found = [row for each in intents for row in _unanswered(tx, each, before=before, newest=newest, limit=limit)]
    return sorted(found, key=lambda row: row.position, reverse=True)[:limit]


def is_intent(intent: Intent, columns: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether a row of ``columns`` is such an entry."""
    conditions = [columns.c.event == intent.event, columns.c.outcome == "success"]
    if intent.said:
        leaf = trail_leaves.alias("promise")
        said = sa.select(leaf.c.position).where(
            leaf.c.position == columns.c.position, _holds(leaf.c.leaf, sa.literal(intent.said, sa.LargeBinary))
        )
        conditions.append(sa.exists(said))
    return sa.and_(*conditions)


def is_answered(intent: Intent, columns: sa.FromClause, *, below: int | None = None) -> sa.ColumnElement[bool]:
    """Whether a result follows, ``below`` a position where one is given. A copy tried again has one each time."""
    answer = trail_search.alias("answer")
    conditions = [
        answer.c.view_id == columns.c.view_id,
        answer.c.event.in_(intent.results),
        answer.c.position > columns.c.position,
    ]
    if below is not None:
        conditions.append(answer.c.position < below)
    return sa.exists(sa.select(answer.c.position).where(*conditions))


def _unanswered(tx: sa.Connection, intent: Intent, *, before: dt.datetime, newest: int, limit: int) -> list[SearchRow]:
    candidates = (
        sa.select(trail_search.c.position)
        .where(trail_search.c.event == intent.event)
        .order_by(trail_search.c.position.desc())
        .limit(newest)
        .subquery()
    )
    query = (
        sa.select(trail_search)
        .where(
            trail_search.c.position.in_(sa.select(candidates.c.position)),
            trail_search.c.logged < before,
            sa.not_(is_answered(intent, trail_search)),
            is_intent(intent, trail_search),
        )
        .order_by(trail_search.c.position.desc())
        .limit(limit)
    )
    return [SearchRow(**row._mapping) for row in tx.execute(query)]


class _holds(FunctionElement[bool]):  # noqa: N801 - called like a function
    """Whether bytes hold others."""

    type = sa.Boolean()
    inherit_cache = True


@compiles(_holds)
def _as_instr(element: _holds, compiler: SQLCompiler, **options: Any) -> str:
    whole, part = (compiler.process(each, **options) for each in element.clauses)
    return f"instr({whole}, {part}) > 0"


@compiles(_holds, "postgresql")
def _as_position(element: _holds, compiler: SQLCompiler, **options: Any) -> str:
    whole, part = (compiler.process(each, **options) for each in element.clauses)
    return f"position({part} in {whole}) > 0"
