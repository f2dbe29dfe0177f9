"""Leaving: the moment it ends, wherever clocks change; and who confirms a hand-over, as a literal table."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest

from vault.model import Duty, Office, PersonId
from vault.policy.leaving import (
    NEXT_STATE,
    ConfirmingFacts,
    LeavingAct,
    LeavingState,
    Side,
    decide_confirming,
    decide_last_day,
    decide_proposing,
    end_of_last_day,
    ends_on_last_day,
)

LEAVER, SUCCESSOR, KEEPER, KEEPER2, HR = (PersonId(name) for name in ("leaver", "successor", "keeper", "keeper2", "hr"))


@pytest.mark.parametrize(
    ("zone", "last_day", "ends_at"),
    [
        ("UTC", "2026-11-30", "2026-12-01T00:00:00+00:00"),
        ("Asia/Shanghai", "2026-11-30", "2026-11-30T16:00:00+00:00"),
        ("Europe/Berlin", "2026-10-24", "2026-10-24T22:00:00+00:00"),  # still summer
        ("Europe/Berlin", "2026-10-25", "2026-10-25T23:00:00+00:00"),  # the day of 25 hours, whole
        ("Europe/Berlin", "2026-03-29", "2026-03-29T22:00:00+00:00"),  # the day of 23 hours
        ("America/Santiago", "2026-09-05", "2026-09-06T04:00:00+00:00"),  # the next midnight is skipped
        ("America/Santiago", "2026-04-04", "2026-04-05T04:00:00+00:00"),  # 23:00 comes twice before midnight
        ("America/Havana", "2026-10-31", "2026-11-01T04:00:00+00:00"),  # midnight comes twice: the first
        ("Asia/Kathmandu", "2026-12-31", "2026-12-31T18:15:00+00:00"),
    ],
)
def test_last_day_ends_at_the_first_moment_of_the_next(zone: str, last_day: str, ends_at: str) -> None:
    """Exact in zones with summer time, with a skipped midnight, and with one that comes twice."""
    ended = end_of_last_day(dt.date.fromisoformat(last_day), zoneinfo.ZoneInfo(zone))

    assert ended == dt.datetime.fromisoformat(ends_at)
    local = ended.astimezone(zoneinfo.ZoneInfo(zone))
    assert local.date() == dt.date.fromisoformat(last_day) + dt.timedelta(days=1)
    assert (ended - dt.timedelta(milliseconds=1)).astimezone(zoneinfo.ZoneInfo(zone)).date().isoformat() == last_day


@pytest.mark.parametrize(
    ("days", "code"), [(-1, "leaving.day_past"), (0, ""), (30, ""), (1100, ""), (1101, "leaving.day_far")]
)
def test_last_day_is_today_or_later_within_reason(days: int, code: str) -> None:
    """A day that is over, and a wrong year, are found before anything happens."""
    today = dt.date(2026, 11, 26)

    assert decide_last_day(today + dt.timedelta(days=days), today=today).code == code


def test_states_and_acts() -> None:
    """The literal table: what can be done about an announced leaving, and nothing about one that is over."""
    assert {(state.value, act.value): after.value for (state, act), after in NEXT_STATE.items()} == {
        ("announced", "change"): "announced",
        ("announced", "call_off"): "called_off",
        ("announced", "end_now"): "announced",
        ("announced", "last_day_over"): "announced",
        ("announced", "finish"): "ended",
    }
    assert not any(state is not LeavingState.ANNOUNCED for state, _act in NEXT_STATE)
    assert {act for _state, act in NEXT_STATE} == set(LeavingAct)


@pytest.mark.parametrize(
    ("who", "office", "side", "custodians", "confirmed", "code"),
    [
        # the successor's side is the successor's alone
        ({SUCCESSOR}, Office.STAFF, Side.SUCCESSOR, {KEEPER}, None, ""),
        ({SUCCESSOR}, Office.STAFF, Side.SUCCESSOR, {KEEPER}, KEEPER, ""),
        ({KEEPER}, Office.STAFF, Side.SUCCESSOR, {KEEPER}, None, "denied.not_successor"),
        ({LEAVER}, Office.STAFF, Side.SUCCESSOR, {KEEPER}, None, "denied.not_successor"),
        ({HR}, Office.ADMINISTRATOR, Side.SUCCESSOR, set(), None, "denied.not_successor"),
        # the custodian's side
        ({KEEPER}, Office.STAFF, Side.CUSTODIAN, {KEEPER, KEEPER2}, None, ""),
        ({LEAVER}, Office.STAFF, Side.CUSTODIAN, {LEAVER}, None, ""),
        ({LEAVER}, Office.STAFF, Side.CUSTODIAN, {LEAVER, KEEPER}, None, "handover.leaver"),
        ({SUCCESSOR}, Office.STAFF, Side.CUSTODIAN, {KEEPER}, None, "denied.duty"),
        ({HR}, Office.ADMINISTRATOR, Side.CUSTODIAN, {KEEPER}, None, "denied.duty"),
        ({HR}, Office.ADMINISTRATOR, Side.CUSTODIAN, set(), None, ""),
        ({HR}, Office.AUDITOR, Side.CUSTODIAN, set(), None, "denied.duty"),
        # two people: neither as one who is both, nor by a second account
        ({SUCCESSOR}, Office.STAFF, Side.CUSTODIAN, {SUCCESSOR}, None, "handover.same_person"),
        ({SUCCESSOR}, Office.STAFF, Side.SUCCESSOR, {SUCCESSOR}, SUCCESSOR, "handover.same_person"),
        ({KEEPER, SUCCESSOR}, Office.STAFF, Side.CUSTODIAN, {KEEPER}, None, "handover.same_person"),
        ({KEEPER, SUCCESSOR}, Office.STAFF, Side.SUCCESSOR, {KEEPER}, KEEPER, "handover.same_person"),
        ({LEAVER, KEEPER}, Office.STAFF, Side.CUSTODIAN, {KEEPER, KEEPER2}, None, "handover.leaver"),
    ],
)
def test_who_confirms_a_handover(
    who: set[PersonId],
    office: Office,
    side: Side,
    custodians: set[PersonId],
    confirmed: PersonId | None,
    code: str,
) -> None:
    """Two acts, two people, told apart by immutable ids over all of a person's accounts."""
    facts = ConfirmingFacts(
        accounts=frozenset(who),
        office=office,
        leaver=LEAVER,
        successor=SUCCESSOR,
        custodians=frozenset(custodians),
        custodian=confirmed,
    )

    assert decide_confirming(facts, side).code == code


def test_nobody_confirms_for_nobody_and_strangers_name_nobody() -> None:
    """A hand-over without a successor cannot be confirmed; custodians and administrators name one."""
    facts = ConfirmingFacts(
        accounts=frozenset({KEEPER}),
        office=Office.STAFF,
        leaver=LEAVER,
        successor=None,
        custodians=frozenset({KEEPER}),
        custodian=None,
    )

    assert decide_confirming(facts, Side.CUSTODIAN).code == "handover.no_successor"
    assert decide_proposing(facts).allowed
    for accounts, office, may in (
        ({HR}, Office.ADMINISTRATOR, True),
        ({LEAVER}, Office.STAFF, False),
        ({HR}, Office.AUDITOR, False),
    ):
        other = ConfirmingFacts(frozenset(accounts), office, LEAVER, None, frozenset({KEEPER}), None)
        assert decide_proposing(other).allowed is may


def test_only_the_last_custodian_keeps_a_place() -> None:
    """Every other duty ends with the last day, handed over or not."""
    for duty in Duty:
        assert ends_on_last_day(duty, other_custodians=True)
        assert ends_on_last_day(duty, other_custodians=False) is (duty is not Duty.CUSTODIAN)
