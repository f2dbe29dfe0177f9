"""The one statement whose spelling differs between the two databases: insert unless the key is there."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

_COUNTED = {"preserve_rowcount": True}
"""For inserts the driver's count of rows is not kept unless asked for: PostgreSQL's would read -1."""


def insert_or_ignore(tx: sa.Connection, table: sa.Table, values: Mapping[str, object]) -> bool:
    """True if the row was inserted, False if one with the same unique key stands there already."""
    if tx.dialect.name == "postgresql":
        change: sa.Insert = postgresql.insert(table).values(**values).on_conflict_do_nothing()
    else:
        change = sqlite.insert(table).values(**values).on_conflict_do_nothing()
    return tx.execute(change, execution_options=_COUNTED).rowcount == 1
