"""The policy in force, and all before it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from vault.database.ledger_reading import as_bytes
from vault.database.tables.policies import policy_versions
from vault.policy.document import DEFAULT_POLICY, Policy, PolicyInForce, decode_policy, encode_policy

_NEWEST = (
    sa.select(policy_versions.c.version, policy_versions.c.content).order_by(policy_versions.c.version.desc()).limit(1)
)


def policy_in_force(tx: sa.Connection) -> PolicyInForce:
    """The newest version, or version 0 while two people have put none in force."""
    found = tx.execute(_NEWEST).first()
    if found is None:
        return PolicyInForce(0, DEFAULT_POLICY)
    return PolicyInForce(found.version, decode_policy(as_bytes(found.content)))


def add_policy_version(tx: sa.Connection, *, version: int, policy: Policy, now: dt.datetime) -> None:
    """IntegrityError for a version that is there already: of two that are decided at once, one holds."""
    tx.execute(sa.insert(policy_versions).values(version=version, content=encode_policy(policy), in_force_from=now))
