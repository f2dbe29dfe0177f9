"""Lists of requests: whose, in which order, what is told to whom, and the count of what waits."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.attacks.acting import ask, change, decide, end_assignment
from tests.attacks.observing import alter
from tests.company import Company, set_policy
from tests.linking import link
from tests.vault.requests.test_deciding import second_approver
from vault.clock import FixedClock
from vault.database.request_queries import RequestState
from vault.errors import AccessDenied
from vault.filing.dossiers import assign
from vault.model import Duty
from vault.policy.document import ClassPolicy, Policy
from vault.requests.asking import asking_card, withdraw_request
from vault.requests.delegating import delegate
from vault.requests.listing import PAGE_ROWS, Side, count_waiting, list_closed, list_requests

LAPSED = dt.timedelta(days=14)


def waiting(company: Company, login: str = "approver") -> int:
    return count_waiting(company.vault, company.at_keyboard(login))


def test_open_request_stands_with_its_requester_and_its_approver(company: Company) -> None:
    """The one sees who can decide and until when, the other who asks."""
    request_id = ask(company, 2)

    [mine] = list_requests(company.vault, company.at_keyboard("borrower")).mine
    [theirs] = list_requests(company.vault, company.at_keyboard("approver")).to_decide

    assert (mine.id, theirs.id) == (request_id, request_id)
    assert (mine.deciders, mine.document_title, mine.state) == (["Approver"], "Offer", RequestState.OPEN)
    assert mine.lapses_at == company.vault.clock.now() + LAPSED
    assert (theirs.requester_name, theirs.asked, theirs.why_not) == ("王晓明", 2, "")


@pytest.mark.parametrize("login", ["other", "author", "custodian", "stranger"])
def test_request_shows_in_nobody_elses_list(company: Company, login: str) -> None:
    """Neither to other borrowers nor to whoever keeps the dossier; and nothing waits for them."""
    ask(company, 1)

    found = list_requests(company.vault, company.at_keyboard(login))

    assert [found.mine, found.to_decide, found.for_others, found.my_closed.rows, found.decided.rows] == [[]] * 5
    assert waiting(company, login) == 0


@pytest.mark.parametrize("login", ["officer", "auditor", "admin"])
def test_other_offices_have_no_requests(company: Company, login: str) -> None:
    """They hold no duties, so the lists are refused them."""
    with pytest.raises(AccessDenied, match=r"denied\.office"):
        list_requests(company.vault, company.at_keyboard(login))
    with pytest.raises(AccessDenied, match=r"denied\.office"):
        list_closed(company.vault, company.at_keyboard(login), side=Side.DECIDED, page=1)


def test_decided_request_moves_to_what_is_closed_on_both_sides(company: Company) -> None:
    """And stays there for review."""
    request_id = ask(company, 2)
    decide(company, request_id, views=1)

    mine = list_requests(company.vault, company.at_keyboard("borrower"))
    theirs = list_requests(company.vault, company.at_keyboard("approver"))

    assert (mine.mine, theirs.to_decide) == ([], [])
    assert [row.id for row in mine.my_closed.rows] == [request_id]
    assert [(row.id, row.granted) for row in theirs.decided.rows] == [(request_id, 1)]
    assert theirs.decided.rows[0].deciders == []


def test_request_whose_time_ran_out_is_closed_before_any_sweep(company: Company, clock: FixedClock) -> None:
    """It neither waits nor counts, and it does not vanish."""
    ask(company, 1)
    clock.advance(LAPSED)

    found = list_requests(company.vault, company.at_keyboard("approver"))

    assert (found.to_decide, waiting(company)) == ([], 0)
    assert [row.state for row in found.decided.rows] == [RequestState.LAPSED]


def test_count_is_of_what_this_person_can_decide(company: Company) -> None:
    """One for each, none for what they handed in themselves."""
    assert waiting(company) == 0
    request_id = ask(company, 1)
    ask(company, 1, login="other")
    assert waiting(company) == 2
    decide(company, request_id, views=0)
    assert waiting(company) == 1


def test_approver_with_another_part_sees_that_it_waits_for_somebody_else(company: Company) -> None:
    """Listed apart with the reason, and not counted."""
    company.document_id = company.submit("author", b"A plan for the autumn fair\n", name="Plan.txt").document_id
    company.convert_all()
    company.submit("custodian", b"The second version of it\n", name="Plan.txt", document_id=company.document_id)
    company.convert_all()
    end_assignment(company, "author", duty=Duty.AUTHOR)
    change(company, "author", qualifications=frozenset({Duty.APPROVER}))
    assign(
        company.vault,
        company.at_keyboard("custodian"),
        dossier_id=company.dossier_id,
        person_id=company.ids["author"],
        duty=Duty.APPROVER,
    )
    ask(company, 1)

    found = list_requests(company.vault, company.at_keyboard("author"))

    assert found.to_decide == []
    assert [row.why_not for row in found.for_others] == ["denied.own_submission"]
    assert (waiting(company, "author"), waiting(company)) == (0, 1)


def test_own_request_by_another_account_is_offered_to_nobody(company: Company) -> None:
    """It waits for whoever is somebody else: in lists, counts and among those who can decide."""
    second_approver(company)
    ask(company, 1)
    link(company, "borrower", "approver")
    found = list_requests(company.vault, company.at_keyboard("approver"))
    assert (found.to_decide, found.for_others, waiting(company)) == ([], [], 0)
    assert waiting(company, "stranger") == 1
    [mine] = list_requests(company.vault, company.at_keyboard("borrower")).mine
    assert mine.deciders == ["Stranger"]


def test_who_keeps_the_dossier_by_another_account_decides_nothing_about_it(company: Company) -> None:
    """Nor does who handed the document in by another account."""
    ask(company, 1)
    link(company, "custodian", "approver")  # custodian of the dossier, and behind the document
    found = list_requests(company.vault, company.at_keyboard("approver"))
    assert [row.why_not for row in found.for_others] == ["denied.custodian_decides"]
    assert (found.to_decide, waiting(company)) == ([], 0)


def test_two_accounts_of_one_approver_are_suggested_and_count_once(company: Company) -> None:
    """Whoever decided by the one has decided by the other; the request waits for a second person."""
    second_approver(company)
    set_policy(company, Policy(classes={"confidential": ClassPolicy(approvals=2)}))
    link(company, "approver", "stranger")
    request_id = ask(company, 1)
    [mine] = list_requests(company.vault, company.at_keyboard("borrower")).mine
    assert (mine.deciders, mine.needed) == (["Approver"], 2)
    assert asking_card(company.vault, company.at_keyboard("other"), document_id=company.document_id).deciders == [
        "Approver"
    ]
    decide(company, request_id, views=1)
    assert waiting(company, "stranger") == 0
    [row] = list_requests(company.vault, company.at_keyboard("stranger")).for_others
    assert row.why_not == "denied.agreed_already"


def test_delegate_is_offered_nothing_that_the_giver_asked_for_by_another_account(company: Company) -> None:
    """The giver could not decide it, so nobody can in their stead; nor the delegate's own by another account."""
    change(company, "custodian2", qualifications=frozenset({Duty.APPROVER}))
    delegate(
        company.vault,
        company.at_keyboard("approver"),
        to="custodian2",
        starts_at=None,
        ends_at=company.vault.clock.now() + dt.timedelta(days=5),
        note="Away at the autumn fair",
    )
    ask(company, 1)
    ask(company, 1, login="other")
    assert waiting(company, "custodian2") == 2
    link(company, "borrower", "approver")
    link(company, "other", "custodian2")
    assert waiting(company, "custodian2") == 0
    found = list_requests(company.vault, company.at_keyboard("custodian2"))
    assert found.to_decide == []


