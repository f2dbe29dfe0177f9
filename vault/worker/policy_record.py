"""Records which policy a node applies, at its start and whenever it differs from what it recorded last."""

from __future__ import annotations

import hashlib

from vault.database import key_queries, ledger_sequencing
from vault.database.engine import reading, transaction
from vault.database.policy_queries import policy_in_force
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.policy.settings import applied_policy
from vault.runtime import Vault

_HASH_CHARACTERS = 24


def record_policy(vault: Vault) -> bool:
    """Appends ``policy.applied`` if this node's settings are not the ones it recorded last; whether it did.

    Fact and entry are one transaction: killed at any instant, the next call finds what is missing.
    """
    fact = _fact_of(vault.config.trail.node)
    with reading(vault.engine) as tx:
        policy = applied_policy(vault.config, policy_in_force(tx).policy)
        if ledger_sequencing.load_head(tx) is None:  # the vault has not begun, and its first leaf comes first
            return False
        if key_queries.read_fact(tx, fact) == policy.digest:
            return False
    with transaction(vault.engine) as tx:
        if key_queries.read_fact(tx, fact) == policy.digest:
            return False
        key_queries.write_fact(tx, fact, policy.digest)
        details = {**policy.facts, "digest": policy.digest}
        vault.recorder.append(tx, Entry(Event.POLICY_APPLIED, Outcome.SUCCESS, details=details))
    return True


def _fact_of(node: str) -> str:
    """Each node has its own: two with different files must not record in turn for ever."""
    return f"policy.{hashlib.sha256(node.encode()).hexdigest()[:_HASH_CHARACTERS]}"
