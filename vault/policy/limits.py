"""How many views and how long, and where the figure comes from, so that it can be shown before opening."""

from __future__ import annotations

from dataclasses import dataclass

from vault.config import Config
from vault.model import Classification


@dataclass(frozen=True, slots=True)
class ViewLimits:
    """``views`` before any approved top-up; ``lease_minutes`` of one view; ``source`` is ``default`` or ``class``."""

    views: int
    lease_minutes: int
    per_version: bool
    source: str


def limits_for(config: Config, classification: Classification) -> ViewLimits:
    """The limits that hold for a dossier of this class."""
    views = config.views
    override = views.classes.get(classification.value)
    has_own_count = override is not None and override.per_document is not None
    return ViewLimits(
        views=override.per_document if override and override.per_document is not None else views.per_document,
        lease_minutes=override.lease_minutes
        if override and override.lease_minutes is not None
        else views.lease_minutes,
        per_version=views.quota_scope == "version",
        source="class" if has_own_count else "default",
    )
