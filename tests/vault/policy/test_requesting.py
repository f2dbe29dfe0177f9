"""Who may ask for more views and who may decide, as a literal table."""

from __future__ import annotations

import pytest

from vault.model import Duty, PersonId
from vault.policy.requesting import decide_asking, decide_deciding

ANNE, BO, CY = PersonId("panne"), PersonId("pbo"), PersonId("pcy")


@pytest.mark.parametrize("duty", list(Duty))
def test_only_a_borrower_asks(duty: Duty) -> None:
    """Views are asked for by who may use them."""
    assert decide_asking(frozenset({duty})).allowed == (duty is Duty.BORROWER)


@pytest.mark.parametrize(
    ("duties", "requester", "submitter", "filer", "code"),
    [
        ({Duty.APPROVER}, BO, None, None, ""),
        ({Duty.APPROVER}, BO, CY, CY, ""),
        ({Duty.APPROVER}, ANNE, None, None, "denied.own_request"),
        ({Duty.CUSTODIAN}, BO, None, None, "denied.custodian_decides"),
        ({Duty.CUSTODIAN, Duty.APPROVER}, BO, None, None, "denied.custodian_decides"),
        ({Duty.BORROWER}, BO, None, None, "denied.duty"),
        (set(), BO, None, None, "denied.duty"),
        ({Duty.APPROVER}, BO, ANNE, None, "denied.own_submission"),
        ({Duty.APPROVER}, BO, CY, ANNE, "denied.own_submission"),
    ],
)
def test_decider_has_no_other_part_in_the_request(
    duties: set[Duty], requester: PersonId, submitter: PersonId | None, filer: PersonId | None, code: str
) -> None:
    """Requester, approver, author and custodian of one document are different people (G8)."""
    decision = decide_deciding(
        decider=ANNE, duties=frozenset(duties), requester=requester, submitter=submitter, filer=filer
    )

    assert decision.code == code
