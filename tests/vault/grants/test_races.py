"""Using, revoking, giving back and agreeing at once, on both databases: N stays N, and one end is one end."""

from __future__ import annotations

import pytest

from tests.attacks.acting import ask, open_and_end, open_view
from tests.attacks.observing import quota, trail
from tests.company import Company, set_policy
from tests.vault.grants.granting import granted, revoke
from tests.vault.requests.test_deciding import decide_as, second_approver
from tests.vault.requests.test_races import race, racing
from vault.access.reading import read_page
from vault.database import view_queries
from vault.database.engine import reading
from vault.errors import LeaseEnded, VaultError
from vault.grants.ending import return_grant
from vault.ledger.events import Event, Outcome
from vault.model import PersonId
from vault.policy.document import Policy
from vault.policy.granting import GrantKind
from vault.policy.request_rules import RequestRules

__all__ = ["racing"]  # the fixture
ROUNDS = 4


def test_revoking_and_using_at_once_leave_no_view_open_through_it(racing: Company) -> None:
    """Whoever comes first: no page is read afterwards, and the quota holds what was used and no more."""
    for _ in range(3):
        open_and_end(racing, racing.signed_in("borrower"))
    for _ in range(ROUNDS):
        request_id, actor = granted(racing, GrantKind.VIEWS, 1), racing.signed_in("borrower")

        opening, revocation = race(
            lambda actor=actor: open_view(racing, actor), lambda request_id=request_id: revoke(racing, request_id)
        )

        assert revocation is None
        state = quota(racing)
        assert state.granted + 3 == state.used
        with reading(racing.vault.engine) as tx:
            unended = view_queries.unended_views(tx, person_id=PersonId(racing.ids["borrower"]))
        assert unended == []
        assert opening is None or isinstance(opening, VaultError)


def test_more_openings_at_once_than_several_grants_hold_are_as_many_as_they_hold(racing: Company) -> None:
    """Three of the policy, one and two granted: six of eight."""
    set_policy(racing, Policy(requests=RequestRules(most_views=3)))
    granted(racing, GrantKind.VIEWS, 1)
    granted(racing, GrantKind.VIEWS, 2)
    actors = [racing.signed_in("borrower") for _ in range(8)]

    outcomes = race(*[lambda actor=actor: open_view(racing, actor) for actor in actors])

    assert outcomes.count(None) == 6
    assert {outcome.code for outcome in outcomes if outcome} == {"quota.spent"}
    assert (quota(racing).used, quota(racing).granted) == (6, 3)


def test_grant_that_is_ended_twice_at_once_ends_once(racing: Company) -> None:
    """Revoked by the approver while it is given back: one entry, and its views leave the quota once."""
    for _ in range(ROUNDS):
        request_id = granted(racing, GrantKind.VIEWS, 2)

        outcomes = race(
            lambda request_id=request_id: revoke(racing, request_id),
            lambda request_id=request_id: return_grant(
                racing.vault, racing.at_keyboard("borrower"), request_id=request_id
            ),
        )

        assert outcomes.count(None) == 1
        assert quota(racing).granted == 0
    ended = [each for each in trail(racing, Event.GRANT_ENDED, Event.GRANT_REVOKED) if each.outcome is Outcome.SUCCESS]
    assert len(ended) == ROUNDS


def test_two_who_must_both_agree_grant_once_when_they_agree_at_once(racing: Company) -> None:
    """Neither is lost, neither counts twice, and the least holds."""
    set_policy(racing, Policy(requests=RequestRules(approvals=2)))
    second, expected = second_approver(racing), 0
    for _ in range(ROUNDS):
        request_id = ask(racing, 3)

        outcomes = race(
            lambda request_id=request_id: decide_as(racing, request_id, views=3),
            lambda request_id=request_id: decide_as(racing, request_id, views=2, login=second),
        )

        assert outcomes == [None, None]
        expected += 2
        assert quota(racing).granted == expected
    assert len(trail(racing, Event.GRANT_GIVEN)) == ROUNDS


def test_page_and_revocation_at_once_leave_no_page_after_it(racing: Company) -> None:
    """The page that was under way may have left; the next one does not."""
    for _ in range(3):
        open_and_end(racing, racing.signed_in("borrower"))
    request_id, actor = granted(racing, GrantKind.VIEWS, 1), racing.signed_in("borrower")
    view_id = open_view(racing, actor).view_id

    race(lambda: read_page(racing.vault, actor, view_id=view_id, page_number=1), lambda: revoke(racing, request_id))

    with pytest.raises(LeaseEnded):
        read_page(racing.vault, actor, view_id=view_id, page_number=1)
