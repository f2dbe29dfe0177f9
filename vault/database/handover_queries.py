"""The hand-over of duties, as rows: one for each duty that a leaver holds, kept when it is done or dropped."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

import sqlalchemy as sa

from vault.database.dossier_queries import AssignmentRecord, assignment_of_row
from vault.database.tables.dossiers import assignments, dossiers
from vault.database.tables.leaving import handovers
from vault.model import DossierId, Duty, PersonId
from vault.policy.leaving import HandoverState


@dataclass(frozen=True, slots=True)
class HandoverRecord:
    """One duty on one dossier, from the leaver (``assignment_id``) to ``successor_id``."""

    id: str
    leaving_id: str
    assignment_id: str
    dossier_id: DossierId
    duty: Duty
    state: HandoverState
    successor_id: PersonId | None
    proposed_by: PersonId
    custodian_id: PersonId | None = None
    custodian_at: dt.datetime | None = None
    successor_at: dt.datetime | None = None
    done_at: dt.datetime | None = None


def _handover(row: sa.Row[tuple[object, ...]]) -> HandoverRecord:
    stored = {each.name: row._mapping[each.name] for each in fields(HandoverRecord)}
    stored["state"] = HandoverState(stored["state"])
    stored["duty"] = Duty(stored["duty"])
    return HandoverRecord(**stored)


def _values(handover: HandoverRecord) -> dict[str, object]:
    values = {each.name: getattr(handover, each.name) for each in fields(handover)}
    return values | {"state": handover.state.value, "duty": handover.duty.value}


def store_handover(tx: sa.Connection, handover: HandoverRecord) -> None:
    tx.execute(sa.insert(handovers).values(_values(handover)))


def replace_handover(tx: sa.Connection, handover: HandoverRecord) -> bool:
    """Stores it; False if it is not open any more."""
    change = sa.update(handovers).where(handovers.c.id == handover.id, handovers.c.state == HandoverState.OPEN.value)
    return tx.execute(change.values(_values(handover))).rowcount == 1


def load_handover(tx: sa.Connection, handover_id: str) -> HandoverRecord | None:
    row = tx.execute(sa.select(handovers).where(handovers.c.id == handover_id)).one_or_none()
    return _handover(row) if row else None


def handovers_of(tx: sa.Connection, leaving_id: str) -> list[HandoverRecord]:
    """Every hand-over of a leaving, by the reference of the dossier."""
    query = sa.select(handovers).join(dossiers, dossiers.c.id == handovers.c.dossier_id)
    query = query.where(handovers.c.leaving_id == leaving_id).order_by(dossiers.c.reference, handovers.c.duty)
    return [_handover(row) for row in tx.execute(query)]


def open_handovers_for(tx: sa.Connection, person_id: PersonId, *, now: dt.datetime) -> list[HandoverRecord]:
    """What waits for this person: as successor, or as custodian of the dossier, in the order of references."""
    kept = sa.select(assignments.c.dossier_id).where(
        assignments.c.person_id == person_id,
        assignments.c.duty == Duty.CUSTODIAN.value,
        assignments.c.starts_at <= now,
        sa.or_(assignments.c.ends_at.is_(None), assignments.c.ends_at > now),
    )
    theirs = sa.or_(handovers.c.successor_id == person_id, handovers.c.dossier_id.in_(kept))
    query = sa.select(handovers).join(dossiers, dossiers.c.id == handovers.c.dossier_id)
    query = query.where(handovers.c.state == HandoverState.OPEN.value, theirs, dossiers.c.shredded_at.is_(None))
    return [_handover(row) for row in tx.execute(query.order_by(dossiers.c.reference, handovers.c.duty))]


def drop_handovers(tx: sa.Connection, leaving_id: str) -> None:
    """The leaving was called off: what nobody took over stays where it is."""
    change = sa.update(handovers).where(
        handovers.c.leaving_id == leaving_id, handovers.c.state == HandoverState.OPEN.value
    )
    tx.execute(change.values(state=HandoverState.DROPPED.value))


def lasting_assignments_of(tx: sa.Connection, person_id: PersonId, *, now: dt.datetime) -> list[AssignmentRecord]:
    """What the person holds now or will hold, on dossiers that there still are; in the order of their ids."""
    query = (
        sa.select(assignments)
        .join(dossiers, dossiers.c.id == assignments.c.dossier_id)
        .where(assignments.c.person_id == person_id, dossiers.c.shredded_at.is_(None))
        .where(sa.or_(assignments.c.ends_at.is_(None), assignments.c.ends_at > now))
        .order_by(assignments.c.dossier_id, assignments.c.id)
    )
    return [assignment_of_row(row) for row in tx.execute(query)]
