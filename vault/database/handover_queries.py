"""The hand-over of duties, as rows: one for each duty that a leaver holds, kept when it is done or dropped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, fields

import sqlalchemy as sa

from vault.database.dossier_queries import AssignmentRecord, assignment_of_row
from vault.database.tables.dossiers import assignments, dossiers
from vault.database.tables.leaving import handovers, leavings
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


def count_open_handovers(tx: sa.Connection, leaving_ids: Collection[str]) -> dict[str, int]:
    """How many of each leaving nobody took over yet; no entry where there is none."""
    query = sa.select(handovers.c.leaving_id, sa.func.count().label("number")).where(
        handovers.c.leaving_id.in_(leaving_ids), handovers.c.state == HandoverState.OPEN.value
    )
    return {row.leaving_id: row.number for row in tx.execute(query.group_by(handovers.c.leaving_id))}


def open_handovers_for(tx: sa.Connection, person_id: PersonId, *, now: dt.datetime) -> list[HandoverRecord]:
    """What waits for this person: as successor, or as custodian of the dossier, in the order of references."""
    theirs = sa.or_(handovers.c.successor_id == person_id, handovers.c.dossier_id.in_(_kept_by(person_id, now)))
    query = sa.select(handovers).join(dossiers, dossiers.c.id == handovers.c.dossier_id)
    query = query.where(handovers.c.state == HandoverState.OPEN.value, theirs, dossiers.c.shredded_at.is_(None))
    return [_handover(row) for row in tx.execute(query.order_by(dossiers.c.reference, handovers.c.duty))]


def count_unconfirmed(
    tx: sa.Connection, person_id: PersonId, accounts: Collection[PersonId], *, now: dt.datetime
) -> int:
    """How many of those have a successor and wait for a confirmation that only this person, of these accounts, lacks.

    As :func:`vault.policy.leaving.decide_confirming` tells the sides apart. Counted by the database, for the top bar;
    one whose successor cannot take it as things stand waits all the same: for somebody else to be named.
    """
    lacks_successor = sa.and_(
        handovers.c.successor_at.is_(None),
        handovers.c.successor_id.in_(accounts),
        sa.or_(handovers.c.custodian_id.is_(None), handovers.c.custodian_id.not_in(accounts)),
    )
    another_keeps = sa.exists().where(
        assignments.c.dossier_id == handovers.c.dossier_id,
        assignments.c.duty == Duty.CUSTODIAN.value,
        assignments.c.person_id.not_in(accounts),
        assignments.c.starts_at <= now,
        sa.or_(assignments.c.ends_at.is_(None), assignments.c.ends_at > now),
    )
    is_leaver = sa.exists().where(leavings.c.id == handovers.c.leaving_id, leavings.c.person_id.in_(accounts))
    lacks_custodian = sa.and_(
        handovers.c.custodian_at.is_(None),
        handovers.c.successor_id.not_in(accounts),  # which nobody is, where none is named
        sa.not_(sa.and_(is_leaver, another_keeps)),
    )
    as_successor = sa.and_(handovers.c.successor_id == person_id, lacks_successor)
    kept = handovers.c.dossier_id.in_(_kept_by(person_id, now))
    as_custodian = sa.and_(kept, sa.or_(lacks_custodian, lacks_successor))
    is_open = handovers.c.state == HandoverState.OPEN.value
    ids = sa.select(handovers.c.id).join(dossiers, dossiers.c.id == handovers.c.dossier_id)
    ids = ids.where(is_open, dossiers.c.shredded_at.is_(None))
    found = ids.where(as_successor).union(ids.where(as_custodian)).subquery()  # each through an index of its own
    return int(tx.execute(sa.select(sa.func.count()).select_from(found)).scalar_one())


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


def _kept_by(person_id: PersonId, now: dt.datetime) -> sa.Select[tuple[str]]:
    return sa.select(assignments.c.dossier_id).where(
        assignments.c.person_id == person_id,
        assignments.c.duty == Duty.CUSTODIAN.value,
        assignments.c.starts_at <= now,
        sa.or_(assignments.c.ends_at.is_(None), assignments.c.ends_at > now),
    )
