"""What is granted can be used for its time and no more, and only while what it rests on stands (G2, G4, G8)."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.attacks.acting import ask, change, decide, end_assignment, open_and_end, open_view, open_without_keys
from tests.attacks.observing import quota, trail
from tests.company import Company, set_policy
from tests.vault.grants.granting import granted, of_kind, revoke, state_of
from tests.vault.requests.test_deciding import decide_as, second_approver
from vault.access.cover import cover_card
from vault.access.reading import read_page
from vault.clock import FixedClock
from vault.errors import AccessDenied, Conflict, InputError, LeaseEnded, NotFound, QuotaSpent
from vault.grants.ending import return_grant
from vault.grants.listing import list_grants
from vault.ledger.events import Event, Outcome
from vault.model import Classification, Duty
from vault.people.accounts import suspend_person
from vault.policy.document import Policy, RequestRules
from vault.policy.granting import GrantKind, GrantState
from vault.policy.reasons import ReasonDraft
from vault.policy.request_rules import CaseNumbers
from vault.requests.asking import ask_for
from vault.worker.sweeping import sweep

DAY = dt.timedelta(days=1)


def spend(company: Company) -> None:
    actor = company.signed_in("borrower")
    for _ in range(3):
        open_and_end(company, actor)


def test_clock_of_a_grant_starts_with_its_first_use(company: Company, clock: FixedClock) -> None:
    """Thirty days from then, not from the decision."""
    request_id = granted(company, GrantKind.VIEWS, 2)
    clock.advance(29 * DAY)
    spend(company)
    assert state_of(company, request_id) is GrantState.WAITING
    open_and_end(company, company.signed_in("borrower"))
    assert state_of(company, request_id) is GrantState.RUNNING
    clock.advance(30 * DAY)
    assert state_of(company, request_id) is GrantState.EXPIRED
    with pytest.raises(QuotaSpent):
        open_view(company, company.signed_in("borrower"))
    assert sweep(company.vault).grants_ended == 1
    assert quota(company).granted == 1  # the one that was used stays counted


def test_grant_that_nobody_uses_lapses(company: Company, clock: FixedClock) -> None:
    """Before any sweep as well, and recorded once."""
    granted(company, GrantKind.VIEWS, 2)
    spend(company)
    clock.advance(30 * DAY)
    with pytest.raises(QuotaSpent):
        open_view(company, company.signed_in("borrower"))
    assert [sweep(company.vault).grants_ended for _ in range(2)] == [1, 0]
    [entry] = trail(company, Event.GRANT_ENDED)
    assert (entry.fact("code"), dict(entry.details)["used"], quota(company).granted) == ("lapsed", 0, 0)


def test_several_grants_are_used_one_after_the_other_and_n_is_n(company: Company, clock: FixedClock) -> None:
    """What ends first is used first; the end of one takes nothing of the other."""
    granted(company, GrantKind.VIEWS, 2)
    spend(company)
    open_and_end(company, company.signed_in("borrower"))
    clock.advance(20 * DAY)
    second = granted(company, GrantKind.VIEWS, 2)
    clock.advance(10 * DAY)  # the first is over, with one view unused
    actor = company.signed_in("borrower")
    assert [open_and_end(company, actor).number for _ in range(2)] == [5, 6]
    assert state_of(company, second) is GrantState.SPENT
    with pytest.raises(QuotaSpent):
        open_view(company, actor)
    assert quota(company).granted == 3


def test_view_that_delivered_nothing_returns_to_its_grant(company: Company) -> None:
    """Also when the grant has ended meanwhile: then it leaves the quota with it."""
    request_id = granted(company, GrantKind.VIEWS, 1)
    spend(company)
    open_without_keys(company, company.signed_in("borrower"))
    assert state_of(company, request_id) is GrantState.RUNNING
    assert (quota(company).used, quota(company).granted) == (3, 1)


@pytest.mark.parametrize("loss", ["duty", "suspension", "custodian"])
def test_approver_who_lost_the_right_between_decision_and_use_carries_no_grant(company: Company, loss: str) -> None:
    """Refused at use, ended for good by the first that finds it."""
    request_id = granted(company, GrantKind.VIEWS, 2)
    spend(company)
    if loss == "suspension":
        suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["approver"])
    else:
        end_assignment(company, "approver", duty=Duty.APPROVER)
    if loss == "custodian":
        change(company, "approver", qualifications=frozenset({Duty.CUSTODIAN}))
        second_approver(company, "approver", duty=Duty.CUSTODIAN)

    actor = company.signed_in("borrower")
    assert cover_card(company.vault, actor, document_id=company.document_id).allowed == 3
    with pytest.raises(QuotaSpent):
        open_view(company, actor)
    assert state_of(company, request_id) is GrantState.VOID


def test_policy_may_let_a_decision_outlast_its_approver_but_not_the_exclusions(company: Company) -> None:
    """Without the duty it stays decided; as a custodian of the dossier nobody's approval stands."""
    set_policy(company, Policy(requests=RequestRules(approver_must_remain=False)))
    granted(company, GrantKind.VIEWS, 2)
    spend(company)
    end_assignment(company, "approver", duty=Duty.APPROVER)
    assert open_and_end(company, company.signed_in("borrower")).number == 4
    change(company, "approver", qualifications=frozenset({Duty.CUSTODIAN}))
    second_approver(company, "approver", duty=Duty.CUSTODIAN)
    with pytest.raises(QuotaSpent):
        open_view(company, company.signed_in("borrower"))


