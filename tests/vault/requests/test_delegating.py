"""Approving in another's stead: for whom, until when, and that every exclusion holds for both."""

from __future__ import annotations

import datetime as dt

import pytest
from msgspec.structs import replace

from tests.attacks.acting import ask, change, decide, end_assignment, open_and_end, open_view
from tests.attacks.observing import trail
from tests.company import Company, set_policy
from tests.vault.requests.test_deciding import second_approver, state_of
from tests.vault.requests.test_races import race
from vault.clock import FixedClock
from vault.database.engine import reading
from vault.database.policy_queries import policy_in_force
from vault.database.request_queries import RequestState
from vault.errors import AccessDenied, Conflict, InputError, NotFound, QuotaSpent, VaultError
from vault.ledger.events import Event
from vault.model import Duty
from vault.notices.kinds import NoticeKind
from vault.notices.reading import list_notices
from vault.people.accounts import suspend_person
from vault.requests.delegating import delegate, end_delegation, list_delegations
from vault.requests.listing import count_waiting, list_requests
from vault.requests.showing import show_request
from vault.worker.sweeping import sweep

NOTE = "On holiday for two weeks"
DAYS = dt.timedelta(days=10)


def qualify(company: Company, login: str = "stranger") -> str:
    change(company, login, qualifications=frozenset({Duty.APPROVER}))
    return login


def hand_over(
    company: Company,
    login: str = "stranger",
    *,
    giver: str = "approver",
    starts_in: dt.timedelta | None = None,
    lasts: dt.timedelta = DAYS,
) -> str:
    now = company.vault.clock.now()
    starts_at = now + starts_in if starts_in is not None else None
    return delegate(
        company.vault,
        company.at_keyboard(giver),
        to=company.person(login).staff_number,
        starts_at=starts_at,
        ends_at=(starts_at or now) + lasts,
        note=NOTE,
    )


def pass_time(company: Company, by: dt.timedelta) -> None:
    assert isinstance(company.vault.clock, FixedClock)
    company.vault.clock.advance(by)


def kinds_told(company: Company, login: str) -> list[NoticeKind]:
    return [each.kind for each in list_notices(company.vault, company.at_keyboard(login)).rows]


def test_delegate_decides_in_the_givers_stead_and_it_shows(company: Company) -> None:
    """Asked, told, counted, decided: the page names both, the trail the delegation and no second person."""
    delegation_id = hand_over(company, qualify(company))
    request_id = ask(company, 2)

    assert count_waiting(company.vault, company.at_keyboard("stranger")) == 1
    [row] = list_requests(company.vault, company.at_keyboard("stranger")).to_decide
    assert (row.id, row.document_title) == (request_id, "Offer")
    card = show_request(company.vault, company.at_keyboard("stranger"), request_id=request_id)
    assert (card.may_decide, card.in_stead_of, card.customer_name) == (True, "Approver", "")
    assert NoticeKind.REQUEST_WAITS in kinds_told(company, "approver")
    assert set(kinds_told(company, "stranger")) == {NoticeKind.REQUEST_WAITS, NoticeKind.DELEGATION_BEGUN}

    decide(company, request_id, views=2, login="stranger")

    assert state_of(company, request_id) is RequestState.APPROVED
    shown = show_request(company.vault, company.at_keyboard("borrower"), request_id=request_id)
    assert [(each.name, each.in_stead_of) for each in shown.decisions] == [
        (company.person("stranger").name, "Approver")
    ]
    [entry] = trail(company, Event.REQUEST_DECIDED)
    assert (entry.actor, entry.details["delegation"]) == (company.ids["stranger"], delegation_id)
    assert company.ids["approver"] not in entry.details.values()


def test_period_begins_and_ends_by_the_clock_and_the_sweep_tells(company: Company) -> None:
    """Nothing before its first moment, nothing from its last on, whether or not anybody swept."""
    hand_over(company, qualify(company), starts_in=dt.timedelta(hours=2), lasts=dt.timedelta(hours=3))
    request_id = ask(company, 1)
    with pytest.raises(NotFound):
        decide(company, request_id, views=1, login="stranger")
    pass_time(company, dt.timedelta(hours=2))
    assert [sweep(company.vault).delegations_settled for _ in range(2)] == [1, 0]
    assert show_request(company.vault, company.at_keyboard("stranger"), request_id=request_id).may_decide
    pass_time(company, dt.timedelta(hours=3))
    with pytest.raises(NotFound):
        decide(company, request_id, views=1, login="stranger")
    assert [sweep(company.vault).delegations_settled for _ in range(2)] == [1, 0]
    assert kinds_told(company, "stranger") == [
        NoticeKind.DELEGATION_ENDED,
        NoticeKind.DELEGATION_BEGUN,
        NoticeKind.DELEGATION_BEGUN,
    ]
    [entry] = trail(company, Event.DELEGATION_ENDED)
    assert entry.fact("code") == "over"


