"""Several nodes that score at once, and officers who decide at once, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks.observing import trail
from tests.company import Company, build_company, write_config
from tests.vault.alerts.days import alerts_of, raised, score_all, try_unknown
from tests.vault.requests.test_races import race
from vault.alerts.deciding import decide_alert
from vault.alerts.scoring import score_once
from vault.errors import Conflict
from vault.ledger.events import Event, Outcome

NODES = 4


@pytest.fixture
def racing(database_url: str, tmp_path: Path) -> Iterator[Company]:
    """The company in the database that is asked for; its clock runs."""
    company = build_company(write_config(tmp_path / "racing", database_url=database_url), with_document=False)
    yield company
    company.vault.engine.dispose()


def test_nodes_that_score_at_once_raise_one_alert(racing: Company) -> None:
    """The cursor lets one of them; the others find nothing left, or begin anew."""
    people = ("borrower", "other", "author")
    for login in people:
        try_unknown(racing, racing.signed_in(login), times=3)
    racing.sequence()

    def score() -> None:
        while score_once(racing.vault):
            pass

    outcomes = race(*[score] * NODES)
    assert outcomes == [None] * NODES
    score_all(racing)
    assert sorted(alert.person_id for alert in alerts_of(racing)) == sorted(racing.ids[login] for login in people)
    assert len(trail(racing, Event.ALERT_RAISED)) == len(people)


def test_officers_who_decide_at_once_leave_one_decision(racing: Company) -> None:
    """One dismisses, one escalates: one of the two, and the other is told."""
    alert, officer = raised(racing), racing.at_keyboard("officer")

    def decide(*, escalate: bool) -> None:
        note = "Talked to her this morning"
        decide_alert(racing.vault, officer, alert_id=alert.id, revision=1, escalate=escalate, note=note)

    outcomes = race(lambda: decide(escalate=True), lambda: decide(escalate=False))
    assert sum(outcome is None for outcome in outcomes) == 1
    (refused,) = [outcome for outcome in outcomes if outcome]
    assert isinstance(refused, Conflict)
    assert refused.code in {"alert.decided", "alert.changed"}
    done = trail(racing, Event.ALERT_DISMISSED, Event.ALERT_ESCALATED)
    assert [entry.outcome for entry in done] == [Outcome.SUCCESS]
