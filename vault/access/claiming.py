"""How many views are left to a person, and taking one: of the document's quota and of the day's.

Everything is counted in the transaction that opens the view, by conditional updates or under the quota's lock, so that
N means N under any concurrency. A day is a calendar day in the policy's time zone; a window is so many times 24 hours
before the moment of opening.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.access.facts import Target
from vault.database import day_queries, view_queries
from vault.database.day_queries import ALL_CLASSES
from vault.database.engine import Connection
from vault.database.view_queries import QuotaState
from vault.database.window_queries import window_state
from vault.errors import QuotaSpent
from vault.policy.decision import ALLOWED, Decision, denied
from vault.policy.granting import GrantKind
from vault.policy.hours import day_of, first_moment_of_next_day


@dataclass(frozen=True, slots=True)
class Claim:
    """A view that was taken: ``number`` of ``allowed``, counted on ``day``."""

    number: int
    allowed: int
    is_granted: bool
    day: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What is used and what is allowed, without taking any. ``used_today`` counts all classes."""

    used: int
    allowed: int
    granted: int
    used_today: int
    used_today_of_class: int
    decision: Decision
    """``quota.spent``, ``quota.window``, ``quota.day`` or ``quota.day_class``, or allowed."""
    frees_at: dt.datetime | None
    """When the limit that forbids lets a view through again; None where only a top-up does."""


def standing_of(tx: Connection, target: Target, *, now: dt.datetime) -> Standing:
    """How the person stands towards this document and this day."""
    limits, since = target.limits, target.limits.counted_since(now)
    if since is None:
        quota, oldest = view_queries.quota_state(tx, target.quota_key), None
    else:
        window = window_state(tx, target.quota_key, since=since)
        quota, oldest = QuotaState(window.used, window.granted), window.oldest
    today, today_of_class = day_queries.used_on_day(
        tx, target.holding.person.id, day_of(limits.timezone, now), target.holding.dossier.classification
    )
    quota = QuotaState(quota.used, quota.granted - target.grants.fallen_views)
    allowed = limits.views + quota.granted
    decision, frees_at = ALLOWED, None
    if quota.used >= allowed:
        decision = denied("quota.spent" if since is None else "quota.window")
        frees_at = oldest + (now - since) if oldest and since else None
    elif GrantKind.EMERGENCY in target.granted:
        pass  # the limits of a day hold nobody up in an emergency; its view is counted all the same
    elif limits.views_a_day is not None and today >= limits.views_a_day:
        decision, frees_at = denied("quota.day"), first_moment_of_next_day(limits.timezone, now)
    elif limits.views_a_day_of_class is not None and today_of_class >= limits.views_a_day_of_class:
        decision, frees_at = denied("quota.day_class"), first_moment_of_next_day(limits.timezone, now)
    return Standing(quota.used, allowed, quota.granted, today, today_of_class, decision, frees_at)


def claim_view(tx: Connection, target: Target, quota: QuotaState, *, now: dt.datetime) -> Claim:
    """Takes one view. ``quota`` is as :func:`~vault.database.view_queries.lock_quota` gave it, and still locked.

    QuotaSpent with the code of the limit; what was counted until then goes back with the caller's transaction.
    """
    number, allowed, is_granted = _claim_of_document(tx, target, quota, now)
    day = day_of(target.limits.timezone, now)
    _claim_of_day(tx, target, day)
    return Claim(number, allowed, is_granted, day)


def _claim_of_document(tx: Connection, target: Target, quota: QuotaState, now: dt.datetime) -> tuple[int, int, bool]:
    limits, key = target.limits, target.quota_key
    since = limits.counted_since(now)
    if since is None:
        number = view_queries.claim_one(tx, key, allowed_by_policy=limits.views)
        allowed = limits.views + quota.granted
        if number is None:
            raise QuotaSpent("quota.spent", allowed=allowed)
        return number, allowed, number > limits.views
    window = window_state(tx, key, since=since)
    allowed = limits.views + window.granted
    if window.used >= allowed:
        raise QuotaSpent("quota.window", allowed=allowed)
    view_queries.count_one(tx, key)
    return window.used + 1, allowed, window.used_by_policy >= limits.views


def _claim_of_day(tx: Connection, target: Target, day: str) -> None:
    limits, person_id = target.limits, target.holding.person.id
    classification = target.holding.dossier.classification
    is_emergency = GrantKind.EMERGENCY in target.granted
    for scope, most, code in (
        (ALL_CLASSES, limits.views_a_day, "quota.day"),
        (classification.value, limits.views_a_day_of_class, "quota.day_class"),
    ):
        if day_queries.claim_of_day(tx, person_id, day, scope, most=None if is_emergency else most) is None:
            raise QuotaSpent(code, allowed=most or 0)
