"""Legal holds: while one is in force a dossier is not shredded. Placed and lifted by security officers, by case."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import dossier_queries, erasure_queries, operation_queries, people_queries
from vault.database.engine import reading
from vault.database.operation_queries import HoldRecord
from vault.errors import Conflict, InputError, NotFound
from vault.ledger.events import Event
from vault.model import Actor, Office, new_id
from vault.policy.reasons import ReasonDraft, check_reason
from vault.recording import deciding, denial_of, done_by, require_office
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold in force, by reference and case; never by customer."""

    id: str
    dossier_id: str
    dossier_reference: str
    case_number: str
    placed_by: str
    placed_at: dt.datetime


def place_hold(vault: Vault, actor: Actor, *, reference: str, reason: ReasonDraft) -> str:
    """Puts the dossier called ``reference`` under a hold; its id. The reason must name a case."""
    checked = check_reason(reason)
    if not checked.case_number:
        raise InputError("operation.case_number")
    with deciding(vault, denial_of(Event.HOLD_PLACED, actor)) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        erasure_queries.lock_holds(tx)  # whoever is told that it is in force can rely on it
        dossier = dossier_queries.find_dossier_by_reference(tx, reference.strip())
        if dossier is None or dossier.is_shredded:
            raise InputError("operation.dossier")
        hold = HoldRecord(
            id=new_id("h", vault.random),
            dossier_id=dossier.id,
            case_number=checked.case_number,
            placed_by=actor.person_id,
            placed_at=vault.clock.now(),
            lifted_by=None,
            lifted_at=None,
        )
        operation_queries.place_hold(tx, hold)
        facts = {"hold": hold.id}
        vault.recorder.append(tx, done_by(actor, Event.HOLD_PLACED, dossier=dossier.id, reason=checked, details=facts))
    return hold.id


def lift_hold(vault: Vault, actor: Actor, *, hold_id: str, reason: ReasonDraft) -> None:
    """Lifts a hold; Conflict if it was lifted before."""
    checked = check_reason(reason)
    with deciding(vault, denial_of(Event.HOLD_LIFTED, actor)) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        hold = operation_queries.load_hold(tx, hold_id)
        if hold is None:
            raise NotFound(recorded_as="not_found.hold")
        if not operation_queries.lift_hold(tx, hold_id, person_id=actor.person_id, now=vault.clock.now()):
            raise Conflict("operation.hold_lifted")
        facts = {"hold": hold.id}
        entry = done_by(actor, Event.HOLD_LIFTED, dossier=hold.dossier_id, reason=checked, details=facts)
        vault.recorder.append(tx, entry)


def list_holds(vault: Vault, actor: Actor) -> list[HoldRow]:
    """Every hold in force, oldest first. For security officers."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.SECURITY_OFFICER)
        holds = operation_queries.list_holds(tx)
        people = people_queries.people_by_id(tx, {hold.placed_by for hold in holds})
        references = dossier_queries.references_of(tx, {hold.dossier_id for hold in holds})
    return [
        HoldRow(
            id=hold.id,
            dossier_id=hold.dossier_id,
            dossier_reference=references[hold.dossier_id],
            case_number=hold.case_number,
            placed_by=people[hold.placed_by].name,
            placed_at=hold.placed_at,
        )
        for hold in holds
    ]
