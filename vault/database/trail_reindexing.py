"""Replacing rows of the trail's search index."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from vault.database.ledger_sequencing import SearchRow
from vault.database.tables.ledger import trail_head, trail_search
from vault.database.upserts import upsert


def put_search_rows(tx: sa.Connection, rows: Sequence[SearchRow]) -> int:
    """Stores each row, in place of the one of its position if there is one; how many."""
    if rows:
        change = upsert(tx, trail_search)
        others = {name: change.excluded[name] for name in SearchRow.__slots__ if name != "position"}
        replacing = change.on_conflict_do_update(index_elements=["position"], set_=others)
        tx.execute(replacing, [{name: getattr(row, name) for name in SearchRow.__slots__} for row in rows])
    return len(rows)


def set_detailed(tx: sa.Connection) -> None:
    """From now on every row must hold session, place and category of the reason."""
    tx.execute(sa.update(trail_head).values(detailed_from=0))
