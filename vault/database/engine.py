"""One engine for SQLite and PostgreSQL, with the settings that durability and the quota rest on.

SQLite: WAL, ``synchronous=FULL`` (NORMAL lost acknowledged commits at power loss), foreign keys on, and every
transaction begins with ``BEGIN IMMEDIATE`` so that a reader never turns writer half-way and fails.
PostgreSQL: READ COMMITTED with ``synchronous_commit`` left on; the conditional updates that count views are safe there.
Readers use REPEATABLE READ: under READ COMMITTED each statement sees another state, and a trail that grows while it is
verified would look damaged.

``transaction`` owns commit and rollback, and turns what drivers raise into the vault's own errors.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event, exc

from vault.errors import Conflict, InputError, TamperError, Unavailable, VaultError

__all__ = [
    "UNREADABLE",
    "Connection",
    "Engine",
    "create_engine",
    "reading",
    "running_transaction",
    "transaction",
    "translated_errors",
]

SQLITE_BUSY_MILLISECONDS = 15_000
POSTGRESQL_CONNECT_SECONDS = 5
_ATTEMPTS = 20
_SQLITE_SCHEMA_FAULTS = ("no such table", "no such column")
UNREADABLE = "database.unreadable"
"""The code of a text that is none: bytes that are not UTF-8, which SQLite keeps as a text and nothing here writes."""
_NOT_UTF_8 = "Could not decode to UTF-8"


def create_engine(
    url: str, *, pool_size: int = 8, page_cache_kib: int | None = None, takes_any_text: bool = False
) -> sa.Engine:
    """An engine for ``sqlite:///PATH`` or ``postgresql+psycopg://...``; other databases raise ValueError.

    ``page_cache_kib``: what a connection keeps of SQLite's pages, for whoever reads each page once; else 2,000.
    ``takes_any_text``: a text in SQLite that is not UTF-8 comes with its strange bytes written out (``\\xff``), for
    whoever must say what is wrong with it; it takes a call for each text. Else it is TamperError :data:`UNREADABLE`.
    """
    parsed = sa.make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _sqlite_engine(parsed, pool_size, page_cache_kib, takes_any_text=takes_any_text)
    if backend == "postgresql":
        return _postgresql_engine(parsed, pool_size)
    raise ValueError(f"{backend} is not supported: use sqlite or postgresql")


def _postgresql_engine(url: sa.URL, pool_size: int) -> sa.Engine:
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=10,
        pool_pre_ping=True,
        connect_args={"connect_timeout": POSTGRESQL_CONNECT_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        """Statements here take milliseconds, compiling one of them tens: PostgreSQL takes a count of many for long."""
        connection.execute("SET jit = off")
        connection.commit()

    return engine


def _sqlite_engine(url: sa.URL, pool_size: int, page_cache_kib: int | None, *, takes_any_text: bool) -> sa.Engine:
    engine = sa.create_engine(
        url,
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=20,
        connect_args={"timeout": SQLITE_BUSY_MILLISECONDS / 1000, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own kind
        if takes_any_text:
            connection.text_factory = _any_text
        cursor = connection.cursor()
        _use_write_ahead_log(cursor)
        for pragma in (
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        if page_cache_kib is not None:
            cursor.execute(f"PRAGMA cache_size=-{page_cache_kib:d}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin_immediate(connection: sa.Connection) -> None:
        mode = connection.get_execution_options().get("vault_begin", "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def _any_text(stored: bytes) -> str:
    return stored.decode("utf-8", "backslashreplace")


def _use_write_ahead_log(cursor: Any) -> None:
    """For the first connection to a new file this changes the file, and there SQLite does not wait for another's lock.

    Two processes that start together would both be first: the one that is refused waits for the lock in a transaction,
    where SQLite does, and asks again.
    """
    for _attempt in range(_ATTEMPTS):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("ROLLBACK")
        else:
            return
    cursor.execute("PRAGMA journal_mode=WAL")


@contextmanager
def transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A read-write transaction: committed on success, rolled back on any error.

    Raises :class:`~vault.errors.Unavailable` when the database does not serve (down, full, locked too long),
    :class:`~vault.errors.Conflict` when a constraint refused the change, and :class:`~vault.errors.InputError` when a
    value is none that the database can hold (PostgreSQL: U+0000 in a text, a text longer than its column).
    """
    with translated_errors(), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A read-only transaction that sees one state of the database and blocks no writer."""
    options: dict[str, Any] = {"vault_begin": "DEFERRED"}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with translated_errors(), engine.connect() as connection:
        yield connection.execution_options(**options)


def running_transaction(tx: sa.Connection) -> object:
    """What stands for the transaction that the connection is in: one object until it ends, and no other's after.

    ValueError if it is in none.
    """
    running = tx.get_transaction()
    if running is None:
        raise ValueError("not in a transaction")
    return running


@contextmanager
def translated_errors() -> Iterator[None]:
    try:
        yield
    except exc.IntegrityError as error:
        raise Conflict("database.constraint") from error
    except sqlite3.OperationalError as error:  # of a cursor that was read without the toolkit
        raise _of_sqlite(error) from error
    except (exc.OperationalError, exc.TimeoutError, exc.InterfaceError, exc.InternalError) as error:
        if isinstance(original := getattr(error, "orig", None), sqlite3.OperationalError):
            raise _of_sqlite(original) from error
        raise Unavailable("database.unavailable") from error
    except exc.ProgrammingError as error:  # PostgreSQL: a table or column that is not there
        raise Unavailable("database.schema") from error
    except exc.DataError as error:
        raise InputError from error
    except exc.DBAPIError as error:
        if error.connection_invalidated or type(error) is exc.DatabaseError:  # SQLite: the file is damaged or none
            raise Unavailable("database.unavailable") from error
        raise


def _of_sqlite(error: sqlite3.OperationalError) -> VaultError:
    if str(error).startswith(_NOT_UTF_8):
        return TamperError(UNREADABLE)
    is_unmigrated = str(error).startswith(_SQLITE_SCHEMA_FAULTS)
    return Unavailable("database.schema" if is_unmigrated else "database.unavailable")
