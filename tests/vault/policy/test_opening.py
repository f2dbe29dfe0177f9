"""The decision to open, as a literal table."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from vault.model import Classification, Duty, Office, PersonState
from vault.policy.document import WorkingHours
from vault.policy.granting import GrantKind
from vault.policy.opening import (
    RULES,
    HeldDuty,
    OpeningFacts,
    decide_continuing,
    decide_opening,
    decide_page_place,
    judge_opening,
)
from vault.policy.places import Places

NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
BORROWER = HeldDuty(Duty.BORROWER, NOW - DAY, None)
ALLOWED_FACTS = OpeningFacts(
    person_state=PersonState.ACTIVE,
    office=Office.STAFF,
    clearance=Classification.SECRET,
    duties=(BORROWER,),
    classification=Classification.SECRET,
    version_is_live=True,
    place_is_known=True,
    agreements_are_accepted=True,
)


AFTERNOONS = WorkingHours(spans=("mon-fri 13:00-17:00",))
OFFICE, CHINA = Places(zones=("Head office",)), Places(countries=("CN",))


def test_borrower_with_every_right_is_allowed() -> None:
    """Somebody assigned, cleared, active and at a known place may open a live document."""
    assert decide_opening(ALLOWED_FACTS, now=NOW).allowed


@pytest.mark.parametrize(
    ("changes", "code", "known"),
    [
        ({"person_state": PersonState.SUSPENDED}, "denied.suspended", False),
        ({"office": Office.AUDITOR}, "denied.office", False),
        ({"office": Office.ADMINISTRATOR}, "denied.office", False),
        ({"office": Office.SECURITY_OFFICER}, "denied.office", False),
        ({"duties": ()}, "denied.not_assigned", False),
        ({"duties": (HeldDuty(Duty.CUSTODIAN, NOW - DAY, None),)}, "denied.not_borrower", True),
        ({"duties": (HeldDuty(Duty.APPROVER, NOW - DAY, None),)}, "denied.not_borrower", True),
        ({"duties": (HeldDuty(Duty.AUTHOR, NOW - DAY, None),)}, "denied.not_borrower", True),
        ({"duties": (HeldDuty(Duty.CUSTODIAN, NOW - 2 * DAY, NOW - DAY),)}, "denied.not_assigned", False),
        ({"duties": (HeldDuty(Duty.BORROWER, NOW + DAY, None),)}, "denied.assignment_not_started", True),
        ({"duties": (HeldDuty(Duty.BORROWER, NOW - 2 * DAY, NOW - DAY),)}, "denied.assignment_ended", True),
        ({"duties": (HeldDuty(Duty.BORROWER, NOW - DAY, NOW),)}, "denied.assignment_ended", True),
        ({"clearance": Classification.CONFIDENTIAL}, "denied.clearance", True),
        ({"agreements_are_accepted": False}, "denied.agreement", True),
        ({"version_is_live": False}, "denied.not_ready", True),
        ({"place_is_known": False}, "denied.place_needed", True),
        ({"hours": AFTERNOONS}, "denied.hours", True),
        ({"places": OFFICE}, "denied.place", True),
        ({"places": CHINA}, "denied.country_unknown", True),
        ({"position_is_missing": True}, "denied.position_needed", True),
    ],
)
def test_one_missing_right_denies_with_its_code(changes: dict[str, object], code: str, known: bool) -> None:
    """Each rule alone forbids, and whoever has no part in the dossier is not told that it exists."""
    decision = decide_opening(replace(ALLOWED_FACTS, **changes), now=NOW)  # type: ignore[arg-type]

    assert (decision.allowed, decision.code, decision.known) == (False, code, known)


@pytest.mark.parametrize("clearance", list(Classification))
@pytest.mark.parametrize("classification", list(Classification))
def test_clearance_opens_its_own_class_and_those_below(
    clearance: Classification, classification: Classification
) -> None:
    """A clearance is compared by rank, not by name."""
    facts = replace(ALLOWED_FACTS, clearance=clearance, classification=classification)

    assert decide_opening(facts, now=NOW).allowed == (clearance.rank >= classification.rank)


def test_second_assignment_in_force_outweighs_an_ended_one() -> None:
    """An ended assignment does not spoil one that holds."""
    ended = HeldDuty(Duty.BORROWER, NOW - 2 * DAY, NOW - DAY)

    assert decide_opening(replace(ALLOWED_FACTS, duties=(ended, BORROWER)), now=NOW).allowed


def test_right_that_ends_during_the_view_stops_it() -> None:
    """What allowed the opening is asked again for every page."""
    facts = replace(ALLOWED_FACTS, duties=(HeldDuty(Duty.BORROWER, NOW - DAY, NOW + DAY),))

    assert decide_continuing(facts, now=NOW).allowed
    assert decide_continuing(facts, now=NOW + DAY).code == "denied.assignment_ended"


@pytest.mark.parametrize(
    ("changes", "granted", "code"),
    [
        ({"hours": AFTERNOONS}, GrantKind.HOURS, ""),
        ({"hours": AFTERNOONS}, GrantKind.PLACE, "denied.hours"),
        ({"places": OFFICE}, GrantKind.PLACE, ""),
        ({"places": CHINA}, GrantKind.PLACE, ""),
        ({"places": OFFICE}, GrantKind.HOURS, "denied.place"),
        ({"places": OFFICE, "place_is_known": False}, GrantKind.PLACE, "denied.place_needed"),
        ({"position_is_missing": True}, GrantKind.PLACE, "denied.position_needed"),
        ({"clearance": Classification.CONFIDENTIAL}, GrantKind.HOURS, "denied.clearance"),
    ],
)
def test_grant_lifts_its_own_rule_and_no_other(changes: dict[str, object], granted: GrantKind, code: str) -> None:
    """What an approver let the person do beyond hours or places."""
    facts = replace(ALLOWED_FACTS, granted=frozenset({granted}), **changes)  # type: ignore[arg-type]

    assert decide_opening(facts, now=NOW).code == code


def test_hours_and_places_are_no_secret_to_whoever_may_know_and_none_of_a_strangers_business() -> None:
    """Without a part in the dossier the answer is that of an unknown id, whatever time and place say."""
    facts = replace(ALLOWED_FACTS, duties=(), hours=AFTERNOONS, places=OFFICE, position_is_missing=True)

    assert decide_opening(facts, now=NOW).code == "denied.not_assigned"


def test_view_goes_on_where_only_the_place_has_changed() -> None:
    """The page is refused there, not the view; time is asked for again."""
    facts = replace(ALLOWED_FACTS, places=OFFICE, position_is_missing=True)

    assert decide_continuing(facts, now=NOW).allowed
    assert decide_page_place(facts, now=NOW).code == "denied.place"
    assert decide_page_place(replace(facts, zone="Head office"), now=NOW).allowed
    assert decide_continuing(replace(facts, hours=AFTERNOONS), now=NOW).code == "denied.hours"


def test_every_rule_answers_for_itself() -> None:
    """Whoever asks why is told all that stands in the way, not only what would be said first."""
    facts = replace(ALLOWED_FACTS, clearance=Classification.INTERNAL, version_is_live=False, duties=())

    judged = judge_opening(facts, now=NOW)

    assert list(judged) == list(RULES)
    assert {name: decision.code for name, decision in judged.items() if not decision.allowed} == {
        "assigned": "denied.not_assigned",
        "cleared": "denied.clearance",
        "ready": "denied.not_ready",
    }
