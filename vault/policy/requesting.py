"""Who may ask for more views, who may decide, and who may be granted them.

Requester, approver, author and custodian of one document are different people; ids are compared, never names or groups.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from vault.model import Duty, PersonId
from vault.policy.decision import ALLOWED, Decision, denied, unknown
from vault.policy.opening import OpeningFacts, decide_opening
from vault.policy.places import EVERYWHERE

MOST_VIEWS_ASKED = 10


def decide_asking(facts: OpeningFacts, *, now: dt.datetime) -> Decision:
    """Only who could open the document, were there views left, may ask for more.

    Time, place and agreements play no part in it: they are settled when the person opens. Nor does the watch over
    whoever is about to leave, since a request is what it asks for.
    """
    return decide_opening(_wherever_and_whenever(facts), now=now)


def decide_granting(requester: OpeningFacts, *, now: dt.datetime) -> Decision:
    """May the requester be granted views, as their rights stand now? Not when they could not use them."""
    facts = replace(_wherever_and_whenever(requester), version_is_live=True)
    return ALLOWED if decide_opening(facts, now=now).allowed else denied("denied.requester_right")


def decide_deciding(
    *, decider: PersonId, duties: frozenset[Duty], requester: PersonId, behind: frozenset[PersonId]
) -> Decision:
    """May this person decide this request? Asked when the screen is shown and again when it is used.

    ``behind`` are the people who handed in or filed any version of the document. Who is not an approver of the
    dossier is not even told that there is such a request.
    """
    if decider == requester:
        return denied("denied.own_request")
    if Duty.APPROVER not in duties:
        return unknown("denied.custodian_decides" if Duty.CUSTODIAN in duties else "denied.duty")
    if Duty.CUSTODIAN in duties:
        return denied("denied.custodian_decides")
    if decider in behind:
        return denied("denied.own_submission")
    return ALLOWED


def _wherever_and_whenever(facts: OpeningFacts) -> OpeningFacts:
    return replace(
        facts,
        place_is_known=True,
        agreements_are_accepted=True,
        hours=None,
        places=EVERYWHERE,
        position_is_missing=False,
        is_watched=False,
    )
