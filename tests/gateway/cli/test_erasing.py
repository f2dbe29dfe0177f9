"""``trail erase``, ``trail prune``, ``trail erasure`` and ``trail hold`` as two people of two offices use them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli.session import NOT_ALLOWED, STATE_FORBIDS, UNUSABLE
from tests.company import PASSWORD, Company, copy_company, reopen_company
from tests.erasing import audited, work_off
from tests.gateway.cli.running import Told, run
from vault.people.accounts import suspend_person

WHY = ("--basis", "gdpr_17", "--case", "DSR-7", "--reason", "Request of the person in writing")


@pytest.fixture
def company(built_now: Path, tmp_path: Path) -> Iterator[Company]:
    """The borrower has read and is suspended."""
    copy_company(built_now, tmp_path / "vault")
    company = reopen_company(tmp_path / "vault")
    company.open_and_read(company.signed_in("borrower"))
    suspend_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"])
    company.sequence()
    (company.directory / "password").write_text(PASSWORD)
    yield company
    company.vault.engine.dispose()


def run_in(company: Company, *words: str, as_login: str) -> Told:
    signed = ["--as", as_login, "--password-file", "password"]
    company.vault.engine.dispose()
    return run(company.directory / "config.toml", "trail", *words, *signed)


def test_erasure_is_looked_at_asked_for_approved_and_reported(company: Company) -> None:
    """The whole ceremony at the command line, with the reasons why others may not."""
    looked = run_in(company, "erase", "borrower", "--dry-run", as_login="admin").answer
    assert looked["ok"]
    assert len(looked["months"]) == 1
    assert run_in(company, "erase", "borrower", *WHY, as_login="officer").code == NOT_ALLOWED
    assert run_in(company, "erase", "nobody", *WHY, as_login="admin").code == UNUSABLE
    asked = run_in(company, "erase", "borrower", *WHY, "--json", as_login="admin")
    erasure = asked.answer["erasures"][0]["id"]
    again = run_in(company, "erase", "borrower", *WHY, as_login="admin")
    assert again.code == STATE_FORBIDS
    assert "under way already" in again.err
    assert run_in(company, "erasure", "approve", erasure, as_login="admin").code == NOT_ALLOWED
    assert run_in(company, "erasure", "approve", erasure, as_login="officer").code == 0
    work_off(company)
    shown = run_in(company, "erasure", "wait", erasure, "--json", as_login="auditor").answer
    assert shown["erasures"][0]["state"] == "done"
    assert shown["erasures"][0]["report"]["handle"] == 1
    assert shown["erasures"][0]["person_id"] == ""
    assert audited(company).findings == ()


def test_hold_is_placed_listed_and_forbids_an_erasure(company: Company) -> None:
    """By the security officer, with a case; the refusal names it. Pruning needs a retention."""
    place = ("hold", "place", "borrower", "--case", "LIT-7", "--reason", "Claim before the court")
    assert run_in(company, *place, as_login="officer").code == 0
    refused = run_in(company, "erase", "borrower", *WHY, as_login="admin")
    assert refused.code == STATE_FORBIDS
    assert "LIT-7" in refused.err
    listed = run_in(company, "hold", "list", "--json", as_login="officer").answer
    hold = listed["holds"][0]["id"]
    lifted = run_in(company, "hold", "lift", hold, "--reason", "The court has closed the case", as_login="officer")
    assert (lifted.code, lifted.out) == (0, "")
    prune = ("prune", "2026-01-01", "--basis", "retention_ended", *WHY[2:])
    kept = run_in(company, *prune, as_login="admin")
    assert kept.code == UNUSABLE
    assert "kept for ever" in kept.err
