"""Two at the same request at the same moment, on both databases: one of them has acted, and it shows everywhere."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tests.attacks.acting import ask
from tests.attacks.observing import quota, trail
from tests.company import Company
from tests.vault.requests.test_asking import request_state
from tests.vault.requests.test_deciding import decide_as, second_approver
from vault.database.request_queries import RequestState
from vault.errors import Conflict, VaultError
from vault.ledger.events import Event, Outcome
from vault.model import RequestId
from vault.requests.asking import withdraw_request

ROUNDS = 12


@pytest.fixture
def racing(any_company: Company) -> Company:
    return any_company


def race(*acts: Callable[[], object]) -> list[VaultError | None]:
    """All at once, each in a thread of its own; what each got, None for success."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[VaultError | None] = [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
        except VaultError as error:
            outcomes[number] = error

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_withdrawing_and_approving_at_once_leave_one_of_the_two(racing: Company) -> None:
    """Views are granted if and only if the approval won, and the trail holds exactly what happened."""
    requester, granted = racing.at_keyboard("borrower"), 0
    for _ in range(ROUNDS):
        request_id = ask(racing, 2)

        withdrawal, approval = race(
            lambda request_id=request_id: withdraw_request(racing.vault, requester, request_id=request_id),
            lambda request_id=request_id: decide_as(racing, request_id, views=2),
        )

        assert (withdrawal is None) != (approval is None)
        loser = withdrawal or approval
        assert isinstance(loser, Conflict)
        assert loser.code == "request.closed"
        approved = approval is None
        granted += 2 if approved else 0
        assert request_state(racing, request_id) is (RequestState.APPROVED if approved else RequestState.WITHDRAWN)
        assert quota(racing).granted == granted
    done = trail(racing, Event.REQUEST_DECIDED, Event.REQUEST_WITHDRAWN)
    assert [entry.outcome for entry in done] == [Outcome.SUCCESS] * ROUNDS
    assert len({entry.fact("request") for entry in done}) == ROUNDS


def test_two_approvers_at_once_leave_one_decision(racing: Company) -> None:
    """One approves, the other refuses: no half of each."""
    login, granted = second_approver(racing), 0
    for _ in range(ROUNDS):
        request_id = ask(racing, 3)

        approval, refusal = race(
            lambda request_id=request_id: decide_as(racing, request_id, views=3),
            lambda request_id=request_id: decide_as(racing, request_id, views=0, login=login),
        )

        assert (approval is None) != (refusal is None)
        granted += 3 if approval is None else 0
        assert request_state(racing, request_id) is (
            RequestState.APPROVED if approval is None else RequestState.REFUSED
        )
        assert quota(racing).granted == granted
    assert len(trail(racing, Event.REQUEST_DECIDED)) == ROUNDS


def test_approving_twice_at_once_grants_once(racing: Company) -> None:
    """A double click on Approve, with both requests in flight."""
    request_id = ask(racing, 2)

    outcomes = race(*[lambda: decide_as(racing, request_id, views=2)] * 4)

    assert any(outcome is None for outcome in outcomes)
    assert {outcome.code for outcome in outcomes if outcome} <= {"request.closed"}
    assert quota(racing).granted == 2
    assert len(trail(racing, Event.REQUEST_DECIDED)) == 1


def test_asking_twice_at_once_is_one_request(racing: Company) -> None:
    """A double click on Ask: both get the same request."""
    made: list[RequestId] = []

    outcomes = race(*[lambda: made.append(ask(racing, 1))] * 4)

    assert outcomes == [None] * 4
    assert len(set(made)) == 1
    assert len(trail(racing, Event.REQUEST_MADE)) == 1


def test_different_requests_at_once_leave_one_open(racing: Company) -> None:
    """Whoever is second hears that one waits."""
    outcomes = race(*[lambda views=views: ask(racing, views) for views in (1, 2, 3, 4)])

    assert sorted(outcome.code for outcome in outcomes if outcome) == ["request.open"] * 3
    assert len(trail(racing, Event.REQUEST_MADE)) == 1
