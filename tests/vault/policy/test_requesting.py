"""Who may ask for more views, who may be granted them, and who may decide, as literal tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from vault.model import Classification, Duty, Office, PersonId, PersonState
from vault.policy.document import WorkingHours
from vault.policy.granting import GrantKind
from vault.policy.opening import HeldDuty, OpeningFacts
from vault.policy.places import Places
from vault.policy.requesting import decide_asking, decide_deciding, decide_granting, decide_relying, needed_grants

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
    decision = decide_granting(replace(BORROWER, **changes), GrantKind.VIEWS, now=NOW)  # type: ignore[arg-type]

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
    decision = decide_deciding(
        accounts=frozenset({ANNE}), duties=frozenset(duties), requester=requester, behind=frozenset(behind)
    )

    assert (decision.code, decision.known) == (code, known)


def test_second_account_is_the_same_person_on_every_side() -> None:
    """What is forbidden to somebody is forbidden by whichever of their ids it is tried."""
    for requester, behind, decided, code in (
        (CY, set(), set(), "denied.own_request"),
        (BO, {CY}, set(), "denied.own_submission"),
        (BO, set(), {CY}, "denied.agreed_already"),
    ):
        decision = decide_deciding(
            accounts=frozenset({ANNE, CY}),
            duties=frozenset({Duty.APPROVER}),
            requester=requester,
            behind=frozenset(behind),
            decided=frozenset(decided),
        )
        assert decision.code == code


@pytest.mark.parametrize(
    ("duties", "behind", "must_remain", "stands"),
    [
        ({Duty.APPROVER}, set(), True, True),
        (set(), set(), True, False),
        (set(), set(), False, True),
        ({Duty.CUSTODIAN}, set(), False, False),
        ({Duty.APPROVER, Duty.CUSTODIAN}, set(), True, False),
        ({Duty.APPROVER}, {ANNE}, False, False),
    ],
)
def test_what_somebody_agreed_to_stands_while_they_are_on_no_other_side(
    duties: set[Duty], behind: set[PersonId], must_remain: bool, stands: bool
) -> None:
    """Exclusions hold at every use; the duty itself as the policy says."""
    decision = decide_relying(
        accounts=frozenset({ANNE}),
        duties=frozenset(duties),
        requester=BO,
        behind=frozenset(behind),
        must_remain=must_remain,
    )
    assert (decision.allowed, decision.code) == (stands, "" if stands else "denied.grant_void")


def test_view_uses_the_grants_without_which_it_would_not_open() -> None:
    """An assignment makes a grant of access needless; a grant of an hour is not used within hours."""
    granted = frozenset({GrantKind.ACCESS, GrantKind.HOURS, GrantKind.VIEWS})
    assert needed_grants(replace(BORROWER, granted=granted), now=NOW) == frozenset()
    assert needed_grants(replace(BORROWER, granted=granted, duties=()), now=NOW) == {GrantKind.ACCESS}
    watched = replace(BORROWER, granted=frozenset({GrantKind.VIEWS}), is_watched=True)
    assert needed_grants(watched, now=NOW) == {GrantKind.VIEWS}


@pytest.mark.parametrize("duty", [Duty.CUSTODIAN, Duty.APPROVER])
def test_access_is_granted_to_no_other_side_of_the_same_dossier(duty: Duty) -> None:
    """It makes a borrower of them."""
    held = replace(BORROWER, duties=(HeldDuty(duty, NOW - DAY, None),))
    assert decide_granting(held, GrantKind.ACCESS, now=NOW).code == "denied.requester_right"
    assert decide_granting(replace(held, duties=()), GrantKind.ACCESS, now=NOW).allowed
