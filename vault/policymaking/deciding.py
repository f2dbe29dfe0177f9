"""Deciding a proposal: by another administrator or a security officer, with their password.

::

    (1) confirm     the password, outside any transaction
    (2) lock        one change of the policy at a time, then the proposal's row
    (3) judge       office and person as they are now; still waiting; its base version still in force; still sound
    (4) apply       the next version, the proposal closed, the entry: one transaction, in force from its commit on

Refused is the proposal with a reason, and nothing changed. Where its base is no longer in force, nothing is lost: it
stays as it is, to be proposed again on what is in force now.
"""

from __future__ import annotations

from vault.database import policy_queries
from vault.database.engine import Connection
from vault.database.policy_queries import ProposalRecord
from vault.ledger.entry import Entry
from vault.ledger.events import Event
from vault.model import Actor
from vault.notices.kinds import NoticeKind
from vault.notices.telling import tell
from vault.people.confirming import confirm_password, require_still
from vault.people.humans import human_of
from vault.policy.changing import DECIDERS, ProposalStep, decide_deciding
from vault.policy.reasons import ReasonDraft, check_reason
from vault.policymaking.notes import DECISION, seal_note
from vault.policymaking.proposing import locked_proposal, next_state, require_base, require_sound
from vault.policymaking.recording import proposal_entry
from vault.recording import deciding, denial_of, require, require_office
from vault.runtime import Vault


def approve_proposal(vault: Vault, actor: Actor, *, proposal_id: str, password: str) -> int:
    """Puts it in force; the number of the version that it is now.

    AccessDenied ``denied.own_proposal``; Conflict ``policy.decided``, ``policy.lapsed``, ``policy.outdated``;
    InputError ``password.wrong``; PolicyRefused if a check that came later refuses it.
    """
    denial = denial_of(Event.POLICY_CHANGED, actor)
    _require_may_decide(vault, actor, proposal_id, denial)
    confirmed = confirm_password(vault, actor, password, denial=denial)
    with deciding(vault, denial) as tx:
        policy_queries.lock_changing(tx)
        proposal = _to_decide(tx, actor, proposal_id)
        require_still(tx, confirmed)
        now = vault.clock.now()
        target = next_state(proposal, ProposalStep.APPROVE, now=now)
        in_force = require_base(tx, proposal.base_version)
        require_sound(proposal.policy)
        version = in_force.version + 1
        policy_queries.add_policy_version(tx, version=version, policy=proposal.policy, now=now)
        policy_queries.close_proposal(tx, proposal, target, now=now, decided_by=actor.person_id, version=version)
        vault.recorder.append(
            tx, proposal_entry(actor, Event.POLICY_CHANGED, proposal, old=in_force.policy, version=version)
        )
        _tell_proposer(vault, tx, proposal)
    return version


def refuse_proposal(vault: Vault, actor: Actor, *, proposal_id: str, reason: str, password: str) -> None:
    """The no of somebody who could have approved it, with words for proposer and record. Errors as for approving."""
    checked = check_reason(ReasonDraft("review", reason))
    denial = denial_of(Event.POLICY_REFUSED, actor)
    _require_may_decide(vault, actor, proposal_id, denial)
    confirmed = confirm_password(vault, actor, password, denial=denial)
    with deciding(vault, denial) as tx:
        proposal = _to_decide(tx, actor, proposal_id)
        require_still(tx, confirmed)
        now = vault.clock.now()
        target = next_state(proposal, ProposalStep.REFUSE, now=now)
        sealed = seal_note(tx, checked.text, proposal_id=proposal.id, which=DECISION)
        policy_queries.close_proposal(tx, proposal, target, now=now, decided_by=actor.person_id, decision_sealed=sealed)
        vault.recorder.append(tx, proposal_entry(actor, Event.POLICY_REFUSED, proposal, reason=checked))
        _tell_proposer(vault, tx, proposal)


def _require_may_decide(vault: Vault, actor: Actor, proposal_id: str, denial: Entry) -> None:
    """Asked before the password is: who may not decide it is told so, not whether their password is right."""
    with deciding(vault, denial) as tx:
        _to_decide(tx, actor, proposal_id)


def _to_decide(tx: Connection, actor: Actor, proposal_id: str) -> ProposalRecord:
    person = require_office(tx, actor, *DECIDERS)
    proposal = locked_proposal(tx, proposal_id)
    decider, proposer = human_of(tx, actor.person_id), human_of(tx, proposal.proposed_by)
    require(decide_deciding(decider=decider, decider_office=person.office, proposer=proposer))
    return proposal


def _tell_proposer(vault: Vault, tx: Connection, proposal: ProposalRecord) -> None:
    tell(vault, tx, [proposal.proposed_by], NoticeKind.POLICY_DECIDED, request_id=proposal.id)
