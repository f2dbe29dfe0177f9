"""Every event has a row, every row is of the schema, and the documentation shows the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vault.feed.meanings import MEANINGS, OTHER, Meaning, OcsfClass, Severity, meaning_of
from vault.ledger.events import Event, Outcome

SPEC = Path(__file__).parents[3] / "docs/spec/feed.md"
# From schema.ocsf.io, version 1.6: class_uid, its caption, and those of its activities that are used.
SCHEMA = {
    2004: ("Detection Finding", {1: "Create", 2: "Update", 3: "Close"}),
    3001: (
        "Account Change",
        {1: "Create", 2: "Enable", 3: "Password Change", 4: "Password Reset", 5: "Disable", 6: "Delete"},
    ),
    3002: ("Authentication", {1: "Logon", 2: "Logoff"}),
    3004: (
        "Entity Management",
        {1: "Create", 2: "Read", 3: "Update", 4: "Delete", 12: "Suspend", 13: "Resume"},
    ),
    3005: ("User Access Management", {1: "Assign Privileges", 2: "Revoke Privileges"}),
    6002: ("Application Lifecycle", {3: "Start", 4: "Stop", 6: "Enable", 7: "Disable"}),
    6003: ("API Activity", {1: "Create", 2: "Read", 3: "Update", 4: "Delete"}),
    6006: ("File Hosting Activity", {1: "Upload", 2: "Download", 9: "Preview", 14: "Open", 17: "Access Check"}),
}


def test_every_event_means_something_to_a_monitor() -> None:
    """An event that is added to the trail is added here."""
    assert MEANINGS.keys() == set(Event)


def test_classes_are_those_of_the_schema() -> None:
    """Number and caption."""
    assert {each.value: each.caption for each in OcsfClass} == {uid: caption for uid, (caption, _) in SCHEMA.items()}


@pytest.mark.parametrize("event", Event, ids=lambda event: event.value)
def test_activity_is_one_of_the_class_or_other(event: Event) -> None:
    """A standard number has its standard name; 99 never hides a standard activity."""
    meaning = MEANINGS[event]
    activities = SCHEMA[meaning.ocsf_class.value][1]

    if meaning.activity_id == OTHER:
        assert meaning.activity_name not in activities.values()
    else:
        assert activities[meaning.activity_id] == meaning.activity_name
    assert meaning.type_uid == meaning.ocsf_class.value * 100 + meaning.activity_id
    assert bool(meaning.entity) == (meaning.ocsf_class is OcsfClass.ENTITY_MANAGEMENT)


@pytest.mark.parametrize("event", Event, ids=lambda event: event.value)
def test_what_was_refused_is_never_less_severe_than_ordinary_work(event: Event) -> None:
    """A monitor that alarms from medium on hears of every refusal but those that only end something."""
    refused = meaning_of(event).severity_of(Outcome.DENIED)

    assert refused >= Severity.LOW or MEANINGS[event].ocsf_class is OcsfClass.DETECTION_FINDING


def test_reset_password_is_told_from_an_own_change() -> None:
    """The strongest attack from inside has an activity of its own."""
    assert meaning_of(Event.PERSON_PASSWORD_CHANGED).activity_name == "Password Change"
    assert meaning_of(Event.PERSON_PASSWORD_CHANGED, code="reset").activity_name == "Password Reset"


@pytest.mark.parametrize(
    ("code", "severity"),
    [
        ("", Severity.CRITICAL),
        ("verification.cut_short", Severity.CRITICAL),
        ("verification.given_up", Severity.LOW),
        ("verification.acknowledged", Severity.LOW),
    ],
)
def test_verification_that_was_cut_short_is_as_critical_as_one_that_found_something(
    code: str, severity: Severity
) -> None:
    """What it did not come to may hold anything; whoever gave one up, or answered for what it found, is no alarm."""
    assert meaning_of(Event.TRAIL_VERIFIED, code=code).severity_of(Outcome.FAILED) is severity


def test_opening_and_refusal_are_file_hosting_open_and_access_check() -> None:
    """What a rule for stolen documents looks for: 600614 and 600617."""
    assert MEANINGS[Event.VIEW_OPENED].type_uid == 600614
    assert MEANINGS[Event.VIEW_DENIED].type_uid == 600617


def test_documentation_shows_the_same_rows() -> None:
    """docs/spec/feed.md, "Events"."""
    table = re.findall(
        r"^\| `([a-z_.]+)` \| ([0-9]+) ([^|]+) \| ([0-9]+) ([^|]+) \| ([a-z]+) / ([a-z]+) \|$",
        SPEC.read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )

    assert table == [(event.value, *_row(MEANINGS[event])) for event in Event]


def _row(meaning: Meaning) -> tuple[str, ...]:
    return (
        str(meaning.ocsf_class.value),
        meaning.ocsf_class.caption,
        str(meaning.activity_id),
        meaning.activity_name,
        meaning.severity.name.lower(),
        meaning.refused.name.lower(),
    )
