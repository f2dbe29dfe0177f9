"""Approving that was handed over for a time, as rows. Whether one holds is asked of the moment, never of the sweep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database.tables.delegations import delegations
from vault.model import PersonId


@dataclass(frozen=True, slots=True)
class DelegationRecord:
    """``giver_id`` hands their approving to ``delegate_id`` from ``starts_at`` until before ``ends_at``."""

    id: str
    giver_id: PersonId
    delegate_id: PersonId
    starts_at: dt.datetime
    ends_at: dt.datetime
    given_at: dt.datetime
    begun_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None

    def is_over(self, now: dt.datetime) -> bool:
        return self.ended_at is not None or self.ends_at <= now


def store_delegation(tx: sa.Connection, delegation: DelegationRecord) -> None:
    tx.execute(sa.insert(delegations).values({name: getattr(delegation, name) for name in DelegationRecord.__slots__}))


def load_delegation(tx: sa.Connection, delegation_id: str) -> DelegationRecord | None:
    row = tx.execute(sa.select(delegations).where(delegations.c.id == delegation_id)).one_or_none()
    return DelegationRecord(**row._mapping) if row else None


def end_delegation(tx: sa.Connection, delegation_id: str, *, now: dt.datetime) -> bool:
    """False if it has ended already."""
    change = sa.update(delegations).where(delegations.c.id == delegation_id, delegations.c.ended_at.is_(None))
    return tx.execute(change.values(ended_at=now)).rowcount == 1


def mark_begun(tx: sa.Connection, delegation_id: str, *, now: dt.datetime) -> bool:
    """False if somebody else has marked it."""
    change = sa.update(delegations).where(delegations.c.id == delegation_id, delegations.c.begun_at.is_(None))
    return tx.execute(change.values(begun_at=now)).rowcount == 1


def delegations_to(
    tx: sa.Connection, delegate_id: PersonId, *, now: dt.datetime, lock: bool = False
) -> list[DelegationRecord]:
    """Those that hold now. With ``lock``, nobody ends them before the transaction does."""
    query = sa.select(delegations).where(delegations.c.delegate_id == delegate_id, _holds(now))
    return _listed(tx, query.with_for_update() if lock else query)


def delegations_from(tx: sa.Connection, giver_ids: Collection[PersonId], *, now: dt.datetime) -> list[DelegationRecord]:
    """Those of any of these people that hold now."""
    return _listed(tx, sa.select(delegations).where(delegations.c.giver_id.in_(giver_ids), _holds(now)))


def unended_delegations(
    tx: sa.Connection, *, now: dt.datetime, person_id: PersonId | None = None
) -> list[DelegationRecord]:
    """Those that hold or will; of one person those they gave or were given."""
    query = sa.select(delegations).where(delegations.c.ended_at.is_(None), delegations.c.ends_at > now)
    if person_id is not None:
        query = query.where(sa.or_(delegations.c.giver_id == person_id, delegations.c.delegate_id == person_id))
    return _listed(tx, query)


def due_delegations(tx: sa.Connection, *, now: dt.datetime) -> list[DelegationRecord]:
    """Those whose time has come or is over, and of which nobody was told yet."""
    has_come = sa.and_(delegations.c.begun_at.is_(None), delegations.c.starts_at <= now)
    return _listed(
        tx,
        sa.select(delegations).where(delegations.c.ended_at.is_(None), sa.or_(delegations.c.ends_at <= now, has_come)),
    )


def _holds(now: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(delegations.c.ended_at.is_(None), delegations.c.starts_at <= now, delegations.c.ends_at > now)


def _listed(tx: sa.Connection, query: sa.Select[tuple[object, ...]]) -> list[DelegationRecord]:
    ordered = query.order_by(delegations.c.starts_at, delegations.c.id)
    return [DelegationRecord(**row._mapping) for row in tx.execute(ordered)]
