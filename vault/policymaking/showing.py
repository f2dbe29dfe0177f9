"""The policy, its versions and its proposals as officers see them. Looking changes nothing and is not recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from vault.database import people_queries, policy_queries
from vault.database.engine import Connection, reading
from vault.database.people_queries import PersonRecord
from vault.database.policy_queries import ProposalRecord, VersionRecord
from vault.errors import NotFound
from vault.model import Actor, PersonId
from vault.people.humans import accounts_of
from vault.policy.changing import PROPOSERS, READERS, ProposalState, decide_deciding
from vault.policy.document import DEFAULT_POLICY, Policy, policy_digest
from vault.policy.fields import Change, changes_between
from vault.policymaking.comparing import Effects, effects_of
from vault.policymaking.notes import DECISION, NOTE, open_note
from vault.policymaking.proposing import policy_of_version, require_sound
from vault.recording import require_office
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version; ``proposed_by`` and ``approved_by`` are names, ``in_force_from`` None for version 0."""

    version: int
    in_force_from: dt.datetime | None
    proposal_id: str
    proposed_by: str
    approved_by: str
    change_count: int


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal; ``why_not`` is '' where this person may decide it now, else the code that says why not."""

    id: str
    base_version: int
    version: int | None
    state: ProposalState
    proposed_by: str
    proposed_at: dt.datetime
    lapses_at: dt.datetime
    decided_by: str
    decided_at: dt.datetime | None
    change_count: int
    is_outdated: bool
    is_own: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class PolicyCard:
    """One version. ``origins`` has for each field the version that gave it its value, 0 for what came with the vault.

    ``changes`` is what it changed in the version before it.
    """

    row: VersionRow
    policy: Policy
    digest: str
    is_in_force: bool
    newest: int
    origins: Mapping[str, int]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class PolicyDesk:
    """The policy in force with every version, newest first, and the proposals."""

    card: PolicyCard
    versions: tuple[VersionRow, ...]
    waiting: tuple[ProposalRow, ...]
    closed: tuple[ProposalRow, ...]
    may_propose: bool


@dataclass(frozen=True, slots=True)
class ProposalCard:
    """A proposal with what it was made from. ``note`` and ``decision`` are None where they cannot be read."""

    row: ProposalRow
    base: Policy
    policy: Policy
    digest: str
    effects: Effects
    note: str | None
    decision: str | None
    may_withdraw: bool
    may_propose: bool


def show_desk(vault: Vault, actor: Actor) -> PolicyDesk:
    """For administrators, security officers and auditors."""
    with reading(vault.engine) as tx:
        person = require_office(tx, actor, *READERS)
        versions, origin = policy_queries.list_versions(tx), policy_queries.proposals_of_versions(tx)
        proposals = policy_queries.list_proposals(tx)
        names = _names(tx, [*origin.values(), *proposals])
        rows = _version_rows(versions, origin, names)
        newest = versions[-1].version if versions else 0
        bases = _policies(versions)
        listed = [
            _row(vault, person, accounts_of(tx, person.id), each, bases, names, newest=newest) for each in proposals
        ]
    return PolicyDesk(
        card=_card(versions, rows, newest),
        versions=tuple(reversed(rows)),
        waiting=tuple(row for row in listed if row.state is ProposalState.AWAITING),
        closed=tuple(row for row in listed if row.state is not ProposalState.AWAITING),
        may_propose=person.office in PROPOSERS,
    )


def show_version(vault: Vault, actor: Actor, *, version: int) -> PolicyCard:
    """One version as it was or is in force; NotFound for one that never was."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, *READERS)
        versions, origin = policy_queries.list_versions(tx), policy_queries.proposals_of_versions(tx)
        rows = _version_rows(versions, origin, _names(tx, list(origin.values())))
    if not 0 <= version < len(rows):
        raise NotFound(recorded_as="not_found.policy_version")
    return _card(versions, rows, version)


def show_proposal(vault: Vault, actor: Actor, *, proposal_id: str) -> ProposalCard:
    """A proposal with what it would change as things stand now; NotFound."""
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        person = require_office(tx, actor, *READERS)
        proposal = policy_queries.load_proposal(tx, proposal_id)
        if proposal is None:
            raise NotFound(recorded_as="not_found.proposal")
        base, newest = policy_of_version(tx, proposal.base_version), policy_queries.policy_in_force(tx).version
        bases = {proposal.base_version: base}
        row = _row(vault, person, accounts_of(tx, person.id), proposal, bases, _names(tx, [proposal]), newest=newest)
        effects = effects_of(tx, base, proposal.policy, now=now)
    is_waiting = row.state is ProposalState.AWAITING
    return ProposalCard(
        row=row,
        base=base,
        policy=proposal.policy,
        digest=policy_digest(proposal.policy),
        effects=effects,
        note=open_note(vault, proposal.note_sealed, proposal_id=proposal.id, which=NOTE),
        decision=open_note(vault, proposal.decision_sealed, proposal_id=proposal.id, which=DECISION),
        may_withdraw=is_waiting and row.is_own,
        may_propose=person.office in PROPOSERS,
    )


