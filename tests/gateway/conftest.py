"""The web application over a small company's vault, a fresh copy for each test."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.company import Company, build_company, copy_company, remember, reopen_company, write_config
from tests.gateway.visitor import Web, make_web
from vault.clock import FixedClock

BEGINNING = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


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
    return FixedClock(BEGINNING + dt.timedelta(hours=1))


@pytest.fixture
def company(built_company: Path, tmp_path: Path, clock: FixedClock) -> Company:
    copy_company(built_company, tmp_path / "vault")
    return reopen_company(tmp_path / "vault", clock=clock)


@pytest.fixture
def web(company: Company) -> Web:
    return make_web(company)
