"""One assignment, looked at before it is ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import dossier_queries, people_queries
from vault.database.engine import reading
from vault.errors import Conflict, NotFound
from vault.filing.dossiers import customer_name_of
from vault.filing.holdings import load_holding, require_duty
from vault.model import Actor, DossierId, Duty
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class AssignmentCard:
    """Who holds which duty on which dossier; ``own`` if it is the person's who looks."""

    id: str
    dossier_id: DossierId
    reference: str
    customer_name: str
    person_name: str
    staff_number: str
    duty: Duty
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    begun: bool
    own: bool


def show_assignment(vault: Vault, actor: Actor, *, assignment_id: str) -> AssignmentCard:
    """An assignment on a dossier in the person's keeping. Conflict ``assignment.ended`` if it has ended."""
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        assignment = dossier_queries.load_assignment(tx, assignment_id)
        if assignment is None:
            raise NotFound(recorded_as="not_found.assignment")
        holding = load_holding(vault, tx, actor, assignment.dossier_id)
        require_duty(holding, Duty.CUSTODIAN)
        person = people_queries.people_by_id(tx, {assignment.person_id})[assignment.person_id]
    if assignment.ends_at is not None and assignment.ends_at <= now:
        raise Conflict("assignment.ended")
    return AssignmentCard(
        id=assignment.id,
        dossier_id=holding.dossier.id,
        reference=holding.dossier.reference,
        customer_name=customer_name_of(vault, holding.dossier),
        person_name=person.name,
        staff_number=person.staff_number,
        duty=assignment.duty,
        starts_at=assignment.starts_at,
        ends_at=assignment.ends_at,
        begun=assignment.starts_at <= now,
        own=assignment.person_id == actor.person_id,
    )
