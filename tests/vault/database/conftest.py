"""Migrated databases: a fresh one for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.servers import PostgresqlServer
from vault.database.engine import create_engine
from vault.database.migrating import migrate


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the vault's tables, made once a test process."""
    path = tmp_path_factory.mktemp("migrated") / "vault.db"
    engine = create_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def sqlite(migrated_file: Path, tmp_path: Path) -> Iterator[sa.Engine]:
    shutil.copy(migrated_file, tmp_path / "vault.db")
    engine = create_engine(f"sqlite:///{tmp_path / 'vault.db'}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """A PostgreSQL database with the vault's tables, made once a test process."""
    url = postgresql_server.new_database()
    engine = create_engine(url)
    migrate(engine)
    engine.dispose()
    yield url
    postgresql_server.drop_database(url)


@pytest.fixture
def postgresql(postgresql_server: PostgresqlServer, migrated_postgresql_url: str) -> Iterator[sa.Engine]:
    url = postgresql_server.new_database(copy_of=migrated_postgresql_url)
    engine = create_engine(url)
    yield engine
    engine.dispose()
    postgresql_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> sa.Engine:
    """Each test that asks for it runs on both databases."""
    engine: sa.Engine = request.getfixturevalue(request.param)
    return engine
