"""May this person open this document now?

Denied by default: every rule below must hold, and they are asked in an order that tells a stranger nothing. Someone
with no part in the dossier learns no more than from an id that does not exist.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from vault.model import Classification, Duty, Office, PersonState
from vault.policy.decision import ALLOWED, Decision, denied, unknown
from vault.policy.document import WorkingHours
from vault.policy.granting import GrantKind
from vault.policy.hours import is_working_time
from vault.policy.places import EVERYWHERE, Places, decide_place


@dataclass(frozen=True, slots=True)
class HeldDuty:
    """One duty on one dossier, with the time it is held for; ``ends_at`` None means until further notice."""

    duty: Duty
    starts_at: dt.datetime
    ends_at: dt.datetime | None

    def is_active(self, now: dt.datetime) -> bool:
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


@dataclass(frozen=True, slots=True)
class OpeningFacts:
    """All that the decision rests on, read in the transaction that claims the view."""

    person_state: PersonState
    office: Office
    clearance: Classification
    duties: tuple[HeldDuty, ...]
    classification: Classification
    version_is_live: bool
    place_is_known: bool
    agreements_are_accepted: bool
    granted: frozenset[GrantKind] = frozenset()
    """What an approver let this person do with this document beyond the policy, as it holds now."""
    hours: WorkingHours | None = None
    """Those that the class keeps, by the clock of ``timezone``; None: any time."""
    timezone: str = "UTC"
    places: Places = EVERYWHERE
    """Where the class opens, to be held against ``zone`` and ``country``: what network and location database say."""
    zone: str = ""
    country: str = ""
    position_is_missing: bool = False
    """The class demands the browser's position and none came."""
    is_watched: bool = False
    """Whether the person is about to leave and the policy asks for an approver's grant for each view."""


def decide_opening(facts: OpeningFacts, *, now: dt.datetime) -> Decision:
    """The first rule that forbids, or ALLOWED."""
    for rule in RULES.values():
        decision = rule(facts, now)
        if not decision.allowed:
            return decision
    return ALLOWED


def judge_opening(facts: OpeningFacts, *, now: dt.datetime) -> dict[str, Decision]:
    """What each rule says by itself, by its name in :data:`RULES`: for whoever asks why."""
    return {name: rule(facts, now) for name, rule in RULES.items()}


def decide_continuing(facts: OpeningFacts, *, now: dt.datetime) -> Decision:
    """May a view that was opened go on to its next page? The same rules; a lost right ends the view.

    But for agreements: a version published meanwhile asks before the next view. Who reads under the terms that they
    accepted is not thrown off the page by new ones, and the lease bounds it (docs/adr/0020-agreements.md). And but for
    the place: that is asked of each page by itself (:func:`decide_page_place`), since a telephone that leaves the
    building for a moment has lost no right. And but for the watch over whoever is about to leave: its grant is used by
    the view that was opened under it, and those open at the announcement end with it.
    """
    return decide_opening(
        replace(facts, agreements_are_accepted=True, places=EVERYWHERE, position_is_missing=False, is_watched=False),
        now=now,
    )


def decide_page_place(facts: OpeningFacts, *, now: dt.datetime) -> Decision:
    """May a page be shown where the person is now? A denial refuses the page and leaves the view as it is."""
    return _is_in_place(facts, now)


def _is_active(facts: OpeningFacts, _now: dt.datetime) -> Decision:
    return ALLOWED if facts.person_state is PersonState.ACTIVE else unknown("denied.suspended")


def _is_staff(facts: OpeningFacts, _now: dt.datetime) -> Decision:
    return ALLOWED if facts.office is Office.STAFF else unknown("denied.office")


def _is_assigned(facts: OpeningFacts, now: dt.datetime) -> Decision:
    if facts.granted & {GrantKind.ACCESS, GrantKind.EMERGENCY}:
        return ALLOWED
    borrowing = [held for held in facts.duties if held.duty is Duty.BORROWER]
    if not borrowing:
        has_part = any(held.is_active(now) for held in facts.duties)
        return denied("denied.not_borrower") if has_part else unknown("denied.not_assigned")
    if any(held.is_active(now) for held in borrowing):
        return ALLOWED
    ended = all(held.ends_at is not None and held.ends_at <= now for held in borrowing)
    return denied("denied.assignment_ended") if ended else denied("denied.assignment_not_started")


def _is_cleared(facts: OpeningFacts, _now: dt.datetime) -> Decision:
    return ALLOWED if facts.clearance.rank >= facts.classification.rank else denied("denied.clearance")


def _is_granted_while_watched(facts: OpeningFacts, _now: dt.datetime) -> Decision:
    if not facts.is_watched or facts.granted & {GrantKind.VIEWS, GrantKind.ACCESS}:
        return ALLOWED
    return denied("denied.watched")


def _has_agreed(facts: OpeningFacts, _now: dt.datetime) -> Decision:
    return ALLOWED if facts.agreements_are_accepted else denied("denied.agreement")


def _is_ready(facts: OpeningFacts, _now: dt.datetime) -> Decision:
    return ALLOWED if facts.version_is_live else denied("denied.not_ready")


def _is_placed(facts: OpeningFacts, _now: dt.datetime) -> Decision:
    return ALLOWED if facts.place_is_known else denied("denied.place_needed")


def _is_in_hours(facts: OpeningFacts, now: dt.datetime) -> Decision:
    if facts.hours is None or facts.granted & {GrantKind.HOURS, GrantKind.EMERGENCY}:
        return ALLOWED
    return ALLOWED if is_working_time(facts.hours, facts.timezone, now) else denied("denied.hours")


def _is_in_place(facts: OpeningFacts, _now: dt.datetime) -> Decision:
    if facts.granted & {GrantKind.PLACE, GrantKind.EMERGENCY}:
        return ALLOWED
    return decide_place(facts.places, zone=facts.zone, country=facts.country)


def _has_position(facts: OpeningFacts, _now: dt.datetime) -> Decision:
    if GrantKind.EMERGENCY in facts.granted:
        return ALLOWED
    return denied("denied.position_needed") if facts.position_is_missing else ALLOWED


RULES: Mapping[str, Callable[[OpeningFacts, dt.datetime], Decision]] = MappingProxyType(
    {
        "active": _is_active,
        "staff": _is_staff,
        "assigned": _is_assigned,
        "cleared": _is_cleared,
        "watched": _is_granted_while_watched,
        "agreed": _has_agreed,
        "ready": _is_ready,
        "in_hours": _is_in_hours,
        "in_place": _is_in_place,
        "placed": _is_placed,
        "positioned": _has_position,
    }
)
"""Every rule, in the order in which they are asked; those that tell a stranger nothing come first."""
