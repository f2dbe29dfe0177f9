"""Two at the same request at the same moment, on both databases: one of them has acted, and it shows everywhere."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest

from tests.attacks.acting import ask, grant
from tests.attacks.observing import quota, trail
from tests.company import Company
from tests.vault.requests.test_asking import request_state
from tests.vault.requests.test_deciding import decide_as, second_approver
from tests.vault.requests.test_lapsing import LAPSED
from vault.clock import FixedClock
from vault.database.request_queries import RequestState
from vault.errors import Conflict, QuotaSpent, VaultError
from vault.ledger.events import Event, Outcome
from vault.ledger.reader import OpenedEntry
from vault.model import RequestId
from vault.requests.asking import withdraw_request
from vault.worker.sweeping import sweep

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


def done(company: Company, event: Event) -> list[OpenedEntry]:
    """What came of it, without those who were too late."""
    return [entry for entry in trail(company, event) if entry.outcome is Outcome.SUCCESS]


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
    tried = trail(racing, Event.REQUEST_DECIDED, Event.REQUEST_WITHDRAWN)
    first = [entry for entry in tried if entry.outcome is Outcome.SUCCESS]
    late = [entry for entry in tried if entry.outcome is Outcome.DENIED]
    assert len(first) == len({entry.fact("request") for entry in first}) == ROUNDS
    assert [entry.fact("code") for entry in late] == ["request.closed"] * ROUNDS


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
    assert len(done(racing, Event.REQUEST_DECIDED)) == ROUNDS


def test_approving_twice_at_once_grants_once(racing: Company) -> None:
    """A double click on Approve, with both requests in flight."""
    request_id = ask(racing, 2)

    outcomes = race(*[lambda: decide_as(racing, request_id, views=2)] * 4)

    assert any(outcome is None for outcome in outcomes)
    assert {outcome.code for outcome in outcomes if outcome} <= {"request.closed"}
    assert quota(racing).granted == 2
    assert len(done(racing, Event.REQUEST_DECIDED)) == 1


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
    assert len(done(racing, Event.REQUEST_MADE)) == 1
    assert [entry.fact("code") for entry in trail(racing, Event.REQUEST_MADE)].count("request.open") == 3


def test_lapsing_while_somebody_decides_withdraws_and_asks_anew(racing: Company, clock: FixedClock) -> None:
    """The moment its time is over: it lapses once, grants nothing, and the new one is the only one that is open."""
    requester, made = racing.at_keyboard("borrower"), list[RequestId]()
    for turn in range(ROUNDS // 2):
        old = ask(racing, 2)
        clock.advance(LAPSED)

        _sweep, _another, decision, withdrawal, asking = race(
            lambda: sweep(racing.vault),
            lambda: sweep(racing.vault),
            lambda old=old: decide_as(racing, old, views=2),
            lambda old=old: withdraw_request(racing.vault, requester, request_id=old),
            lambda: made.append(ask(racing, 3)),
        )

        assert (_sweep, _another, asking) == (None, None, None)
        assert [error and error.code for error in (decision, withdrawal)] == ["request.closed"] * 2
        assert request_state(racing, old) is RequestState.LAPSED
        assert request_state(racing, made[-1]) is RequestState.OPEN
        assert len(made) == turn + 1
        withdraw_request(racing.vault, requester, request_id=made[-1])
    assert quota(racing).granted == 0
    lapsed = [entry for entry in done(racing, Event.REQUEST_WITHDRAWN) if entry.fact("code") == "lapsed"]
    assert len(lapsed) == len({entry.fact("request") for entry in lapsed}) == ROUNDS // 2


def test_granted_views_whose_time_ends_while_one_is_opened(racing: Company, clock: FixedClock) -> None:
    """It has lapsed for whoever opens, whether or not the sweep was there first; and it ends once."""
    for _used in range(3):
        racing.open_and_read(racing.signed_in("borrower"))
    grant(racing, 1)
    clock.advance(dt.timedelta(days=100))

    outcomes = race(
        lambda: sweep(racing.vault),
        lambda: sweep(racing.vault),
        lambda: racing.open_and_read(racing.signed_in("borrower")),
    )

    assert outcomes[:2] == [None, None]
    assert isinstance(outcomes[2], QuotaSpent)
    ended = [entry for entry in trail(racing, Event.GRANT_ENDED) if entry.fact("code") == "lapsed"]
    assert len(ended) == 1
