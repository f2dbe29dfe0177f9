"""Databases that are put back: by an operator after a disaster, or by somebody who wants a part forgotten."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.company import Company, reopen_company
from vault.clock import FixedClock


def copy_database(company: Company, to: Path) -> None:
    """A backup, whole: nothing is left in the write-ahead log."""
    company.vault.engine.dispose()
    shutil.copy(company.directory / "vault.db", to)


def put_back(company: Company, backup: Path, *, clock: FixedClock) -> Company:
    """The backup in the place of the database, opened by a process that starts."""
    company.vault.engine.dispose()
    for leftover in ("vault.db-wal", "vault.db-shm"):
        (company.directory / leftover).unlink(missing_ok=True)
    shutil.copy(backup, company.directory / "vault.db")
    return reopen_company(company.directory, clock=clock)
