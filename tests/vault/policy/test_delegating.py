"""What may be decided in somebody's stead, and for how long approving is handed over: the rules by themselves."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest

from vault.model import Duty, PersonId
from vault.policy.delegating import Party, decide_in_stead, decide_period, decide_receiving

GIVER, DELEGATE, SECOND = PersonId("pgiver"), PersonId("pdelegate"), PersonId("psecond")
REQUESTER, AUTHOR = PersonId("prequester"), PersonId("pauthor")
APPROVES = frozenset({Duty.APPROVER})
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


def decided_as(
    *,
    delegate: frozenset[PersonId] = frozenset({DELEGATE}),
    holds: frozenset[Duty] = frozenset(),
    giver: frozenset[PersonId] = frozenset({GIVER}),
    giver_holds: frozenset[Duty] = APPROVES,
    requester: PersonId = REQUESTER,
    decided: frozenset[PersonId] = frozenset(),
) -> str:
    """The code of the answer, '' for yes."""
    return decide_in_stead(
        delegate=Party(delegate, holds),
        giver=Party(giver, giver_holds),
        requester=requester,
        behind=frozenset({AUTHOR}),
        decided=decided,
    ).code


def test_delegate_decides_what_the_giver_could() -> None:
    """Who has no part in the matter, for an approver who has none."""
    assert decided_as() == ""


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("denied.own_request", {"requester": DELEGATE}),
        ("denied.own_request", {"delegate": frozenset({DELEGATE, REQUESTER})}),
        ("denied.own_submission", {"delegate": frozenset({DELEGATE, AUTHOR})}),
        ("denied.custodian_decides", {"holds": frozenset({Duty.CUSTODIAN})}),
        ("denied.stead_side", {"holds": frozenset({Duty.BORROWER})}),
        ("denied.stead_side", {"holds": frozenset({Duty.AUTHOR})}),
        ("denied.stead", {"requester": GIVER}),
        ("denied.stead", {"giver": frozenset({GIVER, REQUESTER})}),
        ("denied.stead", {"giver": frozenset({GIVER, AUTHOR})}),
        ("denied.stead", {"giver_holds": APPROVES | {Duty.CUSTODIAN}}),
        ("denied.stead", {"giver": frozenset({GIVER, DELEGATE})}),
        ("denied.duty", {"giver_holds": frozenset()}),
        ("denied.duty", {"giver_holds": frozenset({Duty.CUSTODIAN})}),
        ("denied.agreed_already", {"decided": frozenset({GIVER})}),
        ("denied.agreed_already", {"decided": frozenset({DELEGATE})}),
        ("denied.agreed_already", {"giver": frozenset({GIVER, SECOND}), "decided": frozenset({SECOND})}),
    ],
)
def test_every_exclusion_holds_for_both(code: str, part: dict[str, object]) -> None:
    """By any account of either of the two."""
    assert decided_as(**part) == code  # type: ignore[arg-type]


def test_only_another_approver_who_stays_receives() -> None:
    """Not a second account of the giver, not somebody unqualified, not somebody about to leave."""
    both = frozenset({GIVER, SECOND})

    def receiving(delegate: PersonId, qualifications: frozenset[Duty] = APPROVES, *, leaves: bool = False) -> str:
        accounts = frozenset({delegate})
        return decide_receiving(giver=both, delegate=accounts, qualifications=qualifications, leaves=leaves).code

    assert receiving(DELEGATE) == ""
    assert receiving(SECOND) == "delegation.self"
    assert receiving(DELEGATE, frozenset({Duty.BORROWER})) == "delegation.to"
    assert receiving(DELEGATE, leaves=True) == "delegation.to"


@pytest.mark.parametrize(
    ("first", "last_over", "code"),
    [
        (dt.date(2026, 10, 1), dt.date(2026, 12, 30), ""),  # 90 days and the hour by which the clocks are set back
        (dt.date(2026, 10, 1), dt.date(2026, 12, 31), "delegation.longest"),
        (dt.date(2027, 3, 1), dt.date(2027, 5, 30), ""),  # 90 days less the hour by which they are set forward
        (dt.date(2027, 3, 1), dt.date(2027, 5, 31), "delegation.longest"),
        (dt.date(2026, 10, 1), dt.date(2026, 10, 1), "assignment.ends_before_start"),
        (dt.date(2026, 8, 1), dt.date(2026, 8, 20), "assignment.ends_before_start"),  # past already
    ],
)
def test_period_is_of_whole_days_also_where_the_clocks_change(first: dt.date, last_over: dt.date, code: str) -> None:
    """Ninety days of a calendar are ninety days, whatever hours they have."""
    now = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
    starts_at, ends_at = (dt.datetime.combine(each, dt.time(), tzinfo=BERLIN) for each in (first, last_over))

    decision = decide_period(starts_at.astimezone(dt.UTC), ends_at.astimezone(dt.UTC), now=now, most_days=90)

    assert decision.code == code
