"""One request on one page: for its requester and its approvers, with everything a decision needs."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.attacks.acting import ask, decide, end_assignment, open_and_end, open_view, open_without_keys
from tests.attacks.observing import alter, trail
from tests.company import CUSTOMER, Company
from vault.access.reading import read_page
from vault.clock import FixedClock
from vault.database.request_queries import RequestState
from vault.errors import NotFound, Sealed, TamperError
from vault.ledger.events import Event
from vault.model import Duty
from vault.people.accounts import suspend_person
from vault.requests.showing import RequestCard, show_request


def shown_to(company: Company, login: str, request_id: str) -> RequestCard:
    return show_request(company.vault, company.at_keyboard(login), request_id=request_id)


def test_approver_sees_who_for_whom_why_and_how_many_are_used(company: Company) -> None:
    """And may decide, but not withdraw."""
    open_and_end(company, company.signed_in("borrower"))
    card = shown_to(company, "approver", ask(company, 2))

    assert (card.row.requester_name, card.customer_name, card.reason.text) == (
        "王晓明",
        CUSTOMER,
        "A second round with the customer",
    )
    assert (card.views_used, card.views_allowed, card.row.asked) == (1, 3, 2)
    assert (card.may_decide, card.may_withdraw, card.is_own, card.obstacle) == (True, False, False, "")


def test_requester_sees_who_decides_and_may_withdraw(company: Company) -> None:
    """But does not decide."""
    card = shown_to(company, "borrower", ask(company, 2))

    assert card.row.deciders == ["Approver"]
    assert (card.may_decide, card.may_withdraw, card.is_own) == (False, True, True)


@pytest.mark.parametrize("login", ["other", "author", "custodian", "stranger", "officer", "auditor", "admin"])
def test_everybody_else_finds_nothing(company: Company, login: str) -> None:
    """The same answer as for an id that does not exist."""
    request_id = ask(company, 1)

    with pytest.raises(NotFound) as known:
        shown_to(company, login, request_id)
    with pytest.raises(NotFound) as unknown:
        shown_to(company, login, "r" + "a" * 26)

    assert known.value.code == unknown.value.code


def test_history_tells_views_and_earlier_requests(company: Company, clock: FixedClock) -> None:
    """Of this person and this document, newest first; a view that was not counted says so."""
    actor = company.signed_in("borrower")
    read_page(company.vault, actor, view_id=open_view(company, actor).view_id, page_number=1)
    clock.advance(dt.timedelta(minutes=20))
    open_without_keys(company, actor)
    ask(company, 5, login="other")
    decide(company, ask(company, 1), views=0)
    clock.advance(dt.timedelta(minutes=1))

    card = shown_to(company, "approver", ask(company, 2))

    assert [(view.pages_delivered, view.returned) for view in card.views] == [(0, True), (1, False)]
    assert [(row.state, row.asked) for row in card.earlier] == [(RequestState.REFUSED, 1)]


def test_closed_request_is_neither_decided_nor_withdrawn(company: Company, clock: FixedClock) -> None:
    """Also when only its time closed it."""
    request_id = ask(company, 1)
    clock.advance(dt.timedelta(days=14))

    for login in ("borrower", "approver"):
        card = shown_to(company, login, request_id)
        assert (card.row.state, card.may_decide, card.may_withdraw) == (RequestState.LAPSED, False, False)


def test_request_without_a_decider_names_whom_to_ask(company: Company) -> None:
    """A suspended approver decides nothing, so they are not named; the custodian is."""
    request_id = ask(company, 1)
    suspend_person(company.vault, company.at_keyboard("officer"), person_id=company.ids["approver"])

    card = shown_to(company, "borrower", request_id)

    assert (card.row.deciders, card.custodians) == ([], ["Beatrice Okafor"])


def test_requester_who_lost_the_dossier_reads_their_own_words_only(company: Company) -> None:
    """Reason and decision are theirs to read; title and customer are not any more."""
    request_id = ask(company, 1)
    decide(company, request_id, views=1)
    end_assignment(company, "borrower")

    card = shown_to(company, "borrower", request_id)

    assert (card.row.document_title, card.customer_name) == ("", "")
    assert (card.reason.text, card.decisions[0].note) == (
        "A second round with the customer",
        "Agreed with the head of sales",
    )


def test_approver_who_lost_the_duty_sees_nothing_any_more(company: Company) -> None:
    """Not even what they decided themselves."""
    request_id = ask(company, 1)
    decide(company, request_id, views=1)
    end_assignment(company, "approver", duty=Duty.APPROVER)

    with pytest.raises(NotFound):
        shown_to(company, "approver", request_id)


def test_sealed_vault_shows_no_request(company: Company) -> None:
    """The reason is sealed."""
    request_id = ask(company, 1)
    company.vault.seal()

    with pytest.raises(Sealed):
        shown_to(company, "approver", request_id)


def test_reason_moved_from_another_request_is_found_out(company: Company) -> None:
    """Whoever can write to the database does not put words into a requester's mouth; the officer is told."""
    mine, theirs = ask(company, 1), ask(company, 2, login="other")
    alter(
        company,
        "UPDATE requests SET reason_sealed = (SELECT reason_sealed FROM requests WHERE id = :theirs) WHERE id = :mine",
        theirs=theirs,
        mine=mine,
    )

    with pytest.raises(TamperError):
        shown_to(company, "approver", mine)

    [finding] = trail(company, Event.OBJECT_TAMPERED)
    assert (finding.fact("request"), finding.fact("document"), finding.fact("dossier")) == (
        mine,
        company.document_id,
        company.dossier_id,
    )
