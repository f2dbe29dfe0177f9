"""Replacing rows of the trail's search index."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.ledger_sequencing import SearchRow
from vault.database.tables.ledger import trail_head, trail_search
from vault.database.trail_searching import search_rows


def put_search_row(tx: sa.Connection, row: SearchRow) -> bool:
    """Stores the row in place of the one there, if that says something else; whether it did."""
    stored = search_rows(tx, [row.position]).get(row.position)
    if stored == row:
        return False
    values = {name: getattr(row, name) for name in SearchRow.__slots__}
    if stored is None:
        tx.execute(sa.insert(trail_search).values(values))
    else:
        tx.execute(sa.update(trail_search).where(trail_search.c.position == row.position).values(values))
    return True


def set_detailed(tx: sa.Connection) -> None:
    """From now on every row must hold session, place and category of the reason."""
    tx.execute(sa.update(trail_head).values(detailed_from=0))