def test_revoked_grant_ends_live_views_opened_through_it_by_the_next_page(company: Company) -> None:
    """And takes what is left; the reason reaches whoever had it."""
    request_id = granted(company, GrantKind.VIEWS, 2)
    spend(company)
    actor = company.signed_in("borrower")
    view = open_view(company, actor)
    assert revoke(company, request_id) == 1
    with pytest.raises(LeaseEnded, match=r"lease\.revoked"):
        read_page(company.vault, actor, view_id=view.view_id, page_number=1)
    with pytest.raises(QuotaSpent):
        open_view(company, actor)
    [row] = list_grants(company.vault, company.at_keyboard("borrower")).ended
    assert (row.state, row.ended_by, row.end_note) == (GrantState.REVOKED, "Approver", "The offer was withdrawn today")
    with pytest.raises(Conflict, match=r"grant\.over"):
        revoke(company, request_id)


def test_revoking_leaves_views_that_needed_no_grant(company: Company) -> None:
    """A view within the policy goes on."""
    request_id = granted(company, GrantKind.VIEWS, 2)
    actor = company.signed_in("borrower")
    view = open_view(company, actor)
    assert revoke(company, request_id) == 0
    assert read_page(company.vault, actor, view_id=view.view_id, page_number=1).jpeg


@pytest.mark.parametrize(
    ("login", "error"),
    [
        ("officer", None),
        ("borrower", AccessDenied),
        ("custodian", NotFound),
        ("other", NotFound),
        ("stranger", NotFound),
        ("auditor", NotFound),
        ("admin", NotFound),
    ],
)
def test_who_may_revoke(company: Company, login: str, error: type[Exception] | None) -> None:
    """An approver or a security officer; for everybody else there is no such grant, and the attempt is recorded."""
    request_id = granted(company, GrantKind.VIEWS, 2)
    if error is None:
        revoke(company, request_id, login=login)
        return
    with pytest.raises(error):
        revoke(company, request_id, login=login)
    [entry] = trail(company, Event.GRANT_REVOKED)
    assert (entry.outcome, entry.actor) == (Outcome.DENIED, company.ids[login])
    assert quota(company).granted == 2


def test_grant_is_given_back_twice_by_its_owner_alone(company: Company) -> None:
    """Twice is fine; anybody else's is not known."""
    request_id = granted(company, GrantKind.VIEWS, 2)
    with pytest.raises(NotFound):
        return_grant(company.vault, company.at_keyboard("approver"), request_id=request_id)
    for _ in range(2):
        return_grant(company.vault, company.at_keyboard("borrower"), request_id=request_id)
    assert (state_of(company, request_id), quota(company).granted) == (GrantState.RETURNED, 0)
    with pytest.raises(Conflict):
        revoke(company, request_id)


