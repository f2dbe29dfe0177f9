"""Drafts of requests: sealed, for their writer alone, and gone with the right to ask, with sending, or with time."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.attacks.acting import ask, end_assignment
from tests.company import Company
from tests.erasing import rows
from vault.clock import FixedClock
from vault.errors import InputError, NotFound
from vault.requests.drafts import Draft, discard_draft, load_draft, save_draft
from vault.worker.sweeping import sweep

DRAFT = Draft(kind="views", amount="2", category="offer", text="Comparing DRAFT-CANARY once more", case_number="CRM-7")


def save(company: Company, draft: Draft = DRAFT, login: str = "borrower") -> None:
    save_draft(company.vault, company.at_keyboard(login), document_id=company.document_id, draft=draft)


def load(company: Company, login: str = "borrower") -> Draft | None:
    return load_draft(company.vault, company.at_keyboard(login), document_id=company.document_id)


def test_draft_is_sealed_and_its_writers_alone(company: Company) -> None:
    save(company)
    assert load(company) == DRAFT
    assert load(company, "other") is None
    assert b"DRAFT-CANARY" not in b"".join(
        bytes(row[0]) for row in rows(company, "SELECT draft_sealed FROM request_drafts")
    )
    with pytest.raises(NotFound):
        load(company, "stranger")
    with pytest.raises(NotFound):
        save(company, login="stranger")


def test_later_one_replaces_it_and_an_empty_one_discards_it(company: Company) -> None:
    save(company)
    save(company, Draft(text="Only this"))
    assert load(company) == Draft(text="Only this")
    save(company, Draft(amount="3"))
    assert load(company) is None
    save(company)
    for _twice in range(2):
        discard_draft(company.vault, company.at_keyboard("borrower"), document_id=company.document_id)
    assert load(company) is None


def test_sending_a_request_ends_the_draft(company: Company) -> None:
    save(company)
    ask(company, 1)
    assert load(company) is None


def test_draft_is_gone_with_the_right_to_ask(company: Company) -> None:
    save(company)
    end_assignment(company, "borrower")
    with pytest.raises(NotFound):
        load(company)


def test_what_is_too_long_is_refused_and_the_one_before_is_kept(company: Company) -> None:
    save(company)
    with pytest.raises(InputError, match=r"draft\.too_long"):
        save(company, Draft(text="x" * 2001))
    assert load(company) == DRAFT


def test_draft_that_nobody_touches_for_sixty_days_is_swept_away(company: Company, clock: FixedClock) -> None:
    save(company)
    clock.advance(dt.timedelta(days=60))
    sweep(company.vault)
    assert load(company) == DRAFT
    clock.advance(dt.timedelta(milliseconds=1))
    sweep(company.vault)
    assert load(company) is None
