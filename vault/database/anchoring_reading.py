"""Reading where checkpoints were anchored, for whoever hands out evidence. Never writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from vault.database.stored_values import as_bytes, as_time
from vault.database.tables.anchors import trail_anchorings
from vault.database.tables.ledger import trail_checkpoints, trail_search

_COLUMNS = (
    trail_anchorings.c.anchor,
    trail_anchorings.c.kind,
    trail_anchorings.c.size,
    trail_anchorings.c.note,
    trail_anchorings.c.receipt,
    sa.type_coerce(trail_anchorings.c.placed_at, sa.BigInteger).label("placed_at"),
)


@dataclass(frozen=True, slots=True)
class AnchoringRow:
    """A checkpoint at an anchor: the note as it was placed, and what came back."""

    anchor: str
    kind: str
    size: int
    note: str = field(repr=False)
    receipt: bytes = field(repr=False)
    placed_at: dt.datetime


def newest_anchorings(tx: sa.Connection, *, size: int) -> list[AnchoringRow]:
    """Of each anchor the placement that covers most of the tree of ``size`` leaves, by the anchor's name."""
    columns = trail_anchorings.c
    newest = (
        sa.select(columns.anchor, sa.func.max(columns.size).label("size"))
        .where(columns.size <= size)
        .group_by(columns.anchor)
        .subquery()
    )
    rows = tx.execute(
        sa.select(*_COLUMNS)
        .join(newest, sa.and_(columns.anchor == newest.c.anchor, columns.size == newest.c.size))
        .order_by(columns.anchor, columns.origin)
    )
    return [_anchoring(row) for row in rows]


def anchorings_before(tx: sa.Connection, anchor: str, *, below: int, limit: int) -> list[AnchoringRow]:
    """An anchor's placements that cover less than ``below`` leaves, the newest first."""
    columns = trail_anchorings.c
    query = sa.select(*_COLUMNS).where(columns.anchor == anchor, columns.size < below)
    return [_anchoring(row) for row in tx.execute(query.order_by(columns.size.desc(), columns.origin).limit(limit))]


def stamps_of_sizes(tx: sa.Connection, sizes: Collection[int]) -> list[AnchoringRow]:
    """What is stored of time stamps over checkpoints of these sizes, by size and the anchor's name."""
    query = _stamps(*_COLUMNS).where(trail_anchorings.c.size.in_(sizes))
    return [_anchoring(row) for row in tx.execute(query.order_by(trail_anchorings.c.size, trail_anchorings.c.anchor))]


def next_stamped_size(tx: sa.Connection, *, above: int, up_to: int) -> int | None:
    """The smallest size above one, and at most another, that a time stamp is stored for."""
    size = trail_anchorings.c.size
    query = _stamps(size).where(size > above, size <= up_to).order_by(size).limit(1)
    found: int | None = tx.execute(query).scalar_one_or_none()
    return found


def placements_not_kept(tx: sa.Connection) -> Iterator[AnchoringRow]:
    """Those of another note than the checkpoint kept for the size that is stored with them, by that size."""
    columns, kept = trail_anchorings.c, trail_checkpoints.c
    is_other = sa.or_(kept.note.is_(None), kept.note != columns.note)
    query = sa.select(*_COLUMNS).outerjoin(trail_checkpoints, kept.size == columns.size).where(is_other)
    for row in tx.execute(query.order_by(columns.size, columns.anchor, columns.origin)):
        yield _anchoring(row)


def last_of_event(tx: sa.Connection, event: str, *, before: int, limit: int) -> list[int]:
    """Where the last entries of an event stand, below a position, the last first."""
    position = trail_search.c.position
    query = sa.select(position).where(trail_search.c.event == event, position < before)
    return list(tx.execute(query.order_by(position.desc()).limit(limit)).scalars())


def first_of_event(tx: sa.Connection, event: str, *, after: int, limit: int) -> list[int]:
    """Where the next entries of an event stand, above a position, the next first."""
    position = trail_search.c.position
    query = sa.select(position).where(trail_search.c.event == event, position > after)
    return list(tx.execute(query.order_by(position).limit(limit)).scalars())


def _stamps(*what: Any) -> sa.Select[Any]:
    return sa.select(*what).where(trail_anchorings.c.kind == "timestamp")


def _anchoring(row: Any) -> AnchoringRow:
    """With a time of 1970 where that is none."""
    receipt, placed_at = as_bytes(row.receipt), as_time(row.placed_at)
    return AnchoringRow(row.anchor, row.kind, row.size, str(row.note), receipt, placed_at)
