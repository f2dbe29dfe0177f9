"""What several values of a policy get wrong together is refused; what is seldom meant is said."""

from __future__ import annotations

import pytest

from vault.policy.checking import check_policy, remarks_on
from vault.policy.document import DEFAULT_POLICY, ClassPolicy, Policy, WorkingHours


def test_what_a_vault_begins_with_is_sound_and_unremarkable() -> None:
    """No company starts with a policy that it could not propose."""
    assert check_policy(DEFAULT_POLICY) == []
    assert remarks_on(DEFAULT_POLICY) == []


@pytest.mark.parametrize(
    ("classes", "found"),
    [
        ({"secret": ClassPolicy(name_en="Internal")}, ("classes.secret.name_en", "policy.class_twice")),
        ({"secret": ClassPolicy(name_en="INTERNAL")}, ("classes.secret.name_en", "policy.class_twice")),
        (
            {"secret": ClassPolicy(name_zh="甲"), "top_secret": ClassPolicy(name_zh="甲")},
            ("classes.top_secret.name_zh", "policy.class_twice"),
        ),
        ({"internal": ClassPolicy(name_en=" Public")}, ("classes.internal.name_en", "policy.class_name")),
        ({"internal": ClassPolicy(name_en="--")}, ("classes.internal.name_en", "policy.class_name")),
        ({"internal": ClassPolicy(name_en="a\u202eb")}, ("classes.internal.name_en", "policy.class_name")),
    ],
)
def test_names_that_mistake_one_class_for_another_are_refused(
    classes: dict[str, ClassPolicy], found: tuple[str, str]
) -> None:
    """Whoever reads a badge must know which class it is."""
    faults = check_policy(Policy(classes=classes))  # type: ignore[arg-type]

    assert [(fault.path, fault.code) for fault in faults] == [found]


def test_swapped_names_are_no_contradiction() -> None:
    """Only what is shown in the end counts, not what a name was before."""
    swapped: dict[str, ClassPolicy] = {
        "internal": ClassPolicy(name_en="Secret"),
        "secret": ClassPolicy(name_en="Internal"),
    }
    assert check_policy(Policy(classes=swapped)) == []  # type: ignore[arg-type]


def test_higher_class_that_gives_more_is_remarked_upon() -> None:
    """Allowed, since a company may mean it; said, since it seldom does."""
    policy = Policy(classes={"secret": ClassPolicy(views=9, lease_minutes=60)})

    assert check_policy(policy) == []
    assert {(each.path, each.code) for each in remarks_on(policy)} == {
        ("classes.secret.views", "policy.looser_views"),
        ("classes.secret.lease_minutes", "policy.looser_lease"),
    }


def test_times_by_which_no_clock_goes_are_refused() -> None:
    """An unknown zone, a span that ends before it begins, a day that no calendar has; a night is two spans."""
    hours = WorkingHours(
        spans=("mon-fri 08:00-18:00", "mon 22:00-06:00", "tue 08:00-08:00", "sat-mon 00:00-24:00"),
        holidays=("2028-02-29", "2026-02-29"),
    )
    faults = check_policy(Policy(timezone="../etc/passwd", hours=hours))

    assert [(fault.path, fault.code, dict(fault.params)) for fault in faults] == [
        ("timezone", "policy.timezone", {}),
        ("hours.spans", "policy.span", {"span": "mon 22:00-06:00"}),
        ("hours.spans", "policy.span", {"span": "tue 08:00-08:00"}),
        ("hours.holidays", "policy.date", {"day": "2026-02-29"}),
    ]
