"""The figures of alerts in the policy: from where on something gives points, how many, and what needs no points.

Every default was chosen with the simulated company of ``python -m benchmarks alerting`` (docs/benchmarks.md). 0 where a
figure is a threshold of a hard rule turns that rule off.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec

from vault.policy.part import Part

Points: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=100)]
Threshold: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=100_000)]


Step: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,5}:[0-9]{1,2}$")]
"""``FIGURE:POINTS``: from this figure on, so many points."""
Steps: TypeAlias = Annotated[tuple[Step, ...], msgspec.Meta(max_length=8)]
"""Of several steps the one with the highest figure that is reached counts, not their sum."""


class AlertPolicy(Part, frozen=True, kw_only=True):
    """Points of a person on a day: ``alert_points`` raise an alert, ``digest_points`` stand in the weekly digest."""

    alert_points: Annotated[int, msgspec.Meta(ge=1, le=100)] = 5
    digest_points: Annotated[int, msgspec.Meta(ge=1, le=100)] = 3

    baseline_weeks: Annotated[int, msgspec.Meta(ge=2, le=26)] = 8
    """How far back it is looked for what is usual."""
    role_days: Annotated[int, msgspec.Meta(ge=1, le=60)] = 5
    """For so many days the mean of people with the same duties is reckoned in: somebody new is measured by it alone."""
    settling_days: Annotated[int, msgspec.Meta(ge=0, le=90)] = 14
    """So long after it was assigned, a dossier is looked through as it must be: it does not count."""
    least_known_days: Annotated[int, msgspec.Meta(ge=1, le=60)] = 10
    """Before so many days on which the person opened something, no hour, place or device of theirs is unusual."""

    looks: Steps = ("3:1", "5:2", "8:3", "12:4")
    """Times as many documents opened as is usual."""
    least_looks_above: Threshold = 20
    """... and at least so many more."""
    pages: Steps = ("170:2", "250:3")
    """Per cent of the pages that are usually read of so many documents: who takes something along reads to the end."""
    least_pages_above: Threshold = 60
    first_seen: Steps = ("4:1",)
    """Times as many dossiers opened for the first time as is usual."""
    least_first_seen_above: Threshold = 10
    fortnight: Steps = ("3:2", "5:3")
    """The same over two weeks, for whoever takes their time."""
    least_fortnight_above: Threshold = 30
    outside: Steps = ("5:1", "15:3", "40:5")
    """Documents opened in dossiers that were not assigned to the person: by a grant, or by breaking glass."""
    refused: Steps = ("1:1", "2:2")
    """Documents outside their assignments that they asked for and were refused."""
    unusual_hours: Steps = ("3:1", "15:2")
    """Documents opened in hours of the day in which they never opened any."""
    new_place_points: Points = 1
    new_device_points: Points = 1
    new_together_points: Points = 1
    """In addition, where a new device is used at a new place."""

    leaving_points: Points = 2
    """For somebody whose leaving is announced, on a day on which something else stands out."""

    copied_pages: Threshold = 250
    """Hard rule: so many pages, of at least ``copied_documents``, within ``copied_minutes``."""
    copied_documents: Threshold = 10
    copied_minutes: Annotated[int, msgspec.Meta(ge=5, le=240)] = 60
    refused_a_day: Threshold = 3
    """Hard rule: so many documents outside their assignments asked for and refused in a day."""
    refused_a_fortnight: Threshold = 6
    probing_refusals: Threshold = 25
    """Hard rule: so many refusals of any kind in a day, as somebody gets who tries out where the limits are."""
    takeover: bool = True
    """Hard rule: documents opened at a place, on a device and in an hour that are all new for the person."""
    blocked_sign_ins: Threshold = 3
    """Hard rule: so many sign-ins tried in a day with the account of somebody who is suspended."""

    campaign_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 92
    """The longest that an announced campaign may last."""
    exception_days: Annotated[int, msgspec.Meta(ge=1, le=730)] = 184
    """The longest that an exception may hold before somebody has to renew it."""
