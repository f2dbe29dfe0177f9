"""A statement that is built and compiled once for each kind of database, and then only given its values.

For the few that every recorded event needs: looking the compiled form up and sorting the values into it, each time
anew, costs more than SQLite takes to write the row. Values go to the driver as they are, so they must be of kinds that
it knows: texts, integers, bytes.

SQLite's driver is called without the toolkit between, unless somebody listens to its statements: there is no way to go,
so what the toolkit does for each takes longer than the statement. Its errors are the toolkit's, as ever.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect


@dataclass(frozen=True, slots=True)
class _Compiled:
    """``order`` is that of the values where they have no names; ``constants`` are those of the statement itself."""

    text: str
    order: tuple[str, ...] | None
    constants: Mapping[str, Any]


class Prepared:
    """``names`` are the values of an insert, where it does not say them itself."""

    def __init__(self, statement: sa.Executable, *, names: tuple[str, ...] = ()) -> None:
        self._statement = statement
        self._names = list(names) or None
        self._compiled: dict[str, _Compiled] = {}

    def execute(self, tx: sa.Connection, values: Mapping[str, Any]) -> int:
        """Runs it with these values; how many rows it touched."""
        known = self._compiled.get(tx.dialect.name) or self._compile(tx.dialect)
        given = {**known.constants, **values}
        if known.order is None:
            return tx.exec_driver_sql(known.text, given).rowcount
        ordered = tuple([given[name] for name in known.order])
        driver = tx.connection.driver_connection
        if not isinstance(driver, sqlite3.Connection) or tx.engine.dispatch.before_cursor_execute:
            return tx.exec_driver_sql(known.text, ordered).rowcount
        try:
            return driver.execute(known.text, ordered).rowcount
        except sqlite3.Error as error:
            raise sa.exc.DBAPIError.instance(known.text, None, error, sqlite3.Error) from error

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled = self._statement.compile(dialect=dialect, column_keys=self._names)  # type: ignore[attr-defined]
        order = getattr(compiled, "positiontup", None)
        constants = {name: bind.value for name, bind in compiled.binds.items() if bind.value is not None}
        known = _Compiled(str(compiled), None if order is None else tuple(order), constants)
        self._compiled[dialect.name] = known
        return known
