"""How many views, how long, when and where, and where each figure comes from: all that is shown before opening."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from vault.model import Classification
from vault.policy.document import ClassPolicy, Policy, PositionDemand, WorkingHours
from vault.policy.granting import GrantKind
from vault.policy.hours import end_of_hours
from vault.policy.places import Places


@dataclass(frozen=True, slots=True)
class ViewLimits:
    """What holds for the documents of one class.

    ``views`` before any approved top-up, within the last ``window_days`` or for ever; ``lease_minutes`` of one view;
    ``pages`` that differ in one view; ``hours`` None where any time is working time or the class opens outside of them.
    ``source`` of ``views`` is ``default``, ``class`` or ``watch``; ``by_class`` names the other limits that the class
    has of its own: where one is missing there, the general rule holds.
    """

    views: int
    lease_minutes: int
    per_version: bool
    source: str
    window_days: int | None
    views_a_day: int | None
    views_a_day_of_class: int | None
    pages: int | None
    timezone: str
    hours: WorkingHours | None
    places: Places
    position: PositionDemand
    by_class: frozenset[str] = frozenset()

    def counted_since(self, now: dt.datetime) -> dt.datetime | None:
        """Views opened at or before this moment do not count any more; None: all count."""
        return None if self.window_days is None else now - dt.timedelta(days=self.window_days)


def limits_for(policy: Policy, classification: Classification) -> ViewLimits:
    """The limits that hold for a dossier of this class."""
    own = policy.for_class(classification)
    window = policy.window_days if own.window_days is None else own.window_days
    return ViewLimits(
        views=policy.views if own.views is None else own.views,
        lease_minutes=policy.lease_minutes if own.lease_minutes is None else own.lease_minutes,
        per_version=policy.count == "version",
        source="default" if own.views is None else "class",
        window_days=window,
        views_a_day=policy.views_a_day,
        views_a_day_of_class=own.views_a_day,
        pages=policy.pages_per_view if own.pages_per_view is None else own.pages_per_view,
        timezone=policy.timezone,
        hours=None if _opens_outside(policy, own) or not policy.hours.spans else policy.hours,
        places=_places(policy, own),
        position=policy.position if own.position is None else own.position,
        by_class=_own_of(own),
    )


@dataclass(frozen=True, slots=True)
class LeaseEnd:
    """When a view that is opened now ends, and what ends it: its ``lease``, or working ``hours`` that end before."""

    ends_at: dt.datetime
    ends_by: Literal["lease", "hours"]


def lease_from(limits: ViewLimits, now: dt.datetime, *, granted: frozenset[GrantKind] = frozenset()) -> LeaseEnd:
    """The lease of a view opened now. Where a class keeps working hours, no view outlasts them (docs/adr/0026)."""
    by_lease = now + dt.timedelta(minutes=limits.lease_minutes)
    if limits.hours is None or granted & {GrantKind.HOURS, GrantKind.EMERGENCY}:
        return LeaseEnd(by_lease, "lease")
    by_hours = end_of_hours(limits.hours, limits.timezone, now)
    if by_hours is None or by_lease <= by_hours:
        return LeaseEnd(by_lease, "lease")
    return LeaseEnd(by_hours, "hours")


def _own_of(own: ClassPolicy) -> frozenset[str]:
    said = {
        "window_days": own.window_days is not None,
        "lease_minutes": own.lease_minutes is not None,
        "pages": own.pages_per_view is not None,
        "places": own.zones is not None or own.countries is not None,
        "position": own.position is not None,
    }
    return frozenset(name for name, is_own in said.items() if is_own)


def _opens_outside(policy: Policy, own: ClassPolicy) -> bool:
    return policy.outside_hours if own.outside_hours is None else own.outside_hours


def _places(policy: Policy, own: ClassPolicy) -> Places:
    if own.zones is None and own.countries is None:
        return Places(policy.zones, policy.countries)
    return Places(own.zones or (), own.countries or ())


def watched_limits(limits: ViewLimits, policy: Policy) -> ViewLimits:
    """The same for a person who is about to leave: never more than what the policy says of them."""
    views = policy.watch.views
    return limits if views is None or views >= limits.views else replace(limits, views=views, source="watch")
