"""Reading where checkpoints were anchored, for whoever hands out evidence. Never writes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import sqlalchemy as sa

from vault.database.ledger_reading import as_bytes
from vault.database.tables.anchors import trail_anchorings


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
        sa.select(trail_anchorings)
        .join(newest, sa.and_(columns.anchor == newest.c.anchor, columns.size == newest.c.size))
        .order_by(columns.anchor, columns.origin)
    )
    return [
        AnchoringRow(row.anchor, row.kind, row.size, row.note, as_bytes(row.receipt), row.placed_at) for row in rows
    ]