def test_longer_lease_holds_for_views_opened_in_its_time(company: Company, clock: FixedClock) -> None:
    """Sixty minutes each, then fifteen again."""
    granted(company, GrantKind.LEASE, 60)
    actor = company.signed_in("borrower")
    lease = open_and_end(company, actor).lease
    assert lease.expires_at - lease.opened_at == dt.timedelta(minutes=60)
    [entry] = trail(company, Event.VIEW_OPENED)[-1:]
    assert dict(entry.details)["grants"]
    clock.advance(31 * DAY)
    lease = open_and_end(company, company.signed_in("borrower")).lease
    assert lease.expires_at - lease.opened_at == dt.timedelta(minutes=15)


def test_nothing_is_opened_through_a_grant_after_the_loss_of_ones_own_right(company: Company) -> None:
    """A grant goes beyond the policy, not beyond the assignment and the clearance."""
    granted(company, GrantKind.VIEWS, 2)
    spend(company)
    actor = company.signed_in("borrower")
    change(company, "borrower", clearance=Classification.INTERNAL)
    with pytest.raises(AccessDenied, match=r"denied\.clearance"):
        open_view(company, actor)
    change(company, "borrower", clearance=Classification.SECRET)
    end_assignment(company, "borrower")
    with pytest.raises(AccessDenied, match=r"denied\.assignment_ended"):
        open_view(company, actor)


def test_least_of_all_approvals_holds_once_as_many_agree_as_must(company: Company) -> None:
    """Two for this class: neither alone is enough, nobody counts twice, the smaller figure is granted."""
    set_policy(company, Policy(requests=RequestRules(approvals=2)))
    second = second_approver(company)
    request_id = ask(company, 5)
    decide_as(company, request_id, views=4)
    decide_as(company, request_id, views=4)  # a double click
    assert quota(company).granted == 0
    with pytest.raises(Conflict, match=r"request\.agreed"):
        decide_as(company, request_id, views=5)
    decide(company, request_id, views=2, login=second)
    assert quota(company).granted == 2
    assert [entry.fact("code") for entry in trail(company, Event.REQUEST_DECIDED)] == [
        "agreed",
        "request.agreed",
        "approved",
    ]


def test_one_refusal_ends_what_others_approved(company: Company) -> None:
    """Whoever comes later finds it closed."""
    set_policy(company, Policy(requests=RequestRules(approvals=2)))
    second = second_approver(company)
    request_id = ask(company, 5)
    decide_as(company, request_id, views=4)
    decide_as(company, request_id, views=0, login=second)
    assert quota(company).granted == 0
    with pytest.raises(Conflict, match=r"request\.(closed|agreed)"):
        decide_as(company, request_id, views=0)


def test_approval_of_somebody_who_lost_the_duty_counts_no_more(company: Company) -> None:
    """The second approval does not complete it."""
    set_policy(company, Policy(requests=RequestRules(approvals=2)))
    second = second_approver(company)
    request_id = ask(company, 5)
    decide_as(company, request_id, views=4)
    end_assignment(company, "approver", duty=Duty.APPROVER)
    decide_as(company, request_id, views=4, login=second)
    assert quota(company).granted == 0


def test_kinds_are_counted_apart(company: Company) -> None:
    """One open request of each kind; a longer lease adds no view."""
    granted(company, GrantKind.LEASE, 30)
    of_kind(company, GrantKind.VIEWS, 1)
    of_kind(company, GrantKind.HOURS, 3)
    assert quota(company).granted == 0


def test_case_number_fits_the_pattern_of_its_category_or_nothing_is_asked_or_opened(company: Company) -> None:
    """Wherever a reason is given for a document."""
    set_policy(company, Policy(requests=RequestRules(case_numbers=CaseNumbers(offer=r"OF-\d{4}"))))
    actor = company.signed_in("borrower")
    for number, fits in (("OF-12", False), ("OF-1234", True), ("", True)):
        reason = ReasonDraft("offer", "Preparing the offer for line four", number)
        if fits:
            open_view(company, actor, reason=reason)
            continue
        with pytest.raises(InputError, match=r"reason\.case_pattern"):
            open_view(company, actor, reason=reason)
        with pytest.raises(InputError, match=r"reason\.case_pattern"):
            ask_for(
                company.vault,
                actor,
                document_id=company.document_id,
                kind=GrantKind.VIEWS,
                amount=1,
                reason=reason,
            )