def test_longest_period_is_the_policys(company: Company) -> None:
    """Ninety days unless the policy says otherwise; and there is always a last day."""
    qualify(company)
    with pytest.raises(InputError, match=r"delegation\.longest"):
        hand_over(company, lasts=dt.timedelta(days=91))
    with reading(company.vault.engine) as tx:
        policy = policy_in_force(tx).policy
    set_policy(company, replace(policy, requests=replace(policy.requests, delegation_days=2)))
    with pytest.raises(InputError, match=r"delegation\.longest"):
        hand_over(company, lasts=dt.timedelta(days=3))
    with pytest.raises(InputError, match=r"assignment\.last_day"):
        delegate(
            company.vault,
            company.at_keyboard("approver"),
            to=company.person("stranger").staff_number,
            starts_at=None,
            ends_at=None,
            note=NOTE,
        )


def test_only_an_approver_receives_and_overlaps_are_refused(company: Company) -> None:
    """Never oneself, never somebody unqualified, never twice for one day; the next days are fine."""
    for login, code in (("approver", "delegation.self"), ("other", "delegation.to"), ("officer", "delegation.to")):
        with pytest.raises(InputError, match=code):
            hand_over(company, login)
    hand_over(company, qualify(company))
    with pytest.raises(Conflict, match=r"delegation\.overlaps"):
        hand_over(company, starts_in=dt.timedelta(days=9))
    hand_over(company, starts_in=DAYS)
    with pytest.raises(AccessDenied, match=r"denied\.delegating"):
        hand_over(company, giver="borrower")


def test_what_was_delegated_cannot_be_handed_on(company: Company) -> None:
    """The delegate's delegate decides nothing."""
    hand_over(company, qualify(company))
    hand_over(company, qualify(company, "custodian2"), giver="stranger")
    request_id = ask(company, 1)
    with pytest.raises(NotFound):
        decide(company, request_id, views=1, login="custodian2")


def test_delegate_does_not_decide_their_own_request(company: Company) -> None:
    """The exclusions of the delegate."""
    request_id = ask(company, 1, login="other")
    end_assignment(company, "other")
    hand_over(company, qualify(company, "other"))
    with pytest.raises(AccessDenied, match=r"denied\.own_request"):
        decide(company, request_id, views=1, login="other")


@pytest.mark.parametrize("duty", [Duty.CUSTODIAN, Duty.BORROWER])
def test_delegate_with_another_side_on_the_dossier_decides_nothing(company: Company, duty: Duty) -> None:
    """And is not told of the request by the delegation."""
    change(company, "stranger", qualifications=frozenset({Duty.APPROVER, duty}))
    second_approver(company, "stranger", duty=duty)
    hand_over(company)
    request_id = ask(company, 1)
    with pytest.raises(NotFound):
        decide(company, request_id, views=1, login="stranger")
    found = list_requests(company.vault, company.at_keyboard("stranger"))
    assert [found.to_decide, found.for_others] == [[], []]
    assert count_waiting(company.vault, company.at_keyboard("stranger")) == 0


def test_delegate_of_an_approver_who_may_not_decide_may_not_either(company: Company) -> None:
    """The giver handed a version of the document in, when they were an author."""
    document_id = company.submit("author", b"A plan for the autumn fair\n", name="Plan.txt").document_id
    company.convert_all()
    company.submit("custodian", b"The plan, in its second version\n", name="Plan.txt", document_id=document_id)
    company.convert_all()
    end_assignment(company, "author", duty=Duty.AUTHOR)
    qualify(company, "author")
    second_approver(company, "author")
    hand_over(company, qualify(company), giver="author")
    company.document_id = document_id
    request_id = ask(company, 1)
    with pytest.raises(AccessDenied, match=r"denied\.stead"):
        decide(company, request_id, views=1, login="stranger")
    assert count_waiting(company.vault, company.at_keyboard("stranger")) == 0


