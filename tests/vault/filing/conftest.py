"""The company on either database, for what two processes may do at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.company import Company, build_company, copy_company, remember, reopen_company, write_config
from tests.conftest import BEGINNING
from tests.servers import PostgresqlServer
from vault.clock import FixedClock


@pytest.fixture(scope="session")
def built_postgresql_company(
    postgresql_server: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    """Its directory and the URL of its database; built once in a test process, and copied for each test."""
    directory, url = tmp_path_factory.mktemp("postgresql-company"), postgresql_server.new_database()
    company = build_company(write_config(directory, database_url=url), clock=FixedClock(BEGINNING))
    remember(company)
    company.vault.engine.dispose()
    yield directory, url
    postgresql_server.drop_database(url)


@pytest.fixture
def postgresql_company(
    built_postgresql_company: tuple[Path, str], postgresql_server: PostgresqlServer, tmp_path: Path, clock: FixedClock
) -> Iterator[Company]:
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
