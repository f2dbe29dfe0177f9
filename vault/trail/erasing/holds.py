"""Holds on a person: while one is in force nothing of their entries is erased or pruned. Security officers, by case.

A hold on a dossier protects the entries that concern it; what counsel asks to be kept about a person, whatever dossiers
it concerns, is held by the person. Each is placed and lifted as holds on dossiers are (:mod:`vault.custody.holds`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import erasure_queries, people_queries
from vault.database.engine import reading
from vault.database.erasure_queries import PersonHoldRecord
from vault.errors import Conflict, InputError, NotFound
from vault.ledger.events import Event
from vault.model import Actor, Office, PersonId, new_id
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault
from vault.trail.erasing.looking import find_person


@dataclass(frozen=True, slots=True)
class PersonHoldRow:
    """A hold in force, with whom it is about."""

    id: str
    person_id: PersonId
    person_name: str
    staff_number: str
    case_number: str
    placed_by: str
    placed_at: dt.datetime


def hold_person(vault: Vault, actor: Actor, *, person: str, reason: ReasonDraft) -> str:
    """Holds all entries of the person called so; the hold's id. The reason must name a case."""
    checked = check_reason(reason)
    if not checked.case_number:
        raise InputError("operation.case_number")
    with deciding(vault, denial_of(Event.TRAIL_HOLD_PLACED, actor)) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        erasure_queries.lock_holds(tx)  # whoever is told that it is in force can rely on it
        subject = find_person(tx, person)
        hold = PersonHoldRecord(
            id=new_id("h", vault.random),
            person_id=subject.id,
            case_number=checked.case_number,
            placed_by=actor.person_id,
            placed_at=vault.clock.now(),
            lifted_by=None,
            lifted_at=None,
        )
        erasure_queries.place_hold(tx, hold)
        facts = {"hold": hold.id}
        entry = done_by(actor, Event.TRAIL_HOLD_PLACED, subject_person=subject.id, reason=checked, details=facts)
        vault.recorder.append(tx, entry)
    return hold.id


def lift_person_hold(vault: Vault, actor: Actor, *, hold_id: str, reason: ReasonDraft) -> None:
    """Lifts a hold; Conflict if it was lifted before."""
    checked = check_reason(reason)
    with deciding(vault, denial_of(Event.TRAIL_HOLD_LIFTED, actor)) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        hold = erasure_queries.load_hold(tx, hold_id)
        if hold is None:
            raise NotFound(recorded_as="not_found.hold")
        if not erasure_queries.lift_hold(tx, hold_id, person_id=actor.person_id, now=vault.clock.now()):
            raise Conflict("operation.hold_lifted")
        facts = {"hold": hold.id}
        entry = done_by(actor, Event.TRAIL_HOLD_LIFTED, subject_person=hold.person_id, reason=checked, details=facts)
        vault.recorder.append(tx, entry)


def list_person_holds(vault: Vault, actor: Actor) -> list[PersonHoldRow]:
    """Every hold in force, oldest first. For security officers."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        holds = erasure_queries.list_holds(tx)
        named = {hold.person_id for hold in holds} | {hold.placed_by for hold in holds}
        people = people_queries.people_by_id(tx, named)
    return [
        PersonHoldRow(
            id=hold.id,
            person_id=hold.person_id,
            person_name=people[hold.person_id].name,
            staff_number=people[hold.person_id].staff_number,
            case_number=hold.case_number,
            placed_by=people[hold.placed_by].name,
            placed_at=hold.placed_at,
        )
        for hold in holds
    ]