@pytest.mark.parametrize("loss", ["assignment", "suspension", "delegate"])
def test_role_lost_between_decision_and_use_voids_the_grant(company: Company, loss: str) -> None:
    """Of the giver or of the delegate; that the delegation ends voids nothing."""
    actor = company.signed_in("borrower")
    for _ in range(3):
        open_and_end(company, actor)
    delegation_id = hand_over(company, qualify(company))
    request_id, waiting = ask(company, 2), None
    decide(company, request_id, views=2, login="stranger")
    end_delegation(company.vault, company.at_keyboard("stranger"), delegation_id=delegation_id)
    assert open_and_end(company, actor).number == 4
    waiting = ask(company, 1)
    if loss == "assignment":
        end_assignment(company, "approver", duty=Duty.APPROVER)
    else:
        lost = "approver" if loss == "suspension" else "stranger"
        suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids[lost])
    with pytest.raises((QuotaSpent, AccessDenied)):
        open_view(company, actor)
    assert state_of(company, waiting) is RequestState.OPEN


@pytest.mark.parametrize("loss", ["assignment", "suspension"])
def test_giver_who_lost_the_role_leaves_nothing_to_decide(company: Company, loss: str) -> None:
    """Before the decision."""
    hand_over(company, qualify(company))
    request_id = ask(company, 1)
    if loss == "assignment":
        end_assignment(company, "approver", duty=Duty.APPROVER)
    else:
        suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["approver"])
    with pytest.raises(NotFound):
        decide(company, request_id, views=1, login="stranger")


@pytest.mark.parametrize(("first", "second"), [("stranger", "approver"), ("approver", "stranger")])
def test_giver_and_delegate_count_as_one_of_two(company: Company, first: str, second: str) -> None:
    """Where two must agree, the two of them are one."""
    with reading(company.vault.engine) as tx:
        policy = policy_in_force(tx).policy
    set_policy(company, replace(policy, requests=replace(policy.requests, approvals=2)))
    hand_over(company, qualify(company))
    request_id = ask(company, 2)
    decide(company, request_id, views=2, login=first)
    with pytest.raises((AccessDenied, Conflict), match="agreed"):
        decide(company, request_id, views=1, login=second)
    assert state_of(company, request_id) is RequestState.OPEN
    assert list_requests(company.vault, company.at_keyboard(second)).to_decide == []


def test_either_of_the_two_or_an_officer_ends_it_and_nobody_else(company: Company) -> None:
    """Twice is fine; strangers learn nothing."""
    qualify(company)
    for login in ("approver", "stranger", "officer"):
        delegation_id = hand_over(company)
        with pytest.raises(NotFound):
            end_delegation(company.vault, company.at_keyboard("borrower"), delegation_id=delegation_id)
        assert len(list_delegations(company.vault, company.at_keyboard(login)).rows) == 1
        for _ in range(2):
            end_delegation(company.vault, company.at_keyboard(login), delegation_id=delegation_id)
        assert list_delegations(company.vault, company.at_keyboard(login)).rows == []
    assert len([each for each in trail(company, Event.DELEGATION_ENDED) if each.fact("code") == "ended"]) == 3


def test_ending_and_deciding_at_once_leave_no_decision_after_the_end(any_company: Company) -> None:
    """On both databases: in the trail's order, what was decided stands before the end."""
    company = any_company
    qualify(company)
    for _ in range(6):
        delegation_id, request_id = hand_over(company), ask(company, 1)
        ending, deciding = race(
            lambda delegation_id=delegation_id: end_delegation(
                company.vault, company.at_keyboard("approver"), delegation_id=delegation_id
            ),
            lambda request_id=request_id: decide(company, request_id, views=1, login="stranger"),
        )
        assert ending is None
        decided = state_of(company, request_id) is RequestState.APPROVED
        assert decided == (deciding is None)
        outcome: VaultError | None = deciding
        assert outcome is None or isinstance(outcome, NotFound)
        done = [
            each.event
            for each in trail(company, Event.REQUEST_DECIDED, Event.DELEGATION_ENDED)
            if each.details.get("delegation") == delegation_id
        ]
        assert done == [*([Event.REQUEST_DECIDED] if decided else []), Event.DELEGATION_ENDED]
        if not decided:
            decide(company, request_id, views=0)
