"""Proposing a policy: by an administrator, with a note why, for another person to decide.

::

    propose    checked whole, then AWAITING until somebody else decides or its days are over
    withdraw   by whoever proposed it

A proposal changes nothing that anybody may do. It remembers the version that it was made from, so that whoever decides
sees what the proposer saw; on another version it cannot be approved, and is made again by :func:`proposed_again`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from vault.database import people_queries, policy_queries
from vault.database.engine import Connection, reading
from vault.database.policy_queries import ProposalRecord
from vault.errors import Conflict, InputError, NotFound
from vault.ledger.events import Event
from vault.model import Actor, Office, PersonId, new_id
from vault.notices.kinds import NoticeKind
from vault.notices.telling import tell
from vault.people.confirming import confirm_password, require_still
from vault.policy.changing import DECIDERS, NEXT_STATE, PROPOSERS, ProposalState, ProposalStep, decide_withdrawing
from vault.policy.checking import check_policy
from vault.policy.document import DEFAULT_POLICY, Policy, PolicyInForce
from vault.policy.fields import Fault, changes_between, with_changes
from vault.policy.reasons import ReasonDraft, check_reason
from vault.policymaking.notes import NOTE, seal_note
from vault.policymaking.recording import proposal_entry
from vault.recording import deciding, denial_of, require, require_office
from vault.runtime import Vault


class PolicyRefused(InputError):
    """The policy contradicts itself, so nobody may propose it. ``faults`` lists every reason."""

    default_code = "policy.refused"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(count=len(faults))


def propose_policy(vault: Vault, actor: Actor, *, policy: Policy, base_version: int, note: str, password: str) -> str:
    """Proposes it; the proposal's id.

    InputError ``reason.*`` for the note, PolicyRefused with every fault, ``policy.unchanged``, ``password.wrong``;
    Conflict ``policy.outdated`` if another version is in force than the one it was made from, ``policy.nobody_decides``
    if there is nobody else who could decide it.
    """
    reason = check_reason(ReasonDraft("review", note))
    require_sound(policy)
    denial = denial_of(Event.POLICY_PROPOSED, actor)
    with deciding(vault, denial) as tx:
        require_office(tx, actor, *PROPOSERS)
    confirmed = confirm_password(vault, actor, password, denial=denial)
    with deciding(vault, denial) as tx:
        require_office(tx, actor, *PROPOSERS)
        require_still(tx, confirmed)
        in_force = require_base(tx, base_version)
        if not changes_between(in_force.policy, policy):
            raise InputError("policy.unchanged")
        deciders = _require_deciders(tx, actor)
        proposal = _store(vault, tx, actor, in_force, policy, note=reason.text)
        vault.recorder.append(
            tx, proposal_entry(actor, Event.POLICY_PROPOSED, proposal, old=in_force.policy, reason=reason)
        )
        tell(vault, tx, deciders, NoticeKind.POLICY_WAITS, request_id=proposal.id, subject_id=actor.person_id)
    return proposal.id


def withdraw_proposal(vault: Vault, actor: Actor, *, proposal_id: str) -> None:
    """Takes it back, by whoever proposed it; twice is fine. Conflict ``policy.decided`` or ``policy.lapsed``."""
    with deciding(vault, denial_of(Event.POLICY_WITHDRAWN, actor)) as tx:
        require_office(tx, actor, *PROPOSERS)
        proposal = locked_proposal(tx, proposal_id)
        require(decide_withdrawing(person=actor.person_id, proposer=proposal.proposed_by))
        if proposal.state is ProposalState.WITHDRAWN:
            return
        target = next_state(proposal, ProposalStep.WITHDRAW, now=vault.clock.now())
        policy_queries.close_proposal(tx, proposal, target, now=vault.clock.now())
        vault.recorder.append(tx, proposal_entry(actor, Event.POLICY_WITHDRAWN, proposal))


def proposed_again(vault: Vault, actor: Actor, *, proposal_id: str) -> PolicyInForce:
    """The version in force with what the proposal wanted changed on top, to propose again; nothing is stored."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, *PROPOSERS)
        proposal = policy_queries.load_proposal(tx, proposal_id)
        if proposal is None:
            raise NotFound(recorded_as="not_found.proposal")
        in_force = policy_queries.policy_in_force(tx)
        changes = changes_between(policy_of_version(tx, proposal.base_version), proposal.policy)
    return PolicyInForce(in_force.version, with_changes(in_force.policy, changes))


def require_sound(policy: Policy) -> None:
    """PolicyRefused with every contradiction."""
    faults = check_policy(policy)
    if faults:
        raise PolicyRefused(faults)


def require_base(tx: Connection, base_version: int) -> PolicyInForce:
    """The policy in force; Conflict ``policy.outdated`` if it is not this version."""
    in_force = policy_queries.policy_in_force(tx)
    if in_force.version != base_version:
        raise Conflict("policy.outdated", version=in_force.version, base=base_version)
    return in_force


def policy_of_version(tx: Connection, version: int) -> Policy:
    """What the version says; the built-in policy for version 0. NotFound for one that never was."""
    if version == 0:
        return DEFAULT_POLICY
    found = policy_queries.load_version(tx, version)
    if found is None:
        raise NotFound(recorded_as="not_found.policy_version")
    return found.policy


def locked_proposal(tx: Connection, proposal_id: str) -> ProposalRecord:
    """The proposal, held until the transaction ends; NotFound."""
    proposal = policy_queries.lock_proposal(tx, proposal_id)
    if proposal is None:
        raise NotFound(recorded_as="not_found.proposal")
    return proposal


def next_state(proposal: ProposalRecord, step: ProposalStep, *, now: dt.datetime) -> ProposalState:
    """Conflict ``policy.lapsed`` or ``policy.decided`` for a move that there is not, or not any more."""
    state = proposal.as_of(now).state
    target = NEXT_STATE.get((state, step))
    if target is None:
        raise Conflict("policy.lapsed" if state is ProposalState.LAPSED else "policy.decided")
    return target


def _store(
    vault: Vault, tx: Connection, actor: Actor, in_force: PolicyInForce, policy: Policy, *, note: str
) -> ProposalRecord:
    now, proposal_id = vault.clock.now(), new_id("b", vault.random)
    proposal = ProposalRecord(
        id=proposal_id,
        base_version=in_force.version,
        policy=policy,
        state=ProposalState.AWAITING,
        proposed_by=actor.person_id,
        proposed_at=now,
        lapses_at=now + dt.timedelta(days=in_force.policy.proposal_lapse_days),
        note_sealed=seal_note(tx, note, proposal_id=proposal_id, which=NOTE),
    )
    policy_queries.store_proposal(tx, proposal)
    return proposal


def _require_deciders(tx: Connection, actor: Actor) -> set[PersonId]:
    """Who else could decide it: what nobody could is not asked for."""
    able = {person for office in sorted(DECIDERS, key=_order) for person in people_queries.active_of(tx, office)}
    if not able - {actor.person_id}:
        raise Conflict("policy.nobody_decides")
    return able - {actor.person_id}


def _order(office: Office) -> str:
    return office.value
