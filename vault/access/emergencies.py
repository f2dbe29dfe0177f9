"""Whether a document opens for a person in an emergency: asked for the cover card, and again when the glass breaks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from vault.access.claiming import standing_of
from vault.access.facts import Target
from vault.database import request_queries
from vault.database.engine import Connection
from vault.filing.holdings import held_duties
from vault.model import Duty, Place
from vault.people.humans import accounts_of
from vault.policy.decision import Decision
from vault.policy.emergencies import EmergencyFacts, decide_emergency


def decide_emergency_of(
    tx: Connection, target: Target, *, place: Place, now: dt.datetime, place_is_told: bool = False
) -> Decision:
    """By everything that is true now; ``place_is_told`` takes the place as known."""
    person, dossier = target.holding.person, target.holding.dossier
    accounts = accounts_of(tx, person.id)
    duties = frozenset[Duty]()
    for each in accounts:
        held = held_duties(tx, each, [dossier.id], now=now)[dossier.id]
        duties |= frozenset(one.duty for one in held if one.is_active(now))
    opening = target.facts(place)
    facts = EmergencyFacts(
        opening=replace(opening, place_is_known=True) if place_is_told else opening,
        counted=standing_of(tx, target, now=now).decision,
        may_be_known=target.may_be_known,
        qualifications=person.qualifications,
        duties=duties,
        unreviewed=len(request_queries.unreviewed_by(tx, accounts)),
    )
    return decide_emergency(target.policy, facts, now=now)
