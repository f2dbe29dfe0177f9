"""A database into whose columns somebody writes, and that is put back to how it was: on SQLite and on PostgreSQL."""

from __future__ import annotations

import importlib
import pkgutil
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Protocol

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from tests.company import Company
from vault.database import tables
from vault.database.tables.metadata import metadata

for _module in pkgutil.iter_modules(tables.__path__):  # each tells the metadata of its own
    importlib.import_module(f"{tables.__name__}.{_module.name}")
TABLES = [table.name for table in metadata.sorted_tables if table.name.startswith("trail_")]
"""Those that others refer to first."""
COLUMNS = [(table, column.name) for table in sorted(TABLES) for column in metadata.tables[table].columns]

TEXT, NEGATIVE, HUGE, HALF, BYTES, NO_TEXT, NULL = "text", "negative", "huge", "half", "bytes", "no text", "null"
_OF_SQLITE = {
    TEXT: "'x'",
    NEGATIVE: "-1",
    HUGE: "9223372036854775807",
    HALF: "5.5",
    BYTES: "x'00ff'",
    NO_TEXT: "CAST(x'ff61' AS TEXT)",
    NULL: "NULL",
}
_OF_TEXTS = {TEXT: "CAST('x' AS text)"}
_OF_KINDS = {
    "BYTEA": {BYTES: "CAST('\\x00ff' AS bytea)"},
    "BIGINT": {NEGATIVE: "-1", HUGE: "9223372036854775807"},
    "INTEGER": {NEGATIVE: "-1", HUGE: "2147483647"},
}
_REFUSED = (psycopg.errors.IntegrityError, psycopg.errors.DatatypeMismatch)
"""NULL, what others refer to or nobody has, a number twice; and what is of another kind."""


class Damaging(Protocol):
    """``company`` is the one whose database it is; ``values`` are what may be written into a column, by their names.

    Those ``tried_often`` are of all kinds that a column can hold. Where it ``keeps_references``, a column of one may be
    left with nothing to try.
    """

    company: Company
    tried_often: frozenset[str]
    keeps_references: bool

    def values(self, table: str, column: str) -> dict[str, str]: ...

    def put_back(self) -> None: ...

    def write(self, table: str, column: str, value: str, *, where: str) -> bool:
        """Into the last row ``where`` holds; False where the database itself refuses the value."""


class DamagingSqlite:
    """SQLite keeps any kind of value in any column, and even a text that is none."""

    keeps_references = False

    def __init__(self, company: Company) -> None:
        self.company, self.tried_often = company, frozenset({TEXT, BYTES, NO_TEXT})
        company.vault.engine.dispose()
        with closing(sqlite3.connect(self._file)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self._file, self._whole)

    def values(self, _table: str, _column: str) -> dict[str, str]:
        return _OF_SQLITE

    def put_back(self) -> None:
        self.company.vault.engine.dispose()
        for suffix in ("-wal", "-shm"):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        shutil.copy(self._whole, self._file)

    def write(self, table: str, column: str, value: str, *, where: str) -> bool:
        which = f"SELECT max(rowid) FROM {table} WHERE {where}"
        with closing(sqlite3.connect(self._file, isolation_level=None)) as database:
            try:
                changed = database.execute(f"UPDATE {table} SET {column} = {value} WHERE rowid = ({which})").rowcount
            except sqlite3.IntegrityError:  # a number that names the row, or NULL
                return False
        assert changed == 1, f"no row in {table}"
        return True

    @property
    def _file(self) -> Path:
        return self.company.directory / "vault.db"

    @property
    def _whole(self) -> Path:
        return self.company.directory.parent / "whole.db"


class DamagingPostgresql:
    """PostgreSQL keeps only what is of the column's kind; each has values that mean nothing in any column of it."""

    keeps_references = True

    def __init__(self, company: Company) -> None:
        self.company, self.tried_often = company, frozenset({TEXT, BYTES, NEGATIVE})
        self._is_whole = True
        self._engine = sa.create_engine(company.vault.engine.url)
        with self._engine.begin() as tx:
            tx.exec_driver_sql("CREATE SCHEMA whole")
            for table in TABLES:
                tx.exec_driver_sql(f"CREATE TABLE whole.{table} AS SELECT * FROM {table} ORDER BY ctid")

    def values(self, table: str, column: str) -> dict[str, str]:
        return _OF_KINDS.get(_kind(table, column), _OF_TEXTS) | {NULL: "NULL"}

    def of_other_kinds(self, table: str, column: str) -> list[str]:
        """What the column cannot hold at all."""
        if _kind(table, column) == "BYTEA":
            return [*_OF_TEXTS.values()]
        if _kind(table, column) in _OF_KINDS:
            return [*_OF_TEXTS.values(), *_OF_KINDS["BYTEA"].values()]
        return []  # whatever there is has a text

    def put_back(self) -> None:
        """Table by table: a copy of the database takes several times as long. Nothing where nothing was written."""
        if self._is_whole:
            return
        copied = [f"INSERT INTO {table} SELECT * FROM whole.{table}" for table in TABLES]
        with self._engine.begin() as tx:
            tx.exec_driver_sql(";".join([f"TRUNCATE {','.join(TABLES)}", *copied]))
        self._is_whole = True

    def write(self, table: str, column: str, value: str, *, where: str) -> bool:
        which = f"SELECT ctid FROM {table} WHERE {where} ORDER BY ctid DESC LIMIT 1"
        update = f'UPDATE {table} SET "{column}" = {value} WHERE ctid = ({which})'
        try:
            with self._engine.begin() as tx:
                changed = tx.exec_driver_sql(update).rowcount
        except sa.exc.DBAPIError as error:
            if not isinstance(error.orig, _REFUSED):
                raise
            return False
        assert changed == 1, f"no row in {table}"
        self._is_whole = False
        return True

    def close(self) -> None:
        self._engine.dispose()


def _kind(table: str, column: str) -> str:
    kind: str = metadata.tables[table].columns[column].type.compile(postgresql.dialect())  # type: ignore[no-untyped-call]
    return kind
