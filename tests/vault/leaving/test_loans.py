"""Loans to teams when somebody leaves: found, answered for by another custodian, or taken back."""

from __future__ import annotations

import pytest

from tests.attacks.observing import trail
from tests.company import Company
from tests.linking import link
from tests.vault.leaving.acts import announce
from vault.errors import AccessDenied, Conflict, NotFound
from vault.filing.dossiers import assign
from vault.filing.lending import lend, take_back
from vault.leaving.loans import LooseLoan, keep_loan, list_loose_loans
from vault.leaving.showing import show_leaving
from vault.ledger.events import Event, Outcome
from vault.model import Duty
from vault.people.teams import add_member, create_team


def lent(company: Company, *members: str, by: str = "custodian") -> str:
    """The dossier, lent to a team of these people; the loan's id."""
    admin = company.at_keyboard("admin")
    team = create_team(company.vault, admin, name="Sales North")
    for each in members:
        add_member(company.vault, admin, team_id=team, person_id=company.ids[each])
    return lend(company.vault, company.at_keyboard(by), dossier_id=company.dossier_id, team_id=team)


def second_custodian(company: Company) -> None:
    keeper = company.at_keyboard("custodian")
    person = company.ids["custodian2"]
    assign(company.vault, keeper, dossier_id=company.dossier_id, person_id=person, duty=Duty.CUSTODIAN)


def loose(company: Company, login: str = "custodian2") -> list[LooseLoan]:
    return list_loose_loans(company.vault, company.at_keyboard(login))


def test_loan_whose_lender_leaves_is_answered_for_by_another_custodian(company: Company) -> None:
    """It stands with whoever keeps the dossier and with whoever runs the leaving; nothing of it changes for members."""
    second_custodian(company)
    loan = lent(company, "stranger")
    assert loose(company) == []
    announce(company, "custodian", successor="")
    [row] = loose(company)
    assert (row.loan_id, row.team_name, row.lender_leaves, row.team_is_deserted) == (loan, "Sales North", True, False)
    assert (row.may_keep, row.leaver_name) == (True, "Beatrice Okafor")
    [told] = show_leaving(company.vault, company.at_keyboard("admin"), person_id=company.ids["custodian"]).loans
    assert (told.reference, told.customer_name, told.may_keep) == ("D2026-00001", "", False)

    keep_loan(company.vault, company.at_keyboard("custodian2"), loan_id=loan)
    keep_loan(company.vault, company.at_keyboard("custodian2"), loan_id=loan)

    assert loose(company) == []
    entry = trail(company, Event.DOSSIER_LENT)[-1]
    assert (entry.outcome, entry.fact("code"), entry.subject) == (Outcome.SUCCESS, "kept", company.ids["custodian"])
    assert len(trail(company, Event.DOSSIER_LENT)) == 2


def test_leaver_does_not_answer_for_it_by_any_account(company: Company) -> None:
    """Nor does who keeps no dossier, nor anybody while its lender stays."""
    second_custodian(company)
    loan = lent(company, "stranger")
    with pytest.raises(Conflict, match=r"loan\.held"):
        keep_loan(company.vault, company.at_keyboard("custodian2"), loan_id=loan)
    announce(company, "custodian", successor="")
    [own] = loose(company, "custodian")
    assert not own.may_keep
    for login, error in (("custodian", AccessDenied), ("approver", AccessDenied), ("other", AccessDenied)):
        with pytest.raises(error):
            keep_loan(company.vault, company.at_keyboard(login), loan_id=loan)
    with pytest.raises(NotFound):
        keep_loan(company.vault, company.at_keyboard("author"), loan_id="l" + "a" * 26)
    link(company, "custodian", "custodian2")
    with pytest.raises(AccessDenied, match=r"handover\.leaver"):
        keep_loan(company.vault, company.at_keyboard("custodian2"), loan_id=loan)


def test_loan_to_a_team_of_leavers_alone_is_taken_back_or_filled(company: Company) -> None:
    """Somebody else in the team, and it is in no list any more."""
    loan = lent(company, "stranger")
    announce(company, "stranger", successor="")
    [row] = loose(company, "custodian")
    assert (row.team_is_deserted, row.lender_leaves, row.leaver_name, row.may_keep) == (True, False, "Stranger", False)
    assert [
        each.loan_id
        for each in show_leaving(company.vault, company.at_keyboard("officer"), person_id=company.ids["stranger"]).loans
    ] == [loan]
    take_back(company.vault, company.at_keyboard("custodian"), loan_id=loan)
    assert loose(company, "custodian") == []


def test_team_with_somebody_who_stays_is_no_matter(company: Company) -> None:
    """One of two leaves: the other goes on borrowing."""
    lent(company, "stranger", "other")
    announce(company, "stranger", successor="")
    assert loose(company, "custodian") == []
