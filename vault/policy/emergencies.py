"""May somebody open a document in an emergency, before anybody could decide, and who reviews it afterwards?

An emergency stands in for an assignment, a place, an hour, a position and a count. It stands in for no clearance, no
agreement, no qualification, not for the watch over whoever is about to leave, and it makes nobody two sides of one act.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from vault.model import Classification, Duty
from vault.policy.decision import ALLOWED, Decision, denied, unknown
from vault.policy.document import Policy
from vault.policy.granting import GrantKind
from vault.policy.opening import OpeningFacts, decide_opening
from vault.policy.requesting import borrows_against_duties


@dataclass(frozen=True, slots=True)
class EmergencyFacts:
    """``opening`` are the facts of opening now, ``counted`` what the counts say to it.

    ``duties`` are what the person holds on the dossier now by any of their accounts, ``unreviewed`` how many of their
    emergencies, by any of them, wait for a review.
    """

    opening: OpeningFacts
    counted: Decision
    may_be_known: bool
    qualifications: frozenset[Duty]
    duties: frozenset[Duty]
    unreviewed: int


def opens_in_emergencies(policy: Policy, classification: Classification) -> bool:
    """Whether documents of this class open in an emergency at all."""
    own = policy.for_class(classification).emergencies
    return classification.rank <= Classification.SECRET.rank if own is None else own


def decide_emergency(policy: Policy, facts: EmergencyFacts, *, now: dt.datetime) -> Decision:
    """The first rule that forbids, or ALLOWED. Whoever may not know of the document learns nothing."""
    if not facts.may_be_known:
        return unknown("denied.not_assigned")
    if not opens_in_emergencies(policy, facts.opening.classification):
        return denied("denied.emergency_class")
    if Duty.BORROWER not in facts.qualifications:
        return denied("denied.not_qualified")
    if borrows_against_duties(facts.duties):
        return denied("denied.emergency_duties")
    in_emergency = replace(facts.opening, granted=facts.opening.granted | {GrantKind.EMERGENCY})
    decision = decide_opening(in_emergency, now=now)
    if not decision.allowed:
        return decision
    if decide_opening(facts.opening, now=now).allowed and facts.counted.allowed:
        return denied("denied.emergency_needless")
    if facts.unreviewed >= policy.emergencies.open_reviews:
        return denied("denied.emergency_unreviewed")
    return ALLOWED
