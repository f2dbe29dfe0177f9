"""Two accounts of one person: what is forbidden to one is forbidden to the other, everywhere that two people are asked.

Comparable products let a requester approve their own request from a second account.
"""

from __future__ import annotations

from functools import partial

import pytest

from tests.attacks.acting import ask, decide, open_view
from tests.attacks.observing import trail
from tests.company import PASSWORD, Company
from tests.custody import ordered, second_officer
from tests.erasing import requested, suspend
from tests.linking import WHY, link
from tests.vault.leaving.acts import announce, handover
from vault.access.cover import cover_card
from vault.custody.operations import approve
from vault.custody.scope import Scope
from vault.errors import AccessDenied, CallerError, Conflict, InputError, NotFound
from vault.filing.cards import show_dossier
from vault.filing.dossiers import assign, list_dossiers
from vault.filing.lending import lend
from vault.filing.reviewing import file_submission
from vault.filing.submissions import count_submissions, list_submissions, show_submission
from vault.leaving.handing_over import propose_successor
from vault.ledger.events import Event
from vault.model import Duty
from vault.people.linking import link_accounts, linked_accounts, unlink_account
from vault.people.teams import add_member, create_team, remove_member
from vault.policy.custody import OperationKind
from vault.policy.document import Policy
from vault.policymaking.deciding import approve_proposal
from vault.policymaking.proposing import propose_policy
from vault.trail.erasing.orders import approve_erasure


def link_past_the_rule(company: Company, *logins: str) -> None:
    """An administrator cannot link an account of their own; another one did."""
    from vault.database import link_queries  # noqa: PLC0415
    from vault.database.engine import transaction  # noqa: PLC0415

    people = [company.person(login).id for login in logins]
    with transaction(company.vault.engine) as tx:
        link_queries.store_links(tx, people, human_id=min(people), by=people[0], now=company.vault.clock.now())


def test_second_account_does_not_approve_the_firsts_request(company: Company) -> None:
    request_id = ask(company, 1)
    link(company, "borrower", "approver")
    with pytest.raises(AccessDenied, match=r"denied\.own_request"):
        decide(company, request_id, views=1)


def test_second_account_does_not_file_the_firsts_submission(company: Company) -> None:
    submitted = company.submit("author", b"A page by somebody with two accounts\n", name="Two.txt")
    company.convert_all()
    link(company, "author", "custodian")
    with pytest.raises(AccessDenied, match=r"denied\.own_submission"):
        file_submission(company.vault, company.at_keyboard("custodian"), document_id=submitted.document_id)


def test_second_account_approves_no_work_on_keys_of_the_first(company: Company) -> None:
    second_officer(company, 2)
    operation = ordered(company, OperationKind.ROTATE_RING, Scope(ring="confidential"))
    link(company, "officer", "officer2")
    with pytest.raises(AccessDenied, match=r"denied\.own_operation"):
        approve(company.vault, company.at_keyboard("officer2"), operation_id=operation)


def test_second_account_decides_over_no_policy_of_the_first(company: Company) -> None:
    admin = company.signed_in("admin")
    proposal = propose_policy(
        company.vault, admin, policy=Policy(views=2), base_version=0, note="Fewer for everybody", password=PASSWORD
    )
    link_past_the_rule(company, "admin", "officer")
    with pytest.raises(AccessDenied):
        approve_proposal(
            company.vault,
            company.signed_in("officer"),
            proposal_id=proposal,
            password=PASSWORD,
        )


def test_second_account_decides_over_no_erasure_of_the_first_nor_of_itself(company: Company) -> None:
    suspend(company, "other")
    erasure = requested(company, "other")
    link_past_the_rule(company, "admin", "officer")
    with pytest.raises(AccessDenied, match=r"denied\.own_request_to_erase"):
        approve_erasure(company.vault, company.at_keyboard("officer"), erasure_id=erasure)
    link_past_the_rule(company, "other", "officer")
    with pytest.raises(AccessDenied, match=r"denied\.own_erasure"):
        approve_erasure(company.vault, company.at_keyboard("officer"), erasure_id=erasure)


def test_second_account_gets_no_conflicting_duty_on_the_dossier(company: Company) -> None:
    link(company, "borrower", "stranger")
    with pytest.raises(AccessDenied, match=r"duties\.conflict"):
        assign(
            company.vault,
            company.at_keyboard("custodian"),
            dossier_id=company.dossier_id,
            person_id=company.ids["stranger"],
            duty=Duty.APPROVER,
        )


