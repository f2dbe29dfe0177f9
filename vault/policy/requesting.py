"""Who may ask for more views and who may decide: requester, approver, author and custodian are different people."""

from __future__ import annotations

from vault.model import Duty, PersonId
from vault.policy.decision import ALLOWED, Decision, denied

MOST_VIEWS_ASKED = 10


def decide_asking(duties: frozenset[Duty]) -> Decision:
    """Only who borrows may ask."""
    return ALLOWED if Duty.BORROWER in duties else denied("denied.not_borrower")


def decide_deciding(
    *,
    decider: PersonId,
    duties: frozenset[Duty],
    requester: PersonId,
    submitter: PersonId | None,
    filer: PersonId | None,
) -> Decision:
    """May this person decide this request? Asked when the screen is shown and again when it is used."""
    if decider == requester:
        return denied("denied.own_request")
    if Duty.CUSTODIAN in duties:
        return denied("denied.custodian_decides")
    if Duty.APPROVER not in duties:
        return denied("denied.duty")
    if decider in {submitter, filer}:
        return denied("denied.own_submission")
    return ALLOWED
