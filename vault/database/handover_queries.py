"""The hand-over of duties, as rows: one for each duty that a leaver holds, kept when it is done or dropped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, fields

import sqlalchemy as sa

from vault.database.dossier_queries import AssignmentRecord, assignment_of_row, held_by
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


def handovers_of(
    tx: sa.Connection, leaving_id: str, *states: HandoverState, after: str = "", most: int | None = None
) -> list[HandoverRecord]:
    """Those of a leaving in these states, or all of them, as :func:`_in_order` says."""
    chosen = handovers.c.leaving_id == leaving_id
    if states:
        chosen = sa.and_(chosen, handovers.c.state.in_([each.value for each in states]))
    return _in_order(tx, chosen, after=after, most=most)


def count_by_state(tx: sa.Connection, leaving_id: str) -> dict[HandoverState, int]:
    """How many hand-overs of a leaving stand where; each state has its number."""
    query = sa.select(handovers.c.state, sa.func.count().label("number")).where(handovers.c.leaving_id == leaving_id)
    counted = {row.state: row.number for row in tx.execute(query.group_by(handovers.c.state))}
    return {state: counted.get(state.value, 0) for state in HandoverState}


def count_open_handovers(tx: sa.Connection, leaving_ids: Collection[str]) -> dict[str, int]:
    """How many of each leaving nobody took over yet; no entry where there is none."""
    query = sa.select(handovers.c.leaving_id, sa.func.count().label("number")).where(
        handovers.c.leaving_id.in_(leaving_ids), handovers.c.state == HandoverState.OPEN.value
    )
    return {row.leaving_id: row.number for row in tx.execute(query.group_by(handovers.c.leaving_id))}


def open_handovers_for(
    tx: sa.Connection,
    person_id: PersonId,
    accounts: Collection[PersonId],
    *,
    waits: bool,
    now: dt.datetime,
    after: str = "",
    most: int | None = None,
) -> list[HandoverRecord]:
    """Those out of dossiers in this person's keeping, or to this person, as :func:`_in_order` says.

    ``waits``: those that :func:`count_open_for` counts as waiting for them; or the others.
    """
    waiting = handovers.c.id.in_(_unconfirmed(person_id, accounts, now))
    chosen = waiting if waits else sa.and_(handovers.c.id.in_(_with_part(person_id, now)), sa.not_(waiting))
    return _in_order(tx, chosen, after=after, most=most)


def count_open_for(
    tx: sa.Connection, person_id: PersonId, accounts: Collection[PersonId], *, now: dt.datetime
) -> tuple[int, int]:
    """How many of those wait for this person, and how many do not; see :func:`count_unconfirmed`."""
    waiting = count_unconfirmed(tx, person_id, accounts, now=now)
    everything = sa.select(sa.func.count()).select_from(_with_part(person_id, now).subquery())
    return waiting, int(tx.execute(everything).scalar_one()) - waiting


def count_unconfirmed(
    tx: sa.Connection, person_id: PersonId, accounts: Collection[PersonId], *, now: dt.datetime
) -> int:
    """How many of those have a successor and wait for a confirmation that only this person, of these accounts, lacks.

    As :func:`vault.policy.leaving.decide_confirming` tells the sides apart. Counted by the database, for the top bar;
    one whose successor cannot take it as things stand waits all the same: for somebody else to be named.
    """
    query = sa.select(sa.func.count()).select_from(_unconfirmed(person_id, accounts, now).subquery())
    return int(tx.execute(query).scalar_one())


def leavers_out_of_keeping(
    tx: sa.Connection, person_id: PersonId, accounts: Collection[PersonId], *, now: dt.datetime
) -> dict[str, PersonId]:
    """By leaving: everybody else who has something open to hand over out of this person's keeping."""
    query = (
        sa.select(leavings.c.id, leavings.c.person_id, leavings.c.ends_at)
        .join(handovers, handovers.c.leaving_id == leavings.c.id)
        .join(dossiers, dossiers.c.id == handovers.c.dossier_id)
        .where(handovers.c.state == HandoverState.OPEN.value, dossiers.c.shredded_at.is_(None))
        .where(
            handovers.c.dossier_id.in_(held_by(person_id, Duty.CUSTODIAN, now)), leavings.c.person_id.not_in(accounts)
        )
        .distinct()
        .order_by(leavings.c.ends_at, leavings.c.id)
    )
    return {row.id: PersonId(row.person_id) for row in tx.execute(query)}


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


def _in_order(
    tx: sa.Connection, chosen: sa.ColumnElement[bool], *, after: str, most: int | None
) -> list[HandoverRecord]:
    """By the reference of the dossier, at most so many; from behind that one with the id ``after``, if there is one."""
    place = sa.tuple_(dossiers.c.reference, handovers.c.duty, handovers.c.id)
    with_dossier = sa.join(handovers, dossiers, dossiers.c.id == handovers.c.dossier_id)
    query = sa.select(handovers).select_from(with_dossier).where(chosen)
    if after:
        asked = sa.select(dossiers.c.reference, handovers.c.duty, handovers.c.id).select_from(with_dossier)
        last = tx.execute(asked.where(handovers.c.id == after)).one_or_none()
        query = query.where(place > sa.tuple_(*last)) if last is not None else query
    return [_handover(row) for row in tx.execute(query.order_by(*place).limit(most))]


def _open_ids() -> sa.Select[tuple[str]]:
    """Of hand-overs that are open, on dossiers that there still are."""
    ids = sa.select(handovers.c.id).join(dossiers, dossiers.c.id == handovers.c.dossier_id)
    return ids.where(handovers.c.state == HandoverState.OPEN.value, dossiers.c.shredded_at.is_(None))


def _with_part(person_id: PersonId, now: dt.datetime) -> sa.CompoundSelect[tuple[str]]:
    """Those in which the person is the successor or keeps the dossier: each through an index of its own."""
    as_successor = _open_ids().where(handovers.c.successor_id == person_id)
    return as_successor.union(_open_ids().where(handovers.c.dossier_id.in_(held_by(person_id, Duty.CUSTODIAN, now))))


def _unconfirmed(
    person_id: PersonId, accounts: Collection[PersonId], now: dt.datetime
) -> sa.CompoundSelect[tuple[str]]:
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
    as_successor = _open_ids().where(handovers.c.successor_id == person_id, lacks_successor)
    kept = handovers.c.dossier_id.in_(held_by(person_id, Duty.CUSTODIAN, now))
    return as_successor.union(_open_ids().where(kept, sa.or_(lacks_custodian, lacks_successor)))
