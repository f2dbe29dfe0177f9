"""Requests whose time ran out, swept up: closed, recorded, granted nothing."""

from __future__ import annotations

import datetime as dt

from tests.attacks.acting import ask, decide
from tests.attacks.observing import quota, trail
from tests.company import Company
from tests.vault.requests.test_asking import request_state
from vault.clock import FixedClock
from vault.database.request_queries import RequestState
from vault.ledger.events import Event
from vault.worker.sweeping import sweep

LAPSED = dt.timedelta(days=14)


def test_sweep_closes_what_lapsed_and_records_whose_it_was(company: Company, clock: FixedClock) -> None:
    """Once, however often it comes by."""
    request_id = ask(company, 1)
    clock.advance(LAPSED)

    assert [sweep(company.vault).requests_lapsed for _ in range(2)] == [1, 0]

    assert request_state(company, request_id) is RequestState.LAPSED
    [entry] = trail(company, Event.REQUEST_WITHDRAWN)
    assert (entry.fact("code"), entry.subject, entry.fact("dossier")) == (
        "lapsed",
        company.ids["borrower"],
        company.dossier_id,
    )
    assert quota(company).granted == 0


def test_sweep_leaves_alone_what_has_time_left_or_is_decided(company: Company, clock: FixedClock) -> None:
    """To the millisecond."""
    decided, waiting = ask(company, 1), ask(company, 1, login="other")
    decide(company, decided, views=1)
    clock.advance(LAPSED - dt.timedelta(milliseconds=1))

    assert sweep(company.vault).requests_lapsed == 0

    assert request_state(company, waiting) is RequestState.OPEN
    clock.advance(dt.timedelta(days=30))
    assert sweep(company.vault).requests_lapsed == 1
    assert request_state(company, decided) is RequestState.APPROVED
