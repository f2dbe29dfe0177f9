"""A trail of its own for each test: on SQLite, or on both databases where the database makes the difference."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vault.ledger.trail import Trail, new_trail
from vault.database.engine import create_engine
from vault.database.migrating import migrate


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the vault's tables, migrated once a test process."""
    path = tmp_path_factory.mktemp("empty") / "vault.db"
    engine = create_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def trail(empty_database: Path, tmp_path: Path) -> Iterator[Trail]:
    shutil.copy(empty_database, tmp_path / "vault.db")
    trail = new_trail(f"sqlite:///{tmp_path / 'vault.db'}", is_migrated=True)
    yield trail
    trail.engine.dispose()


@pytest.fixture
def any_trail(database_url: str) -> Iterator[Trail]:
    """Each test that asks for it runs on both databases."""
    trail = new_trail(database_url)
    yield trail
    trail.engine.dispose()


@pytest.fixture
def postgresql_trail(postgresql_url: str) -> Iterator[Trail]:
    trail = new_trail(postgresql_url)
    yield trail
    trail.engine.dispose()