def test_nothing_waits_for_an_approver_who_lost_the_duty(company: Company) -> None:
    """Nor does what they once could decide show any more."""
    ask(company, 1)
    end_assignment(company, "approver", duty=Duty.APPROVER)

    found = list_requests(company.vault, company.at_keyboard("approver"))

    assert (found.to_decide, found.decided.rows, waiting(company)) == ([], [], 0)
    [mine] = list_requests(company.vault, company.at_keyboard("borrower")).mine
    assert mine.deciders == []


def test_requester_who_lost_the_dossier_reads_no_title_any_more(company: Company) -> None:
    """The request stays in the list under the dossier's reference."""
    ask(company, 1)
    end_assignment(company, "borrower")

    [row] = list_requests(company.vault, company.at_keyboard("borrower")).mine

    assert (row.document_title, row.dossier_reference[:1]) == ("", "D")


def test_sealed_vault_lists_without_titles(company: Company) -> None:
    """What waits is known without keys."""
    ask(company, 1)
    company.vault.seal()

    [row] = list_requests(company.vault, company.at_keyboard("approver")).to_decide

    assert (row.document_title, row.requester_name, waiting(company)) == ("", "王晓明", 1)


def test_altered_title_does_not_hide_the_list(company: Company) -> None:
    """That row goes without; whoever opens it causes the finding."""
    ask(company, 1)
    alter(company, "UPDATE documents SET title_sealed = record_sealed FROM dossiers")

    [row] = list_requests(company.vault, company.at_keyboard("approver")).to_decide

    assert row.document_title == ""


def test_closed_requests_come_in_pages_newest_first(company: Company, clock: FixedClock) -> None:
    """None twice, none left out, and a page beyond the end is empty."""
    made = []
    for _ in range(PAGE_ROWS + 3):
        clock.advance(dt.timedelta(minutes=1))
        made.append(ask(company, 1))
        withdraw_request(company.vault, company.at_keyboard("borrower"), request_id=made[-1])

    pages = {
        side: [list_closed(company.vault, company.at_keyboard(login), side=side, page=number) for number in (1, 2, 3)]
        for side, login in ((Side.MINE, "borrower"), (Side.DECIDED, "approver"))
    }

    for found in pages.values():
        assert [row.id for page in found for row in page.rows] == made[::-1]
        assert [(len(page.rows), page.has_more) for page in found] == [(PAGE_ROWS, True), (3, False), (0, False)]
