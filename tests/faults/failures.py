"""Failures as each part of the world outside reports them: the store, the database's driver, the file system."""

from __future__ import annotations

import errno

from tests.faults.effects import Strike
from vault.database.engine import Engine
from vault.errors import Unavailable


def failing(engine: Engine) -> Strike:
    """Raises what the part concerned raises when it cannot."""
    driver = engine.dialect.loaded_dbapi

    def fail(effect: str) -> None:
        if effect.startswith("store"):
            raise Unavailable("store.unavailable")
        if effect.startswith("file"):
            raise OSError(errno.EIO, "Input/output error")
        raise driver.OperationalError("disk I/O error")

    return fail
