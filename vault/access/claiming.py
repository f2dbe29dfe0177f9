"""How many views are left to a person, and taking one: of the document's quota and of the day's.

Everything is counted in the transaction that opens the view, by conditional updates or under the quota's lock, so that
N means N under any concurrency. A day is a calendar day in the policy's time zone; a window is so many times 24 hours
before the moment of opening.

A person with several accounts has one count: what the others took by policy is taken off what the policy allows, while
the rows of all of them are held (docs/adr/0035-one-count-for-linked-accounts.md). Top-ups stay with their account.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.access.facts import Target
from vault.database import day_queries, link_queries, shared_queries, view_queries
from vault.database.day_queries import ALL_CLASSES
from vault.database.engine import Connection
from vault.database.link_queries import OtherAccounts
from vault.database.shared_queries import UsedElsewhere
from vault.database.window_queries import window_state
from vault.errors import Conflict, QuotaSpent
from vault.policy.decision import ALLOWED, Decision, denied
from vault.policy.granting import GrantKind
from vault.policy.hours import day_of, first_moment_of_next_day


@dataclass(frozen=True, slots=True)
class Claim:
    """A view that was taken: ``number`` of ``allowed``, counted on ``day``; ``elsewhere`` of them by other accounts."""

    number: int
    allowed: int
    is_granted: bool
    day: str
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What is used and what is allowed, without taking any. ``used_today`` counts all classes.

    ``elsewhere`` says which of the used ones were another account's.
    """

    used: int
    allowed: int
    granted: int
    used_today: int
    used_today_of_class: int
    decision: Decision
    """``quota.spent``, ``quota.window``, ``quota.day`` or ``quota.day_class``, or allowed."""
    frees_at: dt.datetime | None
    """When the limit that forbids lets a view through again; None where only a top-up does."""
    elsewhere: UsedElsewhere = shared_queries.NOTHING
    today_elsewhere: int = 0


def standing_of(tx: Connection, target: Target, *, now: dt.datetime) -> Standing:
    """How the person stands towards this document and this day."""
    limits, since = target.limits, target.limits.counted_since(now)
    others = link_queries.other_accounts(tx, target.holding.person.id)
    elsewhere = _elsewhere(tx, target, others, now)
    if since is None:
        quota, oldest = view_queries.quota_state(tx, target.quota_key), None
    else:
        window = window_state(tx, target.quota_key, since=since)
        quota, oldest = window.as_quota, _first(window.oldest, elsewhere.oldest)
    day = day_of(limits.timezone, now)
    today, today_of_class, today_elsewhere = shared_queries.day_standing(
        tx, target.holding.person.id, others, day, target.holding.dossier.classification
    )
    used, granted = quota.used + elsewhere.all, quota.granted - target.grants.fallen_views
    allowed = quota.allowed(limits.views, elsewhere=elsewhere.all) - target.grants.fallen_views
    decision, frees_at = ALLOWED, None
    if used >= allowed:
        decision = denied("quota.spent" if since is None else "quota.window")
        frees_at = oldest + (now - since) if oldest and since else None
    elif GrantKind.EMERGENCY in target.granted:
        pass  # the limits of a day hold nobody up in an emergency; its view is counted all the same
    elif limits.views_a_day is not None and today >= limits.views_a_day:
        decision, frees_at = denied("quota.day"), first_moment_of_next_day(limits.timezone, now)
    elif limits.views_a_day_of_class is not None and today_of_class >= limits.views_a_day_of_class:
        decision, frees_at = denied("quota.day_class"), first_moment_of_next_day(limits.timezone, now)
    return Standing(used, allowed, granted, today, today_of_class, decision, frees_at, elsewhere, today_elsewhere)


def hold_count(tx: Connection, target: Target) -> OtherAccounts:
    """Locks what the person's views of this document are counted in; the other accounts that count with this one."""
    others = link_queries.other_accounts(tx, target.holding.person.id)
    shared_queries.hold_quotas(tx, target.quota_key, others)
    return others


def claim_view(tx: Connection, target: Target, others: OtherAccounts, *, now: dt.datetime) -> Claim:
    """Takes one view. ``others`` is as :func:`hold_count` gave it, and still locked.

    QuotaSpent with the code of the limit; Conflict ``link.meanwhile`` where accounts were linked since: whoever opens
    with the other one counted without these locks. What was counted until then goes back with the caller's transaction.
    """
    elsewhere = _elsewhere(tx, target, others, now)
    number, allowed, is_granted = _claim_of_document(tx, target, elsewhere, now)
    day = day_of(target.limits.timezone, now)
    _claim_of_day(tx, target, others, day)
    if link_queries.other_accounts(tx, target.holding.person.id) != others:
        raise Conflict("link.meanwhile")
    return Claim(number, allowed, is_granted, day, elsewhere.all)


def _elsewhere(tx: Connection, target: Target, others: OtherAccounts, now: dt.datetime) -> UsedElsewhere:
    """Of this document, no more than the policy allows: what was given to this account alone stays to be used."""
    since, key = target.limits.counted_since(now), target.quota_key
    found = shared_queries.used_elsewhere(tx, others, [key.document_id], since=since)
    return found.get((key.document_id, key.version_number), shared_queries.NOTHING).within(target.limits.views)


def _claim_of_document(
    tx: Connection, target: Target, elsewhere: UsedElsewhere, now: dt.datetime
) -> tuple[int, int, bool]:
    limits, key = target.limits, target.quota_key
    since = limits.counted_since(now)
    own_limit = limits.views - elsewhere.all
    if since is None:
        quota = view_queries.quota_state(tx, key)
        allowed, by_policy = quota.allowed(limits.views, elsewhere=elsewhere.all), quota.by_policy(own_limit)
        used = view_queries.claim_one(tx, key, allowed_by_policy=by_policy)
        if used is None:
            raise QuotaSpent("quota.spent", allowed=allowed)
        return used + elsewhere.all, allowed, used > by_policy
    window = window_state(tx, key, since=since)
    allowed = window.as_quota.allowed(limits.views, elsewhere=elsewhere.all)
    if window.used + elsewhere.all >= allowed:
        raise QuotaSpent("quota.window", allowed=allowed)
    view_queries.count_one(tx, key)
    return window.used + elsewhere.all + 1, allowed, window.used_by_policy >= own_limit


def _claim_of_day(tx: Connection, target: Target, others: OtherAccounts, day: str) -> None:
    limits, person_id = target.limits, target.holding.person.id
    classification = target.holding.dossier.classification
    is_emergency = GrantKind.EMERGENCY in target.granted
    for scope, most, code in (
        (ALL_CLASSES, limits.views_a_day, "quota.day"),
        (classification.value, limits.views_a_day_of_class, "quota.day_class"),
    ):
        left = None if is_emergency else most
        if left is not None and others:
            shared_queries.hold_day(tx, person_id, others, day, scope)
            left -= shared_queries.used_elsewhere_on_day(tx, others, day, scope)
        is_full = left is not None and left < 1
        if is_full or day_queries.claim_of_day(tx, person_id, day, scope, most=left) is None:
            raise QuotaSpent(code, allowed=most or 0)


def _first(*moments: dt.datetime | None) -> dt.datetime | None:
    return min((each for each in moments if each is not None), default=None)
