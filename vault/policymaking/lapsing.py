"""Proposals whose days are over: closed and recorded by the sweep."""

from __future__ import annotations

from vault.database import policy_queries
from vault.database.engine import transaction
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.policy.changing import ProposalState
from vault.policymaking.recording import facts_of
from vault.runtime import Vault


def lapse_proposals(vault: Vault) -> int:
    """Closes every proposal that nobody decided in time, each recorded; how many."""
    now, lapsed = vault.clock.now(), 0
    with transaction(vault.engine) as tx:
        for proposal in policy_queries.lapsed_proposals(tx, now=now):
            if policy_queries.close_proposal(tx, proposal, ProposalState.LAPSED, now=now):
                entry = Entry(
                    Event.POLICY_WITHDRAWN,
                    Outcome.SUCCESS,
                    subject_person=proposal.proposed_by,
                    code="lapsed",
                    details=facts_of(proposal),
                )
                vault.recorder.append(tx, entry)
                lapsed += 1
    return lapsed
