"""The settings that decide what people may do, as readable facts with one digest over them.

Configuration files are replaced, and then nobody can say what held a year ago. So what a node applies is recorded when
it changed (:mod:`vault.worker.policy_record`), and an evidence pack says what held at each date. The digest covers the
networks of known places too, which are listed nowhere in the trail.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from vault.config import Config
from vault.ledger.canonical import CanonicalValue, canonical_bytes
from vault.model import Classification
from vault.policy.document import Policy, policy_digest
from vault.policy.limits import limits_for

FORMAT = "vault.policy.v1"


@dataclass(frozen=True, slots=True)
class AppliedPolicy:
    """``facts`` under names that the trail keeps for ever; ``digest`` is SHA-256 over all that was applied, in hex."""

    facts: dict[str, str | int]
    digest: str


def applied_policy(config: Config, policy: Policy) -> AppliedPolicy:
    """What the policy and this node's configuration make people subject to; defaults are in it like everything else."""
    facts: dict[str, str | int] = {
        "quota_scope": policy.count,
        "request_lapse_days": policy.request_lapse_days,
        "session_idle_minutes": config.sessions.idle_minutes,
        "session_hours": config.sessions.hours,
        "password_characters": config.passwords.minimum_characters,
        "sign_in_attempts": config.sign_in.attempts,
        "sign_in_pause_minutes": config.sign_in.block_minutes,
        "zones": len(config.places.zones),
    }
    for each in Classification:
        limits = limits_for(policy, each)
        facts[f"views_{each.value}"] = limits.views
        facts[f"lease_minutes_{each.value}"] = limits.lease_minutes
    whole: dict[str, CanonicalValue] = {"format": FORMAT, **facts}
    whole["policy"] = policy_digest(policy)
    whole["places"] = [{"name": zone.name, "networks": list(zone.networks)} for zone in config.places.zones]
    return AppliedPolicy(facts, hashlib.sha256(canonical_bytes(whole)).hexdigest())