def preview_policy(vault: Vault, actor: Actor, *, policy: Policy) -> Effects:
    """What it would change in the policy in force, before anything is proposed. PolicyRefused with every fault."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, *PROPOSERS)
        require_sound(policy)
        return effects_of(tx, policy_queries.policy_in_force(tx).policy, policy, now=vault.clock.now())


def count_to_decide(vault: Vault, actor: Actor) -> int:
    """How many proposals wait for this person's decision."""
    with reading(vault.engine) as tx:
        person = people_queries.load_person(tx, actor.person_id)
        waiting = policy_queries.list_proposals(tx, state=ProposalState.AWAITING)
        accounts = accounts_of(tx, actor.person_id)
    if person is None:
        return 0
    return sum(not _why_not(person, accounts, each.as_of(vault.clock.now())) for each in waiting)


def _card(versions: list[VersionRecord], rows: list[VersionRow], version: int) -> PolicyCard:
    policies = _policies(versions)
    origins: dict[str, int] = {}
    for number in range(1, version + 1):
        origins |= {change.field.path: number for change in changes_between(policies[number - 1], policies[number])}
    before = policies[version - 1] if version else DEFAULT_POLICY
    return PolicyCard(
        row=rows[version],
        policy=policies[version],
        digest=policy_digest(policies[version]),
        is_in_force=version == len(versions),
        newest=len(versions),
        origins=origins,
        changes=tuple(changes_between(before, policies[version])),
    )


def _policies(versions: list[VersionRecord]) -> dict[int, Policy]:
    return {0: DEFAULT_POLICY} | {each.version: each.policy for each in versions}


def _version_rows(
    versions: list[VersionRecord], origin: Mapping[int, ProposalRecord], names: Mapping[PersonId, str]
) -> list[VersionRow]:
    """Oldest first, from version 0 on."""
    rows, before = [VersionRow(0, None, "", "", "", 0)], DEFAULT_POLICY
    for each in versions:
        proposal = origin.get(each.version)
        rows.append(
            VersionRow(
                version=each.version,
                in_force_from=each.in_force_from,
                proposal_id=proposal.id if proposal else "",
                proposed_by=names.get(proposal.proposed_by, "") if proposal else "",
                approved_by=names.get(proposal.decided_by, "") if proposal and proposal.decided_by else "",
                change_count=len(changes_between(before, each.policy)),
            )
        )
        before = each.policy
    return rows


def _row(
    vault: Vault,
    person: PersonRecord,
    accounts: frozenset[PersonId],
    proposal: ProposalRecord,
    bases: Mapping[int, Policy],
    names: Mapping[PersonId, str],
    *,
    newest: int,
) -> ProposalRow:
    as_of_now = proposal.as_of(vault.clock.now())
    return ProposalRow(
        id=proposal.id,
        base_version=proposal.base_version,
        version=proposal.version,
        state=as_of_now.state,
        proposed_by=names.get(proposal.proposed_by, ""),
        proposed_at=proposal.proposed_at,
        lapses_at=proposal.lapses_at,
        decided_by=names.get(proposal.decided_by, "") if proposal.decided_by else "",
        decided_at=proposal.decided_at,
        change_count=len(changes_between(bases[proposal.base_version], proposal.policy)),
        is_outdated=as_of_now.state is ProposalState.AWAITING and proposal.base_version != newest,
        is_own=proposal.proposed_by == person.id,
        why_not=_why_not(person, accounts, as_of_now),
    )


def _why_not(person: PersonRecord, accounts: frozenset[PersonId], proposal: ProposalRecord) -> str:
    if proposal.state is not ProposalState.AWAITING:
        return "policy.lapsed" if proposal.state is ProposalState.LAPSED else "policy.decided"
    decider = proposal.proposed_by if proposal.proposed_by in accounts else person.id
    return decide_deciding(decider=decider, decider_office=person.office, proposer=proposal.proposed_by).code


def _names(tx: Connection, proposals: list[ProposalRecord]) -> dict[PersonId, str]:
    wanted = {person for each in proposals for person in (each.proposed_by, each.decided_by) if person}
    return {person_id: person.name for person_id, person in people_queries.people_by_id(tx, wanted).items()}
