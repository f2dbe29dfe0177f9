"""Which offices and duties one person may hold together (三员分立 and the four duties of a dossier).

Administrator, security officer and auditor exclude each other by being one field with one value; here stands what else
excludes what. Rules speak of immutable person ids, never of names or groups.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from types import MappingProxyType

from vault.model import Classification, Duty, Office
from vault.policy.decision import ALLOWED, Decision, denied

CONFLICTING_DUTIES: frozenset[frozenset[Duty]] = frozenset(
    {
        frozenset({Duty.CUSTODIAN, Duty.APPROVER}),
        frozenset({Duty.CUSTODIAN, Duty.AUTHOR}),
        frozenset({Duty.CUSTODIAN, Duty.BORROWER}),
        frozenset({Duty.APPROVER, Duty.AUTHOR}),
        frozenset({Duty.APPROVER, Duty.BORROWER}),
    }
)
"""Pairs that one person may not hold on one dossier: two sides of one act. Author and borrower may be one person."""


def holds_through_teams(direct: frozenset[Duty]) -> bool:
    """Whether a loan to a team makes this person a borrower too, who holds ``direct`` on the dossier themself.

    Not where that would make them two sides of one act: the duty that a custodian gave to the person stands, whatever
    team somebody puts them into.
    """
    return not any(frozenset({Duty.BORROWER, duty}) in CONFLICTING_DUTIES for duty in direct)


LAST_OF_OFFICE: Mapping[Office, str] = MappingProxyType(
    {
        Office.ADMINISTRATOR: "denied.last_administrator",
        Office.SECURITY_OFFICER: "denied.last_security_officer",
    }
)
"""Offices of which somebody must stay active, with the code of a refusal: accounts, keys and the policy need them.

Not the auditor: nothing waits for one, and the trail is kept whether or not somebody reads it.
"""


def decide_ending_custody(*, ends_at: dt.datetime | None, others: Collection[dt.datetime | None]) -> Decision:
    """May a custodian's assignment be ended now? ``others`` are the ends of what other active people keep it by now.

    Only if somebody keeps the dossier for at least as long; None means until further notice.
    """
    keeps = any(other is None or (ends_at is not None and other >= ends_at) for other in others)
    return ALLOWED if keeps else denied("denied.last_custodian")


def decide_office(office: Office, qualifications: frozenset[Duty]) -> Decision:
    """May a person of this office hold these qualifications? Only staff hold any."""
    if office is not Office.STAFF and qualifications:
        return denied("duties.exclusive")
    return ALLOWED


def decide_assignment(
    *,
    duty: Duty,
    held: frozenset[Duty],
    office: Office,
    qualifications: frozenset[Duty],
    clearance: Classification,
    classification: Classification,
) -> Decision:
    """May this duty on a dossier be given to a person who holds ``held`` there already?"""
    if office is not Office.STAFF:
        return denied("duties.exclusive")
    if duty not in qualifications:
        return denied("duties.not_qualified")
    if any(frozenset({duty, other}) in CONFLICTING_DUTIES for other in held):
        return denied("duties.conflict")
    if duty is Duty.BORROWER and clearance.rank < classification.rank:
        return denied("duties.clearance")
    return ALLOWED
