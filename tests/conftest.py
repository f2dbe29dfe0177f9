"""Fixtures that every test may use: real databases, a real S3 server, and a small company in a real vault."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.company import Company, build_company, copy_company, remember, reopen_company, write_config
from tests.quick import share_compiled_statements, use_memory_for_files
from tests.servers import PostgresqlServer, S3Server, running_postgresql, running_s3_server
from vault.clock import FixedClock

use_memory_for_files()
share_compiled_statements()
hypothesis.settings.register_profile("tests", deadline=None)  # a busy machine is no finding
hypothesis.settings.load_profile("tests")

BEGINNING = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
"""When the company was built; its tests begin an hour later."""


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    with running_s3_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    with running_postgresql() as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'vault.db'}"


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    url = postgresql_server.new_database()
    yield url
    postgresql_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each test that asks for it runs on both databases."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def built_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once in a test process; every test works on a copy."""
    directory = tmp_path_factory.mktemp("company")
    company = build_company(write_config(directory), clock=FixedClock(BEGINNING))
    remember(company)
    company.vault.engine.dispose()
    return directory


@pytest.fixture
def clock() -> FixedClock:
    """The clock of ``company``: it stands still until told."""
    return FixedClock(BEGINNING + dt.timedelta(hours=1))


@pytest.fixture(scope="session")
def built_postgresql_company(
    postgresql_server: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    """Its directory and the URL of its database; built once in a test process, and both copied for each test."""
    directory, url = tmp_path_factory.mktemp("postgresql-company"), postgresql_server.new_database()
    company = build_company(write_config(directory, database_url=url), clock=FixedClock(BEGINNING))
    remember(company)
    company.vault.engine.dispose()
    yield directory, url
    postgresql_server.drop_database(url)


@pytest.fixture
def company(built_company: Path, tmp_path: Path, clock: FixedClock) -> Iterator[Company]:
    """A company of its own for each test."""
    copy_company(built_company, tmp_path / "vault")
    company = reopen_company(tmp_path / "vault", clock=clock)
    yield company
    company.vault.engine.dispose()


@pytest.fixture
def postgresql_company(
    built_postgresql_company: tuple[Path, str], postgresql_server: PostgresqlServer, tmp_path: Path, clock: FixedClock
) -> Iterator[Company]:
    """A company of its own on PostgreSQL."""
    template, template_url = built_postgresql_company
    url = postgresql_server.new_database(copy_of=template_url)
    copy_company(template, tmp_path / "vault")
    config = tmp_path / "vault" / "config.toml"
    config.write_text(config.read_text().replace(template_url, url))
    company = reopen_company(tmp_path / "vault", clock=clock)
    yield company
    company.vault.engine.dispose()
    postgresql_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_company(request: pytest.FixtureRequest) -> Company:
    """Each test that asks for it runs on both databases."""
    name = "company" if request.param == "sqlite" else "postgresql_company"
    company: Company = request.getfixturevalue(name)
    return company
