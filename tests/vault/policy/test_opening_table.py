"""The decision to open as one complete table: every office, state, duty, time, class and clearance there is.

Literal tables, read from the outside in. A cell is the code of the denial without ``denied.``, in brackets where
even the existence of the document is not told; ``->`` leads to the next table and ``opens`` is the only way in.
"""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from vault.model import Classification, Duty, Office, PersonState
from vault.policy.opening import HeldDuty, OpeningFacts, decide_continuing, decide_opening

NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)

PERSON = """
                  active           suspended
staff             ->               [suspended]
administrator     [office]         [suspended]
security_officer  [office]         [suspended]
auditor           [office]         [suspended]
"""

DUTY = """
           none            to_come                 first_moment   in_force       until_now          over
borrower   [not_assigned]  assignment_not_started  ->             ->             assignment_ended   assignment_ended
author     [not_assigned]  [not_assigned]          not_borrower   not_borrower   [not_assigned]     [not_assigned]
custodian  [not_assigned]  [not_assigned]          not_borrower   not_borrower   [not_assigned]     [not_assigned]
approver   [not_assigned]  [not_assigned]          not_borrower   not_borrower   [not_assigned]     [not_assigned]
"""

CLASS = """
clearance     internal    confidential  secret      top_secret
internal      opens       clearance     clearance   clearance
confidential  opens       opens         clearance   clearance
secret        opens       opens         opens       clearance
top_secret    opens       opens         opens       opens
"""

AGREEMENTS = """
          opening    continuing
accepted  ->         ->
open      agreement  ->
"""

DOCUMENT = """
         place_known  place_unknown
live     opens        place_needed
pending  not_ready    not_ready
"""

TIMES: dict[str, tuple[dt.datetime, dt.datetime | None] | None] = {
    "none": None,
    "to_come": (NOW + HOUR, None),
    "first_moment": (NOW, None),
    "in_force": (NOW - HOUR, NOW + HOUR),
    "until_now": (NOW - HOUR, NOW),
    "over": (NOW - 2 * HOUR, NOW - HOUR),
}


def table(text: str) -> dict[tuple[str, str], str]:
    """Cells by row and column name; the first column of the heading may be unnamed."""
    heading, *rows = [line.split() for line in text.strip("\n").splitlines()]
    columns = heading[-len(rows[0]) + 1 :]
    return {(row[0], column): cell for row in rows for column, cell in zip(columns, row[1:], strict=True)}


PERSONS, DUTIES, CLASSES, AGREED, DOCUMENTS = (table(text) for text in (PERSON, DUTY, CLASS, AGREEMENTS, DOCUMENT))


def held(duty: Duty, time: str) -> tuple[HeldDuty, ...]:
    span = TIMES[time]
    return () if span is None else (HeldDuty(duty, *span),)


def verdict(facts: OpeningFacts, act: str = "opening") -> str:
    """What the rules say, in the tables' words."""
    decide = decide_opening if act == "opening" else decide_continuing
    decision = decide(facts, now=NOW)
    if decision.allowed:
        return "opens"
    word = decision.code.removeprefix("denied.")
    return word if decision.known else f"[{word}]"


@pytest.mark.parametrize("office", list(Office))
def test_every_case_is_decided_as_the_tables_say(office: Office) -> None:
    """All combinations, so that no two rules make a hole where they meet."""
    assert set(DUTIES) == {(duty.value, time) for duty in Duty for time in TIMES}
    flags = itertools.product(("accepted", "open"), ("opening", "continuing"), (True, False), (True, False))
    cases = itertools.product(PersonState, Duty, TIMES, Classification, Classification, list(flags))
    wrong = []
    for state, duty, time, clearance, classification, (agreements, act, live, known) in cases:
        expected = PERSONS[office.value, state.value]
        if expected == "->":
            expected = DUTIES[duty.value, time]
        if expected == "->":
            expected = CLASSES[clearance.value, classification.value]
        if expected == "opens":
            expected = AGREED[agreements, act]
        if expected == "->":
            expected = DOCUMENTS["live" if live else "pending", "place_known" if known else "place_unknown"]
        is_accepted = agreements == "accepted"
        facts = OpeningFacts(state, office, clearance, held(duty, time), classification, live, known, is_accepted)
        if verdict(facts, act) != expected:
            wrong.append((state, duty, time, clearance, classification, agreements, act, live, known, expected))
    assert wrong == []


@pytest.mark.parametrize("duties", [each for count in (2, 3, 4) for each in itertools.combinations(Duty, count)])
def test_further_duties_neither_open_nor_close(duties: tuple[Duty, ...]) -> None:
    """Whoever borrows opens, whatever else they hold; whoever does not borrow never does."""
    holding = tuple(HeldDuty(duty, NOW - HOUR, None) for duty in duties)
    facts = OpeningFacts(
        PersonState.ACTIVE, Office.STAFF, Classification.SECRET, holding, Classification.SECRET, True, True, True
    )
    assert verdict(facts) == ("opens" if Duty.BORROWER in duties else "not_borrower")


@pytest.mark.parametrize("times", list(itertools.product(TIMES, repeat=2)))
def test_of_two_assignments_to_borrow_one_in_force_suffices(times: tuple[str, str]) -> None:
    """An assignment renewed, ended or to come beside another changes nothing about one that holds."""
    holding = held(Duty.BORROWER, times[0]) + held(Duty.BORROWER, times[1])
    facts = OpeningFacts(
        PersonState.ACTIVE, Office.STAFF, Classification.SECRET, holding, Classification.SECRET, True, True, True
    )
    assert (verdict(facts) == "opens") == bool({"first_moment", "in_force"} & set(times))
