"""The one statement whose spelling differs between the two databases: insert unless the key is there."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_or_ignore(tx: sa.Connection, table: sa.Table, values: Mapping[str, object]) -> bool:
    """True if the row was inserted, False if one with the same unique key stands there already."""
    if tx.dialect.name == "postgresql":
        inserted = tx.execute(postgresql.insert(table).values(**values).on_conflict_do_nothing())
    else:
        inserted = tx.execute(sqlite.insert(table).values(**values).on_conflict_do_nothing())
    return inserted.rowcount == 1
