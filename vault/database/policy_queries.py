"""The policy in force, all before it, and the proposals of a next one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace

import sqlalchemy as sa

from vault.database.stored_values import as_bytes
from vault.database.tables.policies import policy_proposals, policy_versions
from vault.model import PersonId
from vault.policy.changing import ProposalState
from vault.policy.document import DEFAULT_POLICY, Policy, PolicyInForce, decode_policy, encode_policy

_CHANGING_LOCK = 0x706F6C696379  # "policy"
_NEWEST = (
    sa.select(policy_versions.c.version, policy_versions.c.content).order_by(policy_versions.c.version.desc()).limit(1)
)


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """A version that is or was in force from a moment on."""

    version: int
    policy: Policy
    in_force_from: dt.datetime


@dataclass(frozen=True, slots=True)
class ProposalRecord:
    """A proposal; ``version`` is what it became. What was said with it and about it lies sealed beside it."""

    id: str
    base_version: int
    policy: Policy
    state: ProposalState
    proposed_by: PersonId
    proposed_at: dt.datetime
    lapses_at: dt.datetime
    note_sealed: bytes
    decided_by: PersonId | None = None
    decided_at: dt.datetime | None = None
    decision_sealed: bytes | None = None
    version: int | None = None

    def as_of(self, now: dt.datetime) -> ProposalRecord:
        """Lapsed if its time ran out, whether or not the sweep came by."""
        has_lapsed = self.state is ProposalState.AWAITING and self.lapses_at <= now
        return replace(self, state=ProposalState.LAPSED) if has_lapsed else self


def lock_changing(tx: sa.Connection) -> None:
    """Whoever puts a policy in force waits for whoever does so now. SQLite has one writer anyhow."""
    if tx.dialect.name == "postgresql":
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHANGING_LOCK)))


def policy_in_force(tx: sa.Connection) -> PolicyInForce:
    """The newest version, or version 0 while two people have put none in force."""
    found = tx.execute(_NEWEST).first()
    if found is None:
        return PolicyInForce(0, DEFAULT_POLICY)
    return PolicyInForce(found.version, decode_policy(as_bytes(found.content)))


def add_policy_version(tx: sa.Connection, *, version: int, policy: Policy, now: dt.datetime) -> None:
    """IntegrityError for a version that is there already: of two that are decided at once, one holds."""
    tx.execute(sa.insert(policy_versions).values(version=version, content=encode_policy(policy), in_force_from=now))


def load_version(tx: sa.Connection, version: int) -> VersionRecord | None:
    """A stored version; version 0 never is."""
    row = tx.execute(sa.select(policy_versions).where(policy_versions.c.version == version)).one_or_none()
    return _version(row) if row else None


def list_versions(tx: sa.Connection) -> list[VersionRecord]:
    """Every stored version, oldest first."""
    return [_version(row) for row in tx.execute(sa.select(policy_versions).order_by(policy_versions.c.version))]


def store_proposal(tx: sa.Connection, proposal: ProposalRecord) -> None:
    values = {field.name: getattr(proposal, field.name) for field in fields(proposal) if field.name != "policy"}
    values |= {"content": encode_policy(proposal.policy), "state": proposal.state.value}
    tx.execute(sa.insert(policy_proposals).values(values))


def load_proposal(tx: sa.Connection, proposal_id: str) -> ProposalRecord | None:
    row = tx.execute(sa.select(policy_proposals).where(policy_proposals.c.id == proposal_id)).one_or_none()
    return _proposal(row) if row else None


def lock_proposal(tx: sa.Connection, proposal_id: str) -> ProposalRecord | None:
    """The proposal with its row held until the transaction ends."""
    query = sa.select(policy_proposals).where(policy_proposals.c.id == proposal_id).with_for_update()
    row = tx.execute(query).one_or_none()
    return _proposal(row) if row else None


def list_proposals(tx: sa.Connection, *, state: ProposalState | None = None, limit: int = 200) -> list[ProposalRecord]:
    """Newest first; those in the state, or all."""
    query = (
        sa.select(policy_proposals)
        .order_by(policy_proposals.c.proposed_at.desc(), policy_proposals.c.id.desc())
        .limit(limit)
    )
    if state is not None:
        query = query.where(policy_proposals.c.state == state.value)
    return [_proposal(row) for row in tx.execute(query)]


def proposals_of_versions(tx: sa.Connection) -> dict[int, ProposalRecord]:
    """By version, the proposal that it came from."""
    query = sa.select(policy_proposals).where(policy_proposals.c.version.is_not(None))
    return {proposal.version or 0: proposal for proposal in map(_proposal, tx.execute(query))}


def close_proposal(
    tx: sa.Connection,
    proposal: ProposalRecord,
    target: ProposalState,
    *,
    now: dt.datetime,
    decided_by: PersonId | None = None,
    decision_sealed: bytes | None = None,
    version: int | None = None,
) -> bool:
    """Moves it as a conditional update: False if it is not in the state that was read any more."""
    change = (
        sa.update(policy_proposals)
        .where(policy_proposals.c.id == proposal.id, policy_proposals.c.state == proposal.state.value)
        .values(
            state=target.value,
            decided_by=decided_by,
            decided_at=now,
            decision_sealed=decision_sealed,
            version=version,
        )
    )
    return tx.execute(change).rowcount == 1


def lapsed_proposals(tx: sa.Connection, *, now: dt.datetime) -> list[ProposalRecord]:
    """Those that wait and whose time ran out."""
    query = sa.select(policy_proposals).where(
        policy_proposals.c.state == ProposalState.AWAITING.value, policy_proposals.c.lapses_at <= now
    )
    return [_proposal(row) for row in tx.execute(query)]


def _version(row: sa.Row[tuple[object, ...]]) -> VersionRecord:
    return VersionRecord(row.version, decode_policy(as_bytes(row.content)), row.in_force_from)


def _proposal(row: sa.Row[tuple[object, ...]]) -> ProposalRecord:
    values = dict(row._mapping)
    content = as_bytes(values.pop("content"))
    return ProposalRecord(**values | {"policy": decode_policy(content), "state": ProposalState(row.state)})
