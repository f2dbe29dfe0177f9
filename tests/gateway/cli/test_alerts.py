"""``alerts list|show|decide`` as an officer uses them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli.session import NOT_ALLOWED, STATE_FORBIDS, UNUSABLE
from tests.company import PASSWORD, Company, copy_company, reopen_company
from tests.gateway.cli.running import Told, run
from tests.vault.alerts.days import raised

WHY = "Talked to her, a link in an old mail"


@pytest.fixture
def company(built_now: Path, tmp_path: Path) -> Iterator[Company]:
    copy_company(built_now, tmp_path / "vault")
    company = reopen_company(tmp_path / "vault")
    (company.directory / "password").write_text(PASSWORD)
    yield company
    company.vault.engine.dispose()


def run_in(company: Company, *words: str, as_login: str = "officer") -> Told:
    company.vault.engine.dispose()
    signed = ["--as", as_login, "--password-file", "password"]
    return run(company.directory / "config.toml", "alerts", *words, *signed)


def test_alert_is_listed_shown_and_dismissed(company: Company) -> None:
    """Words and JSON; decided once."""
    alert = raised(company)
    assert "asked for documents that are not theirs" in run_in(company, "list").out
    shown = run_in(company, "show", alert.id, "--json").answer
    assert shown["alert"]["lines"][0]["words"].startswith("Hard rule: asked for 3 documents")
    assert shown["alert"]["points"] == 2
    assert [each["refused"] for each in shown["around"]] == [True] * 3
    assert run_in(company, "decide", alert.id, "dismiss", "--reason", ".").code == UNUSABLE
    decide = ("decide", alert.id, "escalate", "--reason", WHY)
    assert run_in(company, *decide, "--revision", "9").code == STATE_FORBIDS
    assert run_in(company, *decide, as_login="auditor").code == NOT_ALLOWED
    assert (
        run_in(company, "decide", alert.id, "dismiss", "--reason", WHY, "--json").answer["alert"]["state"]
        == "dismissed"
    )
    assert run_in(company, *decide).code == STATE_FORBIDS
    assert run_in(company, "list").out == ""
    assert [each["state"] for each in run_in(company, "list", "--all", "--json").answer["alerts"]] == ["dismissed"]
