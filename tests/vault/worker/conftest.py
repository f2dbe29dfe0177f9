"""Companies whose sweeps are looked at, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.company import Company, build_company, write_config
from tests.conftest import BEGINNING
from vault.clock import FixedClock


@pytest.fixture
def company_on(database_url: str, clock: FixedClock, tmp_path: Path) -> Iterator[Company]:
    """A company on SQLite and on PostgreSQL."""
    building = FixedClock(BEGINNING)
    company = build_company(write_config(tmp_path / "built", database_url=database_url), clock=building)
    building.advance(clock.now() - BEGINNING)
    yield company
    company.vault.engine.dispose()
