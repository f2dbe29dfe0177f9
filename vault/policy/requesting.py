"""Who may ask for what, who may decide, and who may be granted it.

Requester, approver, author and custodian of one document are different people. Ids are compared, never names or groups,
and a person's ids are all of their accounts: what is forbidden to a person is forbidden to their second account.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from vault.model import Classification, Duty, PersonId
from vault.policy.decision import ALLOWED, Decision, denied, unknown
from vault.policy.document import Policy
from vault.policy.duties import CONFLICTING_DUTIES
from vault.policy.granting import GrantKind, copies_leave
from vault.policy.opening import OpeningFacts, decide_opening
from vault.policy.places import EVERYWHERE


def decide_asking(facts: OpeningFacts, *, now: dt.datetime) -> Decision:
    """Only who could open the document, were there views left, may ask for anything about it.

    Time, place and agreements play no part in it: they are settled when the person opens. Nor does the watch over
    whoever is about to leave, since a request is what it asks for.
    """
    return decide_opening(_wherever_and_whenever(facts), now=now)


def decide_asking_for_copy(policy: Policy, classification: Classification, *, pages: int, leaves: bool) -> Decision:
    """Whether a marked copy of such a document can leave the vault at all, to somebody who ``leaves`` the company."""
    if not copies_leave(policy, classification) or (leaves and not policy.watch.copies):
        return denied("denied.copies")
    return ALLOWED if pages <= policy.requests.copy_pages else denied("denied.copy_pages")


def decide_asking_for_access(qualifications: frozenset[Duty]) -> Decision:
    """Who is not qualified as a borrower borrows nothing, in no dossier; that says nothing about any dossier."""
    return ALLOWED if Duty.BORROWER in qualifications else denied("denied.not_qualified")


def decide_granting(requester: OpeningFacts, kind: GrantKind, *, now: dt.datetime) -> Decision:
    """May the requester be granted this, as their rights stand now? Not when they could not use it.

    Access makes a borrower of them: never of somebody who is another side of the same dossier.
    """
    held = frozenset(each.duty for each in requester.duties if each.is_active(now))
    if kind is GrantKind.ACCESS and borrows_against_duties(held):
        return denied("denied.requester_right")
    facts = replace(_wherever_and_whenever(requester), version_is_live=True, granted=requester.granted | {kind})
    return ALLOWED if decide_opening(facts, now=now).allowed else denied("denied.requester_right")


def decide_deciding(
    *,
    accounts: frozenset[PersonId],
    duties: frozenset[Duty],
    requester: PersonId,
    behind: frozenset[PersonId],
    decided: frozenset[PersonId] = frozenset(),
) -> Decision:
    """May this person decide this request? Asked when the screen is shown and again when it is used.

    ``accounts`` are the ids of the person who decides, ``duties`` what they hold on the dossier by any of them;
    ``behind`` are the people who handed in or filed any version of the document, ``decided`` who has agreed already.
    Who is not an approver of the dossier is not even told that there is such a request.
    """
    if requester in accounts:
        return denied("denied.own_request")
    if Duty.APPROVER not in duties:
        return unknown("denied.custodian_decides" if Duty.CUSTODIAN in duties else "denied.duty")
    if Duty.CUSTODIAN in duties:
        return denied("denied.custodian_decides")
    if accounts & behind:
        return denied("denied.own_submission")
    return denied("denied.agreed_already") if accounts & decided else ALLOWED


def decide_relying(
    *,
    accounts: frozenset[PersonId],
    duties: frozenset[Duty],
    requester: PersonId,
    behind: frozenset[PersonId],
    must_remain: bool,
) -> Decision:
    """Does what this person agreed to still hold? Asked at every use of a grant.

    The exclusions always: an approver who turns out to be the requester, or is custodian now or behind a newer version.
    With ``must_remain`` their duty as well; else what they decided while they held it stays decided.
    """
    still = duties if must_remain else duties | {Duty.APPROVER}
    decision = decide_deciding(accounts=accounts, duties=still, requester=requester, behind=behind)
    return ALLOWED if decision.allowed else denied("denied.grant_void")


def needed_grants(facts: OpeningFacts, *, now: dt.datetime) -> frozenset[GrantKind]:
    """Those of the granted kinds without which the document would not open now: these are what a view uses."""
    return frozenset(
        kind
        for kind in facts.granted
        if not decide_opening(replace(facts, granted=facts.granted - {kind}), now=now).allowed
    )


def borrows_against_duties(duties: frozenset[Duty]) -> bool:
    """Whether borrowing is another side of an act than what the person does for the same dossier."""
    return any(frozenset({Duty.BORROWER, duty}) in CONFLICTING_DUTIES for duty in duties)


def decide_revoking(*, accounts: frozenset[PersonId], duties: frozenset[Duty], requester: PersonId) -> Decision:
    """May an approver take back what was granted? Also who filed the document: it takes nothing for themself."""
    return decide_deciding(accounts=accounts, duties=duties, requester=requester, behind=frozenset())


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
