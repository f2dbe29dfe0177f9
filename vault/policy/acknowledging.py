"""Who may acknowledge a finding of damage: an auditor, and nobody what is about an entry of their own.

A security officer works findings and can have caused them; so can whoever an entry speaks of.
"""

from __future__ import annotations

from collections.abc import Collection

from vault.policy.decision import ALLOWED, Decision, denied


def decide_acknowledging(person: str, *, concerned: Collection[str]) -> Decision:
    """``concerned`` are who did and whom it was about, of the entry where the damage was found."""
    return denied("denied.own_finding") if person in concerned else ALLOWED
