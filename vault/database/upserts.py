"""The statements whose spelling differs between the two databases: insert unless the key is there, or add to it."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

_COUNTED = {"preserve_rowcount": True}
"""For inserts the driver's count of rows is not kept unless asked for: PostgreSQL's would read -1."""


def upsert(tx: sa.Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """An insert into the table that knows ``ON CONFLICT``, in the words of this database."""
    return postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)


def insert_or_ignore(tx: sa.Connection, table: sa.Table, values: Mapping[str, object]) -> bool:
    """True if the row was inserted, False if one with the same unique key stands there already."""
    change = upsert(tx, table).values(**values).on_conflict_do_nothing()
    return tx.execute(change, execution_options=_COUNTED).rowcount == 1


def add_or_insert(tx: sa.Connection, table: sa.Table, rows: list[dict[str, object]], *, number: str) -> None:
    """Adds each row's ``number`` to that of the row with its primary key, or inserts it. No key may come twice."""
    if not rows:
        return
    change = upsert(tx, table)
    keys = [column.name for column in table.primary_key]
    tx.execute(
        change.on_conflict_do_update(
            index_elements=keys,
            set_={number: table.c[number] + change.excluded[number]},
        ),
        rows,
    )
