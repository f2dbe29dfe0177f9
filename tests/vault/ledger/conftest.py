"""A trail of its own for each test: on SQLite, or on both databases where the database makes the difference."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import PostgresqlServer
from tests.vault.ledger.trail import LEE, WANG, Trail, keyed, new_trail, opened, suspended
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
def filled(trail: Trail) -> Trail:
    """Two people, two days, everything answered: ten leaves."""
    for person in (WANG, LEE, WANG):
        intent = trail.append(opened(person))
        trail.append(keyed(intent, person))
    trail.append(suspended(LEE, by=WANG))
    trail.sequence()
    trail.clock.advance(dt.timedelta(days=1))
    trail.append(suspended(WANG, by=LEE))
    trail.sequence()
    return trail


@pytest.fixture(scope="session")
def empty_postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """A PostgreSQL database with the vault's tables, migrated once a test process."""
    url = postgresql_server.new_database()
    engine = create_engine(url)
    migrate(engine)
    engine.dispose()
    yield url
    postgresql_server.drop_database(url)


@pytest.fixture
def postgresql_trail(postgresql_server: PostgresqlServer, empty_postgresql_url: str) -> Iterator[Trail]:
    url = postgresql_server.new_database(copy_of=empty_postgresql_url)
    trail = new_trail(url, is_migrated=True)
    yield trail
    trail.engine.dispose()
    postgresql_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_trail(request: pytest.FixtureRequest) -> Trail:
    """Each test that asks for it runs on both databases."""
    trail: Trail = request.getfixturevalue("trail" if request.param == "sqlite" else "postgresql_trail")
    return trail
