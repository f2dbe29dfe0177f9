"""The limits of a class, and the lease of a view in working hours."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from vault.model import Classification
from vault.policy.document import ClassPolicy, Policy, WorkingHours
from vault.policy.granting import GrantKind
from vault.policy.limits import lease_from, limits_for
from vault.policy.places import Places

HOURS = WorkingHours(spans=("mon-fri 08:00-18:00",))
MINUTE = dt.timedelta(minutes=1)
OWN = ClassPolicy(
    views=1,
    window_days=7,
    views_a_day=2,
    lease_minutes=5,
    pages_per_view=4,
    outside_hours=True,
    countries=("DE",),
    position="required",
)
POLICY = Policy(
    window_days=30,
    views_a_day=20,
    pages_per_view=50,
    timezone="Europe/Berlin",
    hours=HOURS,
    zones=("Head office",),
    position="asked",
    classes={"secret": OWN},
)


def test_a_class_takes_what_is_its_own_and_else_what_holds_for_all() -> None:
    """Field by field; the cap of a class holds within that of all classes."""
    secret, internal = (limits_for(POLICY, each) for each in (Classification.SECRET, Classification.INTERNAL))

    assert (secret.views, secret.window_days, secret.lease_minutes, secret.pages) == (1, 7, 5, 4)
    assert (secret.views_a_day, secret.views_a_day_of_class) == (20, 2)
    assert (secret.hours, secret.places.countries, secret.position, secret.source) == (
        None,
        ("DE",),
        "required",
        "class",
    )
    assert (internal.views, internal.window_days, internal.lease_minutes, internal.pages) == (3, 30, 15, 50)
    assert (internal.views_a_day, internal.views_a_day_of_class) == (20, None)
    assert (internal.hours, internal.places.zones, internal.position) == (HOURS, ("Head office",), "asked")
    assert internal.source == "default"


def test_policy_of_a_new_vault_limits_nothing_but_views_and_lease() -> None:
    """What held before there was more to say."""
    limits = limits_for(Policy(), Classification.SECRET)

    assert (limits.window_days, limits.views_a_day, limits.views_a_day_of_class, limits.pages) == (None,) * 4
    assert (limits.hours, limits.places, limits.position) == (None, Places(), "never")


@pytest.mark.parametrize(
    ("now", "minutes", "ends_by"),
    [
        ("2026-11-02 16:00", 15, "lease"),
        ("2026-11-02 16:45", 15, "lease"),  # ends as working hours do
        ("2026-11-02 16:46", 14, "hours"),
        ("2026-11-02 16:59", 1, "hours"),
        ("2026-11-02 17:00", 15, "lease"),  # outside: opened by a grant or not at all
        ("2026-10-25 16:50", 15, "lease"),  # a Sunday
    ],
)
def test_no_view_outlasts_working_hours(now: str, minutes: int, ends_by: str) -> None:
    """The lease is cut to the end of the hours, by the wall clock of the policy's zone (Berlin: an hour ahead)."""
    limits = limits_for(POLICY, Classification.INTERNAL)
    moment = dt.datetime.fromisoformat(now).replace(tzinfo=dt.UTC)

    lease = lease_from(limits, moment)

    assert (lease.ends_at - moment, lease.ends_by) == (minutes * MINUTE, ends_by)


def test_lease_is_whole_where_hours_do_not_bind() -> None:
    """A class that opens outside, and a person who was let to."""
    moment = dt.datetime(2026, 11, 2, 16, 59, tzinfo=dt.UTC)
    limits = limits_for(POLICY, Classification.INTERNAL)

    granted = lease_from(limits, moment, granted=frozenset({GrantKind.HOURS}))
    outside = lease_from(replace(limits, hours=None), moment)

    assert granted == outside
    assert (outside.ends_at, outside.ends_by) == (moment + 15 * MINUTE, "lease")


@pytest.mark.parametrize(
    ("now", "real_minutes"),
    [
        ("2026-03-29 00:55", 5),  # 01:55; at two the clock jumps to three, past the end at half past two
        ("2026-10-25 00:20", 10),  # 02:20 summer time, ten minutes before the first half past two
        ("2026-10-25 01:20", 10),  # 02:20 again, winter time
    ],
)
def test_lease_at_the_end_of_hours_is_right_when_clocks_are_set(now: str, real_minutes: int) -> None:
    """Minutes that pass, not minutes that the wall clock shows."""
    night = WorkingHours(spans=("sun 00:00-02:30",))
    limits = replace(limits_for(POLICY, Classification.INTERNAL), hours=night)
    moment = dt.datetime.fromisoformat(now).replace(tzinfo=dt.UTC)

    assert lease_from(limits, moment).ends_at - moment == real_minutes * MINUTE
