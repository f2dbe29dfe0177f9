"""Who may hand their approving to whom and for how long, and what may be decided in somebody's stead.

A delegate is never more than the giver is at that moment, and never less bound than themself: every exclusion holds for
both. Their accounts are those of the people, so a second account changes nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.model import Duty, PersonId
from vault.policy.decision import ALLOWED, Decision, denied, unknown
from vault.policy.duties import CONFLICTING_DUTIES
from vault.policy.requesting import decide_deciding


@dataclass(frozen=True, slots=True)
class Party:
    """A person by all of their accounts, with their duties on one dossier now."""

    accounts: frozenset[PersonId]
    duties: frozenset[Duty]


def decide_receiving(
    *, giver: frozenset[PersonId], delegate: frozenset[PersonId], qualifications: frozenset[Duty], leaves: bool
) -> Decision:
    """May this active member of staff be given somebody's approving? ``giver`` and ``delegate`` are their accounts."""
    if giver & delegate:
        return denied("delegation.self")
    return denied("delegation.to") if leaves or Duty.APPROVER not in qualifications else ALLOWED


def decide_period(starts_at: dt.datetime, ends_at: dt.datetime, *, now: dt.datetime, most_days: int) -> Decision:
    """From now at the earliest, and not longer than ``most_days``; an hour more where the clocks are set back."""
    if ends_at <= max(starts_at, now):
        return denied("assignment.ends_before_start")
    longest = dt.timedelta(days=most_days, hours=1)
    return ALLOWED if ends_at - max(starts_at, now) <= longest else denied("delegation.longest")


def decide_in_stead(
    *,
    delegate: Party,
    giver: Party,
    requester: PersonId,
    behind: frozenset[PersonId],
    decided: frozenset[PersonId] = frozenset(),
) -> Decision:
    """May the delegate decide the request in the giver's stead? ``decided`` are who has, by themself or by a delegate.

    Who could not be given the duty beside one that they hold on the dossier does not act by it either,
    and is not told of the request: what others ask for is not theirs to know by the duty that they have.
    """
    if requester in delegate.accounts:
        return denied("denied.own_request")
    if Duty.APPROVER not in giver.duties:
        return unknown("denied.duty")
    if any(frozenset({Duty.APPROVER, each}) in CONFLICTING_DUTIES for each in delegate.duties):
        return unknown("denied.custodian_decides" if Duty.CUSTODIAN in delegate.duties else "denied.stead_side")
    if delegate.accounts & behind:
        return denied("denied.own_submission")
    if (delegate.accounts | giver.accounts) & decided:
        return denied("denied.agreed_already")
    theirs = decide_deciding(accounts=giver.accounts, duties=giver.duties, requester=requester, behind=behind)
    return ALLOWED if theirs.allowed and not giver.accounts & delegate.accounts else denied("denied.stead")
