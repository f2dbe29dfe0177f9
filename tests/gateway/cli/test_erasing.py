"""``trail erase``, ``trail prune``, ``trail erasure`` and ``trail hold`` as two people of two offices use them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli.session import NOT_ALLOWED, STATE_FORBIDS, UNUSABLE
from tests.company import PASSWORD, Company, build_company, remember, write_config
from tests.erasing import audited, work_off
from tests.repository.sources import ROOT
from vault.people.accounts import suspend_person

WHY = ("--basis", "gdpr_17", "--case", "DSR-7", "--reason", "Request of the person in writing")


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    """The borrower has read and is suspended."""
    company = build_company(write_config(tmp_path / "vault"))
    company.open_and_read(company.signed_in("borrower"))
    suspend_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"])
    company.sequence()
    (company.directory / "password").write_text(PASSWORD)
    remember(company)
    yield company
    company.vault.engine.dispose()


def run(company: Company, *words: str, as_login: str) -> subprocess.CompletedProcess[str]:
    signed = ["--as", as_login, "--password-file", str(company.directory / "password")]
    config = ["--config", str(company.directory / "config.toml")]
    command = [sys.executable, "-m", "gateway", *config, "trail", *words, *signed]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_erasure_is_looked_at_asked_for_approved_and_reported(company: Company) -> None:
    """The whole ceremony at the command line, with the reasons why others may not."""
    looked = json.loads(run(company, "erase", "borrower", "--dry-run", as_login="admin").stdout)
    assert looked["ok"]
    assert len(looked["months"]) == 1
    assert run(company, "erase", "borrower", *WHY, as_login="officer").returncode == NOT_ALLOWED
    assert run(company, "erase", "nobody", *WHY, as_login="admin").returncode == UNUSABLE
    asked = run(company, "erase", "borrower", *WHY, "--json", as_login="admin")
    erasure = json.loads(asked.stdout)["erasures"][0]["id"]
    again = run(company, "erase", "borrower", *WHY, as_login="admin")
    assert again.returncode == STATE_FORBIDS
    assert "under way already" in again.stderr
    assert run(company, "erasure", "approve", erasure, as_login="admin").returncode == NOT_ALLOWED
    assert run(company, "erasure", "approve", erasure, as_login="officer").returncode == 0
    work_off(company)
    shown = json.loads(run(company, "erasure", "wait", erasure, "--json", as_login="auditor").stdout)
    assert shown["erasures"][0]["state"] == "done"
    assert shown["erasures"][0]["report"]["handle"] == 1
    assert shown["erasures"][0]["person_id"] == ""
    assert audited(company).findings == ()


def test_hold_is_placed_listed_and_forbids_an_erasure(company: Company) -> None:
    """By the security officer, with a case; the refusal names it. Pruning needs a retention."""
    place = ("hold", "place", "borrower", "--case", "LIT-7", "--reason", "Claim before the court")
    assert run(company, *place, as_login="officer").returncode == 0
    refused = run(company, "erase", "borrower", *WHY, as_login="admin")
    assert refused.returncode == STATE_FORBIDS
    assert "LIT-7" in refused.stderr
    listed = json.loads(run(company, "hold", "list", "--json", as_login="officer").stdout)
    hold = listed["holds"][0]["id"]
    lifted = run(company, "hold", "lift", hold, "--reason", "The court has closed the case", as_login="officer")
    assert (lifted.returncode, lifted.stdout) == (0, "")
    prune = ("prune", "2026-01-01", "--basis", "retention_ended", *WHY[2:])
    kept = run(company, *prune, as_login="admin")
    assert kept.returncode == UNUSABLE
    assert "kept for ever" in kept.stderr
