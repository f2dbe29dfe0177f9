"""Who opens a document in an emergency: literal cases, each with its code."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from vault.model import Classification, Duty, Office, PersonState
from vault.policy.decision import ALLOWED, denied
from vault.policy.document import ClassPolicy, Policy, WorkingHours
from vault.policy.emergencies import EmergencyFacts, decide_emergency, opens_in_emergencies
from vault.policy.opening import HeldDuty, OpeningFacts
from vault.policy.places import Places
from vault.policy.request_rules import EmergencyRules

NOW = dt.datetime(2026, 3, 4, 22, 0, tzinfo=dt.UTC)
SINCE = NOW - dt.timedelta(days=30)
OPENING = OpeningFacts(
    person_state=PersonState.ACTIVE,
    office=Office.STAFF,
    clearance=Classification.SECRET,
    duties=(HeldDuty(Duty.BORROWER, SINCE, None),),
    classification=Classification.CONFIDENTIAL,
    version_is_live=True,
    place_is_known=True,
    agreements_are_accepted=True,
)
SPENT = EmergencyFacts(
    opening=OPENING,
    counted=denied("quota.spent"),
    may_be_known=True,
    qualifications=frozenset({Duty.BORROWER}),
    duties=frozenset({Duty.BORROWER}),
    unreviewed=0,
)
NIGHT = WorkingHours(spans=("mon-fri 08:00-18:00",))


def code(facts: EmergencyFacts, policy: Policy | None = None) -> str:
    return decide_emergency(policy or Policy(), facts, now=NOW).code


@pytest.mark.parametrize(
    "changes",
    [
        {"hours": NIGHT},
        {"places": Places(("Head office",), ()), "zone": "Elsewhere"},
        {"position_is_missing": True},
        {"duties": (HeldDuty(Duty.AUTHOR, SINCE, None),)},
    ],
)
def test_what_an_emergency_stands_in_for(changes: dict[str, object]) -> None:
    """An hour, a place, a position, an assignment; and a count, which is SPENT as it stands."""
    facts = replace(SPENT, counted=ALLOWED, opening=replace(OPENING, **changes))
    assert code(facts) == ""
    assert code(SPENT) == ""


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"clearance": Classification.INTERNAL}, "denied.clearance"),
        ({"agreements_are_accepted": False}, "denied.agreement"),
        ({"is_watched": True}, "denied.watched"),
        ({"version_is_live": False}, "denied.not_ready"),
        ({"place_is_known": False}, "denied.place_needed"),
        ({"person_state": PersonState.SUSPENDED}, "denied.suspended"),
        ({"office": Office.ADMINISTRATOR}, "denied.office"),
    ],
)
def test_what_it_does_not_stand_in_for(changes: dict[str, object], expected: str) -> None:
    assert code(replace(SPENT, opening=replace(OPENING, **changes))) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"counted": ALLOWED}, "denied.emergency_needless"),
        ({"unreviewed": 1}, "denied.emergency_unreviewed"),
        ({"qualifications": frozenset()}, "denied.not_qualified"),
        ({"duties": frozenset({Duty.CUSTODIAN})}, "denied.emergency_duties"),
        ({"duties": frozenset({Duty.BORROWER, Duty.APPROVER})}, "denied.emergency_duties"),
        ({"may_be_known": False}, "denied.not_assigned"),
    ],
)
def test_person_who_opens_nothing_in_an_emergency(changes: dict[str, object], expected: str) -> None:
    assert code(replace(SPENT, **changes)) == expected


def test_stranger_is_told_nothing_whatever_else_forbids_it() -> None:
    """Not even that the class opens in no emergency."""
    top = replace(SPENT, may_be_known=False, opening=replace(OPENING, classification=Classification.TOP_SECRET))
    assert not decide_emergency(Policy(), top, now=NOW).known


def test_classes_open_as_the_policy_says() -> None:
    """Up to secret without a word of it; a class may say otherwise, either way."""
    assert [opens_in_emergencies(Policy(), each) for each in Classification] == [True, True, True, False]
    policy = Policy(classes={"internal": ClassPolicy(emergencies=False), "top_secret": ClassPolicy(emergencies=True)})
    assert [opens_in_emergencies(policy, each) for each in Classification] == [False, True, True, True]
    closed = Policy(classes={"confidential": ClassPolicy(emergencies=False)})
    assert code(SPENT, closed) == "denied.emergency_class"


def test_policy_says_how_many_wait_for_their_review() -> None:
    two = Policy(emergencies=EmergencyRules(open_reviews=2))
    assert code(replace(SPENT, unreviewed=1), two) == ""
    assert code(replace(SPENT, unreviewed=2), two) == "denied.emergency_unreviewed"
