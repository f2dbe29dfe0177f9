"""What waits for a custodian: the newest submission of each document in their keeping, and none of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from tests.company import CUSTOMER, Company, found_dossier
from vault.clock import FixedClock
from vault.errors import AccessDenied, Conflict, NotFound, Sealed
from vault.filing.cards import show_dossier
from vault.filing.desk import show_desk
from vault.filing.dossiers import assign, unassign
from vault.filing.reviewing import file_submission, refuse_submission
from vault.filing.submissions import count_submissions, list_submissions, show_submission
from vault.intake.sniffing import MediaType
from vault.model import Duty
from vault.people.accounts import suspend_person

FIRST = b"Another offer altogether\n"
SECOND = b"Another offer, corrected\n"
NOTE = "The prices on page two are last year's"


def submit(company: Company, content: bytes = FIRST, *, document_id: str | None = None, dossier_id: str = "") -> str:
    document = company.submit("author", content, document_id=document_id, dossier_id=dossier_id).document_id
    company.convert_all()
    return document


def waiting(company: Company, login: str = "custodian") -> list[tuple[str, int]]:
    """Document and version of each, in their order; the count says the same."""
    rows = list_submissions(company.vault, company.at_keyboard(login))
    assert count_submissions(company.vault, company.at_keyboard(login)) == len(rows)
    return [(row.document_id, row.version) for row in rows]


def test_submissions_of_all_dossiers_wait_together_the_oldest_first(any_company: Company, clock: FixedClock) -> None:
    """Each with what is known of it without opening it."""
    company = any_company
    first = submit(company)
    clock.advance(dt.timedelta(minutes=5))
    second = submit(company, SECOND, dossier_id=found_dossier(company))

    [row, _other] = list_submissions(company.vault, company.at_keyboard("custodian"))
    assert waiting(company) == [(first, 1), (second, 1)]
    assert (row.customer_name, row.title, row.author_name) == (CUSTOMER, "Offer", "Jonas Lindqvist")
    assert (row.media_type, row.plaintext_bytes, row.page_count) == (MediaType.TEXT, len(FIRST), 1)


def test_only_the_newest_version_of_a_document_waits(any_company: Company) -> None:
    """And the one before it again, when the newest is refused."""
    company = any_company
    document = submit(company)
    submit(company, SECOND, document_id=document)
    assert waiting(company) == [(document, 2)]
    refuse_submission(company.vault, company.at_keyboard("custodian"), document_id=document, version=2, note=NOTE)
    assert waiting(company) == [(document, 1)]


def test_version_older_than_what_opens_waits_no_more(any_company: Company) -> None:
    """The custodian's own later version is live; the author's earlier one would be a step back."""
    company = any_company
    submit(company, document_id=company.document_id)
    company.submit("custodian", SECOND, document_id=company.document_id)
    company.convert_all()
    assert waiting(company) == []
    with pytest.raises(Conflict):
        show_submission(company.vault, company.at_keyboard("custodian"), document_id=company.document_id)


def test_nothing_waits_before_its_pages_are_made(company: Company) -> None:
    """Nor when they cannot be made."""
    company.submit("author", FIRST)
    assert waiting(company) == []


def _filed(company: Company, document: str) -> None:
    file_submission(company.vault, company.at_keyboard("custodian"), document_id=document)


def _out_of_keeping(company: Company, _document: str) -> None:
    custodian, successor = company.at_keyboard("custodian"), company.ids["custodian2"]
    assign(company.vault, custodian, dossier_id=company.dossier_id, person_id=successor, duty=Duty.CUSTODIAN)
    [own] = _assignments(company, "custodian")
    unassign(company.vault, custodian, assignment_id=own)


def _suspended(company: Company, _document: str) -> None:
    suspend_person(company.vault, company.at_keyboard("admin"), person_id=company.ids["custodian"])


def _assignments(company: Company, login: str) -> list[str]:
    card = show_dossier(company.vault, company.at_keyboard("custodian"), dossier_id=company.dossier_id)
    return [row.id for row in card.assignments if row.person_id == company.ids[login]]


@pytest.mark.parametrize("change", [_filed, _out_of_keeping, _suspended])
def test_submission_waits_only_while_it_is_this_persons_to_decide(
    company: Company, change: Callable[[Company, str], None]
) -> None:
    """Decided, given into other hands, or the person suspended."""
    document = submit(company)
    change(company, document)
    assert waiting(company) == []


@pytest.mark.parametrize("login", ["author", "borrower", "approver", "stranger", "custodian2", "auditor", "admin"])
def test_nothing_waits_for_whoever_keeps_no_dossier(company: Company, login: str) -> None:
    """Whatever they are on it, or elsewhere."""
    submit(company)
    assert waiting(company, login) == []


def test_own_submission_waits_for_somebody_else(company: Company) -> None:
    """An author who has become custodian sees it in the dossier, but it is not theirs to decide."""
    custodian, person = company.at_keyboard("custodian"), company.ids["stranger"]
    as_author = assign(company.vault, custodian, dossier_id=company.dossier_id, person_id=person, duty=Duty.AUTHOR)
    document = company.submit("stranger", FIRST).document_id
    company.convert_all()
    unassign(company.vault, custodian, assignment_id=as_author)
    assign(company.vault, custodian, dossier_id=company.dossier_id, person_id=person, duty=Duty.CUSTODIAN)

    assert (waiting(company, "stranger"), waiting(company)) == ([], [(document, 1)])
    with pytest.raises(AccessDenied) as refused:
        show_submission(company.vault, company.at_keyboard("stranger"), document_id=document)
    assert refused.value.code == "denied.own_submission"


@pytest.mark.parametrize(("login", "error"), [("author", AccessDenied), ("stranger", NotFound), ("auditor", NotFound)])
def test_submission_is_shown_to_custodians_of_its_dossier_only(
    company: Company, login: str, error: type[Exception]
) -> None:
    """Others hear no more than that they may not, or nothing."""
    document = submit(company)
    with pytest.raises(error):
        show_submission(company.vault, company.at_keyboard(login), document_id=document)


def test_sealed_vault_counts_but_names_nothing(company: Company) -> None:
    """The number in the top bar needs no keys; the list does."""
    submit(company)
    company.vault.seal()
    assert count_submissions(company.vault, company.at_keyboard("custodian")) == 1
    with pytest.raises(Sealed):
        list_submissions(company.vault, company.at_keyboard("custodian"))


def test_desk_says_what_waits_and_who_may_found(company: Company) -> None:
    """By qualification, whether or not a dossier is kept already."""
    submit(company)
    desks = {
        login: show_desk(company.vault, company.at_keyboard(login)) for login in ("custodian", "custodian2", "author")
    }
    assert {login: (desk.may_found, desk.submissions) for login, desk in desks.items()} == {
        "custodian": (True, 1),
        "custodian2": (True, 0),
        "author": (False, 0),
    }
