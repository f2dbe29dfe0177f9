"""Publishing while somebody accepts, on both databases: an acceptance is of what was in force, or it is refused."""

from __future__ import annotations

import pytest

from tests.agreements import answer, draft, published
from tests.attacks.observing import column, trail
from tests.company import Company
from tests.vault.requests.test_races import race
from vault.agreements.drafting import publish_version, save_draft
from vault.errors import Conflict
from vault.ledger.events import Event, Outcome

ROUNDS = 6


@pytest.fixture
def racing(any_company: Company) -> Company:
    return any_company


def test_publishing_while_somebody_accepts_leaves_an_acceptance_of_what_was_in_force(racing: Company) -> None:
    """Whichever came first: accepted before, or told that the text changed; the trail's order agrees."""
    agreement_id, admin, actor = published(racing), racing.at_keyboard("admin"), racing.signed_in("borrower")
    for number in range(1, ROUNDS + 1):
        save_draft(racing.vault, admin, agreement_id=agreement_id, draft=draft(f"Version {number}."), revision=0)

        accepted, publication = race(
            lambda number=number: answer(racing, agreement_id, actor=actor, version=number),
            lambda: publish_version(racing.vault, admin, agreement_id=agreement_id, revision=1),
        )

        assert publication is None
        assert accepted is None or (isinstance(accepted, Conflict) and accepted.code == "agreement.changed")
    in_force = 0
    for entry in trail(racing, Event.AGREEMENT_PUBLISHED, Event.AGREEMENT_ACCEPTED):
        assert entry.outcome is Outcome.SUCCESS
        if entry.event is Event.AGREEMENT_PUBLISHED:
            in_force = int(entry.details["version"])
        else:
            assert entry.details["version"] == in_force


def test_two_accepting_the_same_at_once_are_one_answer(racing: Company) -> None:
    """The same person in two sessions."""
    agreement_id = published(racing)
    actors = [racing.signed_in("borrower") for _ in range(2)]
    outcomes = race(*(lambda actor=actor: answer(racing, agreement_id, actor=actor) for actor in actors))  # type: ignore[misc]
    assert outcomes == [None, None]
    assert column(racing, "SELECT count(*) FROM agreement_answers") == [1]
    assert len(trail(racing, Event.AGREEMENT_ACCEPTED)) == 1