def test_second_account_is_lent_nothing_that_the_first_keeps(company: Company) -> None:
    """Neither when the team is lent the dossier nor when the account joins the team that has it."""
    team = create_team(company.vault, company.at_keyboard("admin"), name="Sales North")
    link(company, "custodian", "stranger")
    add = partial(add_member, company.vault, company.at_keyboard("admin"), team_id=team)
    add(person_id=company.ids["stranger"])
    custodian = company.at_keyboard("custodian")
    with pytest.raises(AccessDenied, match=r"duties\.conflict"):
        lend(company.vault, custodian, dossier_id=company.dossier_id, team_id=team)
    remove_member(company.vault, company.at_keyboard("admin"), team_id=team, person_id=company.ids["stranger"])
    lend(company.vault, custodian, dossier_id=company.dossier_id, team_id=team)
    with pytest.raises(AccessDenied, match=r"duties\.conflict"):
        add(person_id=company.ids["stranger"])


def test_second_account_takes_no_duty_over_that_conflicts_with_the_firsts(company: Company) -> None:
    """The leaver approves; the successor keeps the dossier by another account, and is not proposed."""
    link(company, "custodian", "stranger")
    leaving = announce(company, "approver", successor="stranger")
    assert handover(company, leaving, Duty.APPROVER).successor_id is None
    with pytest.raises(AccessDenied, match=r"duties\.conflict"):
        propose_successor(
            company.vault,
            company.at_keyboard("admin"),
            handover_id=handover(company, leaving, Duty.APPROVER).id,
            successor="stranger",
        )


def test_second_account_is_not_offered_the_firsts_submission(company: Company) -> None:
    """Neither counted nor listed, nor with a button on the dossier's page."""
    submitted = company.submit("author", b"A page by somebody with two accounts\n", name="Two.txt")
    company.convert_all()
    custodian = company.at_keyboard("custodian")
    assert count_submissions(company.vault, custodian) == 1
    link(company, "author", "custodian")
    assert (count_submissions(company.vault, custodian), list_submissions(company.vault, custodian)) == (0, [])
    rows = show_dossier(company.vault, custodian, dossier_id=company.dossier_id).documents
    assert [each.waiting_version for each in rows if each.id == submitted.document_id] == [None]
    with pytest.raises(AccessDenied, match=r"denied\.own_submission"):
        show_submission(company.vault, custodian, document_id=submitted.document_id)


def test_no_right_moves_to_a_linked_account(company: Company) -> None:
    """A stranger is no borrower by being the same person as one: for what they may, an account needs its own duty."""
    link(company, "borrower", "stranger")
    stranger = company.signed_in("stranger")
    assert list_dossiers(company.vault, stranger) == []
    with pytest.raises(NotFound):
        cover_card(company.vault, stranger, document_id=company.document_id)
    with pytest.raises(NotFound):
        open_view(company, stranger)


def test_links_join_and_one_account_can_be_taken_out(company: Company) -> None:
    """By a security officer, with a reason; each account has its entry."""
    link(company, "borrower", "other")
    link(company, "stranger", "other")
    link(company, "stranger", "borrower")  # they are together already
    assert [
        len(linked_accounts(company.vault, company.at_keyboard("admin"), person_id=company.ids[each]))
        for each in (
            "borrower",
            "other",
            "stranger",
        )
    ] == [2, 2, 2]
    assert len(trail(company, Event.PERSON_LINKED)) == 2 + 3
    officer = company.at_keyboard("officer")
    unlink_account(company.vault, officer, person_id=company.ids["other"], note=WHY)
    with pytest.raises(Conflict, match=r"link\.none"):
        unlink_account(company.vault, officer, person_id=company.ids["other"], note=WHY)
    (left,) = linked_accounts(company.vault, officer, person_id=company.ids["borrower"])
    assert left.login == "stranger"


def test_who_may_not_link_and_what_is_no_account(company: Company) -> None:
    for login in ("officer", "auditor", "custodian"):
        with pytest.raises(AccessDenied, match=r"denied\.office"):
            link_accounts(
                company.vault, company.at_keyboard(login), person_id=company.ids["other"], other="borrower", note=WHY
            )
    with pytest.raises(AccessDenied, match=r"denied\.office"):
        unlink_account(company.vault, company.at_keyboard("admin"), person_id=company.ids["other"], note=WHY)
    with pytest.raises(AccessDenied, match=r"denied\.own_account"):
        link(company, "other", "admin")
    for words in ("", "nobody", "other"):
        with pytest.raises(InputError, match=r"link\.other"):
            link(company, "other", words)
    with pytest.raises(CallerError):
        link_accounts(
            company.vault, company.at_keyboard("admin"), person_id=company.ids["other"], other="borrower", note="."
        )
