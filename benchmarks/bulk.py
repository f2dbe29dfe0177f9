"""Many rows into a table at once: by COPY on PostgreSQL, by the driver's own loop on SQLite.

Nothing is checked and no statement is built for each row; what goes in is what the driver takes.
"""

from __future__ import annotations

import datetime as dt
import enum
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any

import sqlalchemy as sa

from vault.database.engine import Engine

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MILLISECOND = dt.timedelta(milliseconds=1)


def insert_rows(engine: Engine, table: sa.Table, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """The rows as they are, in one transaction: times in milliseconds, enums by their values."""
    names = ", ".join(columns)
    with engine.begin() as connection:
        cursor = connection.connection.cursor()
        if engine.dialect.name == "postgresql":
            with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join("?" * len(columns))
            cursor.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({places})", rows)


def insert_records(engine: Engine, table: sa.Table, records: Sequence[object]) -> None:
    """Records as the vault's own modules define them, all of one type: a column takes the attribute of its name.

    A record may be a mapping instead. Columns that it does not know keep their defaults.
    """
    if not records:
        return
    is_mapping = isinstance(records[0], Mapping)
    known = records[0] if is_mapping else set(dir(records[0]))
    columns = [column.name for column in table.columns if column.name in known]  # type: ignore[operator]
    values_of: Any = itemgetter(*columns) if is_mapping else attrgetter(*columns)
    insert_rows(engine, table, columns, [[_plain(value) for value in values_of(each)] for each in records])


def settle(engine: Engine, *tables: sa.Table) -> None:
    """What autovacuum does by itself in an hour of real life; SQLite has no such thing, nor does the vault ask for it.

    Without names all tables.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM (ANALYZE) {', '.join(each.name for each in tables)}")


_AS_THEY_ARE = frozenset({str, int, bytes, bool, type(None)})


def _plain(value: object) -> object:
    """As the columns of the vault store it."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dt.datetime):
        return (value - _EPOCH) // _MILLISECOND
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return json.dumps(value)
    if isinstance(value, Collection):
        return ",".join(sorted(str(_plain(each)) for each in value))
    raise TypeError(f"no column takes {type(value).__name__}")
