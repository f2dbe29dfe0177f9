"""How many views and how long, and where the figure comes from, so that it can be shown before opening."""

from __future__ import annotations

from dataclasses import dataclass

from vault.model import Classification
from vault.policy.document import Policy


@dataclass(frozen=True, slots=True)
class ViewLimits:
    """``views`` before any approved top-up; ``lease_minutes`` of one view; ``source`` is ``default`` or ``class``."""

    views: int
    lease_minutes: int
    per_version: bool
    source: str


def limits_for(policy: Policy, classification: Classification) -> ViewLimits:
    """The limits that hold for a dossier of this class."""
    own = policy.for_class(classification)
    return ViewLimits(
        views=policy.views if own.views is None else own.views,
        lease_minutes=policy.lease_minutes if own.lease_minutes is None else own.lease_minutes,
        per_version=policy.count == "version",
        source="default" if own.views is None else "class",
    )
