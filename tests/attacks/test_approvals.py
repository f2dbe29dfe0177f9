"""Approvals: no self-approval by any road; authority is checked when decided and again when used."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.attacks.acting import ask, change, decide, end_assignment, grant, open_and_end, open_view
from tests.attacks.observing import alter, column, quota, trail
from tests.company import Company
from tests.gateway.visitor import Web
from vault.clock import FixedClock
from vault.errors import AccessDenied, CallerError, Conflict, InputError, NotFound, QuotaSpent
from vault.filing.dossiers import assign
from vault.ledger.events import Event, Outcome
from vault.model import Duty
from vault.people.accounts import suspend_person
from vault.policy.granting import GrantKind
from vault.policy.reasons import ReasonDraft
from vault.requests.asking import ask_for, withdraw_request
from vault.requests.deciding import decide_request

EVERY_DUTY = frozenset(Duty)


def give(company: Company, login: str, duty: Duty, *, by: str = "custodian") -> None:
    assign(
        company.vault,
        company.at_keyboard(by),
        dossier_id=company.dossier_id,
        person_id=company.ids[login],
        duty=duty,
    )


def assert_undecided(company: Company) -> None:
    assert column(company, "SELECT state FROM requests") == ["open"]
    assert quota(company).granted == 0


@pytest.mark.parametrize(
    "login", ["borrower", "other", "custodian", "author", "stranger", "admin", "officer", "auditor"]
)
def test_nobody_but_an_approver_decides(company: Company, login: str) -> None:
    """Least of all the requester; each attempt is refused and recorded."""
    request_id = ask(company, 2)
    with pytest.raises((AccessDenied, NotFound)):
        decide(company, request_id, views=2, login=login)
    assert_undecided(company)
    [denied] = trail(company, Event.REQUEST_DECIDED)
    assert (denied.outcome, denied.actor) == (Outcome.DENIED, company.ids[login])


def test_requester_who_becomes_an_approver_does_not_decide_their_own_request(company: Company) -> None:
    """Asked as a borrower, moved to approving: it is still their own request."""
    request_id = ask(company, 2)
    change(company, "borrower", qualifications=EVERY_DUTY)
    end_assignment(company, "borrower")
    give(company, "borrower", Duty.APPROVER)
    with pytest.raises(AccessDenied, match=r"denied\.own_request"):
        decide(company, request_id, views=2, login="borrower")
    assert_undecided(company)


def test_one_person_does_not_hold_both_sides_on_a_dossier(company: Company) -> None:
    """Borrower and approver, author and approver, custodian and approver: each pair is refused when it is given."""
    for login in ("borrower", "author", "custodian"):
        change(company, login, qualifications=EVERY_DUTY)
    for login in ("borrower", "author"):
        with pytest.raises(AccessDenied, match=r"duties\.conflict"):
            give(company, login, Duty.APPROVER)
    with pytest.raises(AccessDenied):
        give(company, "custodian", Duty.APPROVER)


def test_both_sides_held_in_the_table_still_do_not_decide(company: Company) -> None:
    """Whoever writes the second duty past the rule that refuses it gets nothing from it."""
    request_id = ask(company, 2)
    alter(company, "UPDATE assignments SET person_id = :id WHERE duty = 'approver'", id=company.ids["borrower"])
    with pytest.raises(AccessDenied, match=r"denied\.own_request"):
        decide(company, request_id, views=2, login="borrower")
    alter(company, "UPDATE assignments SET person_id = :id WHERE duty = 'approver'", id=company.ids["custodian"])
    with pytest.raises(CallerError, match=r"denied\.custodian_decides|not_found"):
        decide(company, request_id, views=2, login="custodian")
    assert_undecided(company)


def test_submitter_of_the_document_does_not_decide_over_it(company: Company) -> None:
    """Who handed the document in, or filed it, is a side in the matter."""
    request_id = ask(company, 2)
    alter(company, "UPDATE assignments SET person_id = :id WHERE duty = 'approver'", id=company.ids["custodian2"])
    for part in ("submitted_by", "filed_by"):
        alter(company, f"UPDATE document_versions SET {part} = :id", id=company.ids["custodian2"])
        with pytest.raises(AccessDenied, match=r"denied\.own_submission"):
            decide(company, request_id, views=2, login="custodian2")
        alter(company, f"UPDATE document_versions SET {part} = :id", id=company.ids["custodian"])
    assert_undecided(company)


def test_name_like_the_approvers_gives_no_authority(company: Company) -> None:
    """Same-named people are different people: rights stand on ids."""
    change(company, "stranger", name=company.person("approver").name)
    request_id = ask(company, 1)
    with pytest.raises((AccessDenied, NotFound)):
        decide(company, request_id, views=1, login="stranger")
    assert_undecided(company)


@pytest.mark.parametrize("lose", ["suspended", "unassigned"])
def test_authority_is_looked_up_when_it_is_used(company: Company, lose: str) -> None:
    """An approver who lost the duty between seeing the request and pressing the button decides nothing."""
    request_id = ask(company, 2)
    if lose == "suspended":
        suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["approver"])
    else:
        end_assignment(company, "approver", duty=Duty.APPROVER)
    with pytest.raises((AccessDenied, NotFound)):
        decide(company, request_id, views=2)
    assert_undecided(company)


def test_requesters_right_is_looked_up_when_the_grant_is_used(company: Company) -> None:
    """Granted while assigned, used after the assignment ended: nothing opens."""
    grant(company, 2)
    end_assignment(company, "borrower")
    with pytest.raises(CallerError):
        open_view(company, company.signed_in("borrower"))
    assert quota(company).used == 0


@pytest.mark.parametrize("text", [".", "", "...", "aaa", "please", "ok"])
def test_dot_is_no_reason_to_ask_and_none_to_decide(company: Company, text: str) -> None:
    """Each side says something of substance."""
    with pytest.raises(InputError):
        ask_for(
            company.vault,
            company.at_keyboard("borrower"),
            document_id=company.document_id,
            kind=GrantKind.VIEWS,
            amount=1,
            reason=ReasonDraft("offer", text),
        )
    request_id = ask(company, 1)
    with pytest.raises(InputError):
        decide_request(
            company.vault, company.at_keyboard("approver"), request_id=request_id, approve=False, amount=0, note=text
        )
    assert_undecided(company)


@pytest.mark.parametrize("views", [0, -1, 11, 1000])
def test_more_than_is_allowed_can_be_neither_asked_nor_granted(company: Company, views: int) -> None:
    """Nor fewer than one."""
    with pytest.raises(InputError):
        ask(company, views)
    request_id = ask(company, 2)
    with pytest.raises(InputError):
        decide_request(
            company.vault,
            company.at_keyboard("approver"),
            request_id=request_id,
            approve=True,
            amount=max(views, 0) or 3,
            note="Agreed with the head of sales",
        )
    assert_undecided(company)


def test_grant_counts_once_however_often_it_is_sent(company: Company) -> None:
    """Approving twice grants once; what another way was decided cannot be decided again."""
    request_id = ask(company, 2)
    decide(company, request_id, views=2)
    decide(company, request_id, views=2)
    assert quota(company).granted == 2
    with pytest.raises(Conflict):
        decide(company, request_id)
    assert len([each for each in trail(company, Event.REQUEST_DECIDED) if each.outcome is Outcome.SUCCESS]) == 1


def test_grant_opens_exactly_so_many_more(company: Company) -> None:
    """Three and two are five, and then none."""
    for _ in range(3):
        open_and_end(company, company.signed_in("borrower"))
    grant(company, 2)
    assert [open_and_end(company, company.signed_in("borrower")).number for _ in range(2)] == [4, 5]
    with pytest.raises(QuotaSpent):
        open_view(company, company.signed_in("borrower"))


def test_request_can_be_decided_until_its_last_moment_and_not_after(company: Company, clock: FixedClock) -> None:
    """The clock starts when it was asked, is the server's, and lapsing is checked at the decision, not by the sweep."""
    request_id = ask(company, 2)
    clock.advance(dt.timedelta(days=14))
    with pytest.raises(Conflict):
        decide(company, request_id, views=2)
    assert quota(company).granted == 0


