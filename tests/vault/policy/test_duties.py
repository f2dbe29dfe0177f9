"""Which offices and duties one person may hold together, as literal tables."""

from __future__ import annotations

import pytest

from vault.model import Classification, Duty, Office
from vault.policy.duties import decide_assignment, decide_office

EVERYTHING = frozenset(Duty)
MAY_HOLD_BOTH = {
    frozenset({Duty.AUTHOR, Duty.BORROWER}),
}


@pytest.mark.parametrize("office", [Office.ADMINISTRATOR, Office.SECURITY_OFFICER, Office.AUDITOR])
@pytest.mark.parametrize("duty", list(Duty))
def test_officers_hold_no_duty(office: Office, duty: Duty) -> None:
    """Administrator, security officer and auditor exclude every duty on dossiers (三员分立)."""
    assert decide_office(office, frozenset({duty})).code == "duties.exclusive"
    assert decide_office(office, frozenset()).allowed


@pytest.mark.parametrize("held", list(Duty))
@pytest.mark.parametrize("duty", list(Duty))
def test_two_sides_of_one_act_exclude_each_other(held: Duty, duty: Duty) -> None:
    """Only an author may also borrow; every other pair of duties on one dossier is refused."""
    decision = decide_assignment(
        duty=duty,
        held=frozenset({held}) - {duty},
        office=Office.STAFF,
        qualifications=EVERYTHING,
        clearance=Classification.TOP_SECRET,
        classification=Classification.INTERNAL,
    )

    allowed = held is duty or frozenset({held, duty}) in MAY_HOLD_BOTH
    assert (decision.allowed, decision.code) == (allowed, "" if allowed else "duties.conflict")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"office": Office.AUDITOR}, "duties.exclusive"),
        ({"qualifications": frozenset({Duty.AUTHOR})}, "duties.not_qualified"),
        ({"clearance": Classification.INTERNAL}, "duties.clearance"),
    ],
)
def test_assignment_that_breaks_one_rule_is_refused(changes: dict[str, object], code: str) -> None:
    """Office, qualification and clearance are each needed."""
    facts: dict[str, object] = {
        "held": frozenset(),
        "office": Office.STAFF,
        "qualifications": EVERYTHING,
        "clearance": Classification.SECRET,
        "classification": Classification.SECRET,
    }

    decision = decide_assignment(duty=Duty.BORROWER, **{**facts, **changes})  # type: ignore[arg-type]

    assert decision.code == code
