"""Deciding: by whom, how often, in which state; what it grants, and that rights are those of the moment (G8)."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.attacks.acting import ask, open_and_end, open_view
from tests.attacks.observing import quota, trail
from tests.company import TEXT, Company
from vault.clock import FixedClock
from vault.database.request_queries import RequestState
from vault.errors import Conflict, InputError, NotFound, QuotaSpent
from vault.filing.dossiers import assign
from vault.ledger.events import Event, Outcome
from vault.model import Duty
from vault.requests.asking import withdraw_request
from vault.requests.deciding import decide_request
from vault.requests.showing import show_request

LAPSED = dt.timedelta(days=14)
NOTE = "The renewal is due on Friday"


def second_approver(company: Company, login: str = "stranger", *, duty: Duty = Duty.APPROVER) -> str:
    """Somebody else who approves on the dossier, too, or holds another duty."""
    assign(
        company.vault,
        company.at_keyboard("custodian"),
        dossier_id=company.dossier_id,
        person_id=company.ids[login],
        duty=duty,
    )
    return login


def state_of(company: Company, request_id: str) -> RequestState:
    return show_request(company.vault, company.at_keyboard("borrower"), request_id=request_id).row.state


def decide_as(company: Company, request_id: str, *, views: int, login: str = "approver", note: str = NOTE) -> None:
    decide_request(
        company.vault,
        company.at_keyboard(login),
        request_id=request_id,
        approve=views > 0,
        amount=views,
        note=note,
    )


def test_approved_views_can_be_used_and_no_more(company: Company) -> None:
    """Three of the rule and two granted are five, and the sixth is refused."""
    actor = company.signed_in("borrower")
    for _ in range(3):
        open_and_end(company, actor)
    decide_as(company, ask(company, 2), views=2)

    assert [open_and_end(company, actor).number for _ in range(2)] == [4, 5]
    with pytest.raises(QuotaSpent):
        open_view(company, actor)


def test_approval_for_fewer_grants_fewer(company: Company) -> None:
    """Also for a single one of ten; the requester sees both figures and why."""
    request_id = ask(company, 10)
    decide_as(company, request_id, views=1)

    card = show_request(company.vault, company.at_keyboard("borrower"), request_id=request_id)
    assert (card.row.state, card.row.asked, card.row.granted) == (RequestState.APPROVED, 10, 1)
    assert (card.decisions[0].note, card.decisions[0].name, card.views_allowed) == (NOTE, "Approver", 4)


def test_refusal_grants_nothing_and_says_why(company: Company) -> None:
    """The note is what the requester reads."""
    request_id = ask(company, 2)
    decide_as(company, request_id, views=0)

    card = show_request(company.vault, company.at_keyboard("borrower"), request_id=request_id)
    assert (card.row.state, card.row.granted, card.decisions[0].note) == (RequestState.REFUSED, 0, NOTE)
    assert quota(company).granted == 0


@pytest.mark.parametrize(("views", "code"), [(1, "approved"), (0, "refused")])
def test_decision_is_recorded_with_who_whom_how_many_and_why(company: Company, views: int, code: str) -> None:
    """In the transaction that decides."""
    request_id = ask(company, 2)
    decide_as(company, request_id, views=views)

    [entry] = trail(company, Event.REQUEST_DECIDED)
    assert (entry.outcome, entry.actor, entry.subject) == (
        Outcome.SUCCESS,
        company.ids["approver"],
        company.ids["borrower"],
    )
    assert (entry.fact("code"), entry.fact("request"), entry.fact("dossier")) == (code, request_id, company.dossier_id)
    assert dict(entry.details) == {"kind": "views", "asked": 2, "granted": views}
    assert entry.reason is not None
    assert entry.reason.text == NOTE


@pytest.mark.parametrize("views", [1, 0], ids=["approve", "refuse"])
@pytest.mark.parametrize("note", ["", " ", ".", "ok", "aaaaaaaaaa"])
def test_decision_without_a_reason_is_none(company: Company, note: str, views: int) -> None:
    """Either way needs words of some substance."""
    request_id = ask(company, 1)

    with pytest.raises(InputError, match=r"reason\."):
        decide_as(company, request_id, views=views, note=note)

    assert state_of(company, request_id) is RequestState.OPEN


@pytest.mark.parametrize("views", [0, -1, 3, 10**9])
def test_grant_outside_what_was_asked_is_refused(company: Company, views: int) -> None:
    """From one to as many as were asked for."""
    request_id = ask(company, 2)

    with pytest.raises(InputError, match=r"request\.granted"):
        decide_request(
            company.vault,
            company.at_keyboard("approver"),
            request_id=request_id,
            approve=True,
            amount=views,
            note=NOTE,
        )

    assert quota(company).granted == 0


@pytest.mark.parametrize("views", [2, 1, 0])
def test_deciding_again_the_same_way_changes_nothing(company: Company, views: int) -> None:
    """A retry after a lost answer: granted once, recorded once."""
    request_id = ask(company, 2)
    decide_as(company, request_id, views=views)
    decide_as(company, request_id, views=views)

    assert quota(company).granted == views
    assert len(trail(company, Event.REQUEST_DECIDED)) == 1


@pytest.mark.parametrize(("first", "second"), [(2, 1), (2, 0), (0, 2), (1, 2)])
def test_deciding_again_another_way_is_refused(company: Company, first: int, second: int) -> None:
    """Also by the same approver: a decision is final."""
    request_id = ask(company, 2)
    decide_as(company, request_id, views=first)

    with pytest.raises(Conflict, match=r"request\.closed"):
        decide_as(company, request_id, views=second)

    assert quota(company).granted == first


def test_second_approver_does_not_decide_again(company: Company) -> None:
    """Not even the same way: only one of them has decided."""
    request_id, login = ask(company, 2), second_approver(company)
    decide_as(company, request_id, views=2)

    with pytest.raises(Conflict, match=r"request\.closed"):
        decide_as(company, request_id, views=2, login=login)

    assert quota(company).granted == 2


def test_withdrawn_request_is_not_decided(company: Company) -> None:
    """The requester was faster."""
    request_id = ask(company, 1)
    withdraw_request(company.vault, company.at_keyboard("borrower"), request_id=request_id)

    with pytest.raises(Conflict, match=r"request\.closed"):
        decide_as(company, request_id, views=1)

    assert quota(company).granted == 0


def test_request_lapses_by_the_clock_before_any_sweep(company: Company, clock: FixedClock) -> None:
    """A moment before it may be decided; at the moment, no more."""
    in_time, too_late = ask(company, 1), ask(company, 1, login="other")
    clock.advance(LAPSED - dt.timedelta(milliseconds=1))
    decide_as(company, in_time, views=1)
    clock.advance(dt.timedelta(milliseconds=1))

    with pytest.raises(Conflict, match=r"request\.closed"):
        decide_as(company, too_late, views=1)

    assert quota(company, "other").granted == 0


@pytest.mark.parametrize("request_id", ["", "r" + "a" * 26, "' OR 1=1 --"])
def test_unknown_request_is_not_found(company: Company, request_id: str) -> None:
    """Whatever is sent as an id."""
    with pytest.raises(NotFound):
        decide_as(company, request_id, views=1)


def test_grant_counts_for_the_one_who_asked_and_the_document_asked_for(company: Company) -> None:
    """Nobody else's quota moves, nor another document's."""
    another = company.submit("custodian", TEXT + b"Annex", name="Annex.txt").document_id
    company.convert_all()
    decide_as(company, ask(company, 2), views=2)

    assert (quota(company).granted, quota(company, "other").granted) == (2, 0)
    company.document_id = another
    assert quota(company).granted == 0