def test_decided_and_lapsed_requests_stay(company: Company, clock: FixedClock) -> None:
    """Requests do not vanish after expiry: row and entries stand for review."""
    decide(company, ask(company, 1), views=1)
    decide(company, ask(company, 1, login="other"))
    lapsed = ask(company, 2)
    clock.advance(dt.timedelta(days=20))
    again = ask(company, 2)
    withdraw_request(company.vault, company.at_keyboard("borrower"), request_id=again)
    states = column(company, "SELECT state FROM requests ORDER BY asked_at, state")
    assert sorted(states) == ["approved", "lapsed", "refused", "withdrawn"]
    assert lapsed in column(company, "SELECT id FROM requests")
    assert len(trail(company, Event.REQUEST_MADE)) == 4


def test_nothing_is_decided_by_a_get(web: Web) -> None:
    """Neither by a link in a mail nor by its prefetching."""
    request_id = ask(web.company, 2)
    visitor = web.visitor("approver")
    for path in (f"/requests/{request_id}", f"/requests/{request_id}/decision", f"/requests/{request_id}/withdrawal"):
        visitor.get(f"{path}?decision=approve&approve=1&views=2&note=Agreed+with+the+head+of+sales")
    assert_undecided(web.company)


def test_nobody_withdraws_the_request_of_another(company: Company) -> None:
    """Nor can it be withdrawn once decided."""
    request_id = ask(company, 1)
    for login in ("other", "approver", "custodian", "stranger", "admin"):
        with pytest.raises((NotFound, AccessDenied)):
            withdraw_request(company.vault, company.at_keyboard(login), request_id=request_id)
    assert_undecided(company)
    decide(company, request_id, views=1)
    with pytest.raises(Conflict):
        withdraw_request(company.vault, company.at_keyboard("borrower"), request_id=request_id)
