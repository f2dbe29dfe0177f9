"""Who may ask for more views, who may be granted them, and who may decide, as literal tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from vault.model import Classification, Duty, Office, PersonId, PersonState
from vault.policy.document import WorkingHours
from vault.policy.opening import HeldDuty, OpeningFacts
from vault.policy.places import Places
from vault.policy.requesting import decide_asking, decide_deciding, decide_granting

NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
ANNE, BO, CY = PersonId("panne"), PersonId("pbo"), PersonId("pcy")
BORROWER = OpeningFacts(
    person_state=PersonState.ACTIVE,
    office=Office.STAFF,
    clearance=Classification.SECRET,
    duties=(HeldDuty(Duty.BORROWER, NOW - DAY, None),),
    classification=Classification.SECRET,
    version_is_live=True,
    place_is_known=True,
    agreements_are_accepted=True,
)
ENDED = (HeldDuty(Duty.BORROWER, NOW - 2 * DAY, NOW - DAY),)


@pytest.mark.parametrize(
    ("changes", "code", "known"),
    [
        ({}, "", True),
        ({"place_is_known": False}, "", True),
        ({"agreements_are_accepted": False}, "", True),
        ({"hours": WorkingHours(spans=("mon-fri 13:00-17:00",))}, "", True),
        ({"places": Places(zones=("Head office",)), "position_is_missing": True}, "", True),
        ({"duties": (HeldDuty(Duty.AUTHOR, NOW - DAY, None),)}, "denied.not_borrower", True),
        ({"duties": (HeldDuty(Duty.CUSTODIAN, NOW - DAY, None),)}, "denied.not_borrower", True),
        ({"duties": (HeldDuty(Duty.APPROVER, NOW - DAY, None),)}, "denied.not_borrower", True),
        ({"duties": ENDED}, "denied.assignment_ended", True),
        ({"duties": ()}, "denied.not_assigned", False),
        ({"clearance": Classification.INTERNAL}, "denied.clearance", True),
        ({"version_is_live": False}, "denied.not_ready", True),
        ({"person_state": PersonState.SUSPENDED}, "denied.suspended", False),
        ({"office": Office.AUDITOR}, "denied.office", False),
    ],
)
def test_only_who_could_open_it_were_there_views_left_may_ask(
    changes: dict[str, object], code: str, known: bool
) -> None:
    """Where somebody sits plays no part in asking; everything else that opening rests on does."""
    decision = decide_asking(replace(BORROWER, **changes), now=NOW)  # type: ignore[arg-type]

    assert (decision.code, decision.known) == (code, known)


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({}, True),
        ({"version_is_live": False}, True),
        ({"place_is_known": False}, True),
        ({"agreements_are_accepted": False}, True),
        ({"duties": ENDED}, False),
        ({"duties": ()}, False),
        ({"duties": (HeldDuty(Duty.APPROVER, NOW - DAY, None),)}, False),
        ({"clearance": Classification.CONFIDENTIAL}, False),
        ({"person_state": PersonState.SUSPENDED}, False),
        ({"office": Office.SECURITY_OFFICER}, False),
    ],
)
def test_nobody_is_granted_views_that_they_could_not_use(changes: dict[str, object], allowed: bool) -> None:
    """The requester's rights are those of the moment of the decision, not of the moment of asking."""
    decision = decide_granting(replace(BORROWER, **changes), now=NOW)  # type: ignore[arg-type]

    assert decision.allowed == allowed
    assert decision.code == ("" if allowed else "denied.requester_right")


@pytest.mark.parametrize(
    ("duties", "requester", "behind", "code", "known"),
    [
        ({Duty.APPROVER}, BO, set(), "", True),
        ({Duty.APPROVER}, BO, {CY}, "", True),
        ({Duty.APPROVER}, ANNE, set(), "denied.own_request", True),
        (set(), ANNE, set(), "denied.own_request", True),
        ({Duty.CUSTODIAN, Duty.APPROVER}, BO, set(), "denied.custodian_decides", True),
        ({Duty.APPROVER}, BO, {ANNE}, "denied.own_submission", True),
        ({Duty.APPROVER}, BO, {CY, ANNE}, "denied.own_submission", True),
        ({Duty.CUSTODIAN}, BO, set(), "denied.custodian_decides", False),
        ({Duty.BORROWER}, BO, set(), "denied.duty", False),
        ({Duty.AUTHOR}, BO, {ANNE}, "denied.duty", False),
        (set(), BO, set(), "denied.duty", False),
    ],
)
def test_decider_has_no_other_part_in_the_request(
    duties: set[Duty], requester: PersonId, behind: set[PersonId], code: str, known: bool
) -> None:
    """Requester, approver, author and custodian of one document are different people (G8)."""
    decision = decide_deciding(decider=ANNE, duties=frozenset(duties), requester=requester, behind=frozenset(behind))

    assert (decision.code, decision.known) == (code, known)
