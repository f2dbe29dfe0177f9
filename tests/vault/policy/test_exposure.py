"""The arithmetic of exposure reports: value and recency, and weeks beside a person's own ordinary weeks."""

from __future__ import annotations

import datetime as dt

import pytest

from vault.model import Classification
from vault.policy.document import ClassPolicy, ExposurePolicy, Policy
from vault.policy.exposure import SeenDossier, rank_dossiers, weigh_weeks

NOW = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)


def seen(reference: str, classification: Classification, days_ago: float, *, views: int = 1) -> SeenDossier:
    last = NOW - dt.timedelta(days=days_ago)
    return SeenDossier(f"d-{reference}", reference, classification, 1, views, views, last, last)


def test_score_is_value_times_recency_and_orders_the_report() -> None:
    """A secret dossier of a month ago is worth as much as a confidential one of today; views break the tie."""
    ranked = rank_dossiers(
        [
            seen("D1", Classification.CONFIDENTIAL, 0),
            seen("D2", Classification.SECRET, 30, views=7),
            seen("D3", Classification.TOP_SECRET, 0.5),
            seen("D4", Classification.INTERNAL, 90),
        ],
        policy=Policy(),
        now=NOW,
    )

    assert [(each.seen.reference, each.value, each.recency, each.score, each.days_ago) for each in ranked] == [
        ("D3", 8, 0.9885, 7.91, 0),
        ("D2", 4, 0.5, 2.0, 30),
        ("D1", 2, 1.0, 2.0, 0),
        ("D4", 1, 0.125, 0.12, 90),
    ]


def test_policy_says_what_classes_are_worth_and_how_fast_it_fades() -> None:
    """A company's own figures."""
    policy = Policy(exposure=ExposurePolicy(half_life_days=10), classes={"internal": ClassPolicy(exposure_value=20)})
    (only,) = rank_dossiers([seen("D1", Classification.INTERNAL, 20)], policy=policy, now=NOW)

    assert (only.value, only.recency, only.score) == (20, 0.25, 5.0)


def opened(*weeks: int) -> list[dt.datetime]:
    """So many views in each week, the oldest first; the last one has just ended."""
    return [
        NOW - dt.timedelta(days=7 * (len(weeks) - at), hours=-1 - number)
        for at, views in enumerate(weeks)
        for number in range(views)
    ]


def test_spike_is_the_highest_late_week_beside_their_own_ordinary_week() -> None:
    """Ten a week for two months, then forty-four: 4.4 times as many."""
    weeks = weigh_weeks(opened(10, 9, 11, 10, 10, 12, 8, 10, 11, 44), days=70, until=NOW)

    assert [week.views for week in weeks.weeks] == [10, 9, 11, 10, 10, 12, 8, 10, 11, 44]
    assert (weeks.ordinary, weeks.highest.views, weeks.factor) == (10.0, 44, 4.4)
    assert weeks.highest.since == NOW - dt.timedelta(days=7)


@pytest.mark.parametrize("counts", [(), (5,), (1, 2, 3, 4, 5, 6, 50)])
def test_too_few_weeks_call_nothing_ordinary(counts: tuple[int, ...]) -> None:
    """Somebody who came a month ago has no ordinary week."""
    weeks = weigh_weeks(opened(*counts), days=7 * max(len(counts), 1), until=NOW)

    assert weeks.ordinary is None
    assert weeks.factor is None
    assert weeks.highest.views == max(counts[-4:], default=0)


def test_person_who_saw_nothing_before_is_held_against_one_view() -> None:
    """No division by an ordinary week of none."""
    weeks = weigh_weeks(opened(0, 0, 0, 0, 0, 0, 0, 6), days=56, until=NOW)

    assert (weeks.ordinary, weeks.factor) == (0.0, 6.0)
