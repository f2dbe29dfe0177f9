"""A company's vault for the command line: its configuration file, closed, so that commands are alone with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.company import PASSWORD, build_company, copy_company, remember, write_config


@pytest.fixture
def config(built_company: Path, tmp_path: Path) -> Path:
    """The configuration of a filled vault of the test's own, with everybody's password in a file beside it."""
    copy_company(built_company, tmp_path / "vault")
    (tmp_path / "vault" / "password").write_text(PASSWORD)
    return tmp_path / "vault" / "config.toml"


@pytest.fixture(scope="session")
def built_now(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company that was built a moment ago: commands have the system's clock."""
    directory = tmp_path_factory.mktemp("company-now")
    company = build_company(write_config(directory))
    remember(company)
    company.vault.engine.dispose()
    return directory


@pytest.fixture
def empty_config(tmp_path: Path) -> Path:
    """The configuration of a vault that has not begun."""
    return write_config(tmp_path / "empty")


@pytest.fixture
def reference() -> str:
    """The company's dossier as people call it."""
    return "D2026-00001"
