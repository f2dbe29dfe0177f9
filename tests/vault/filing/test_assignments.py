"""An assignment looked at before it is ended."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.company import CUSTOMER, Company
from vault.errors import AccessDenied, Conflict, NotFound
from vault.filing.assignments import AssignmentCard, show_assignment
from vault.filing.dossiers import assign, unassign
from vault.model import Duty

TOMORROW = dt.timedelta(days=1)


@pytest.fixture
def assignment_id(company: Company) -> str:
    """A borrower's, from tomorrow on."""
    return assign(
        company.vault,
        company.at_keyboard("custodian"),
        dossier_id=company.dossier_id,
        person_id=company.ids["stranger"],
        duty=Duty.BORROWER,
        starts_at=company.vault.clock.now() + TOMORROW,
    )


def look(company: Company, assignment_id: str, login: str = "custodian") -> AssignmentCard:
    return show_assignment(company.vault, company.at_keyboard(login), assignment_id=assignment_id)


def test_custodian_sees_who_holds_what_since_when(company: Company, assignment_id: str) -> None:
    """And that it has not begun."""
    card = look(company, assignment_id)
    assert (card.person_name, card.duty, card.customer_name) == ("Stranger", Duty.BORROWER, CUSTOMER)
    assert (card.starts_at, card.ends_at) == (company.vault.clock.now() + TOMORROW, None)
    assert (card.begun, card.own) == (False, False)


@pytest.mark.parametrize(
    ("login", "error"),
    [
        ("borrower", AccessDenied),
        ("author", AccessDenied),
        ("other", AccessDenied),
        ("stranger", NotFound),
        ("custodian2", NotFound),
        ("admin", NotFound),
    ],
)
def test_others_see_nothing_of_it(company: Company, assignment_id: str, login: str, error: type[Exception]) -> None:
    """Also not the person whose it is, before it begins."""
    with pytest.raises(error):
        look(company, assignment_id, login)


def test_ended_assignment_says_so(company: Company, assignment_id: str) -> None:
    """There is nothing left to end."""
    unassign(company.vault, company.at_keyboard("custodian"), assignment_id=assignment_id)
    with pytest.raises(Conflict) as refused:
        look(company, assignment_id)
    assert refused.value.code == "assignment.ended"


def test_unknown_assignment_is_unknown(company: Company) -> None:
    """As one on a dossier that one has no part in."""
    with pytest.raises(NotFound):
        look(company, "a" * 27)


def test_sealed_vault_still_ends_duties(company: Company, assignment_id: str) -> None:
    """Taking a right away needs no key: the customer's name is left out."""
    company.vault.seal()
    assert look(company, assignment_id).customer_name == ""
