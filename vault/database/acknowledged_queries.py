"""Leaves by their event, newest first, for whoever looks through very many and shows few."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.ledger_reading import LeafRow
from vault.database.stored_values import as_bytes
from vault.database.tables.ledger import trail_leaves, trail_search

_OF_EVENT = (
    sa.select(trail_search.c.position, trail_leaves.c.entry_id, trail_leaves.c.leaf, trail_leaves.c.hash)
    .join(trail_leaves, trail_leaves.c.position == trail_search.c.position, isouter=True)
    .where(trail_search.c.event == sa.bindparam("event"), trail_search.c.position < sa.bindparam("before"))
    .order_by(trail_search.c.position.desc())
    .limit(sa.bindparam("most"))
)


def newest_of_event(tx: sa.Connection, event: str, *, before: int, most: int) -> list[LeafRow]:
    """What the index says to be of this event, below ``before``; empty where the leaf is gone."""
    cursor = tx.execute(_OF_EVENT, {"event": event, "before": before, "most": most}).cursor
    assert cursor is not None
    return [
        LeafRow(position, entry_id or "", as_bytes(leaf or b""), as_bytes(digest or b""))
        for position, entry_id, leaf, digest in cursor.fetchall()
    ]
