"""Rows that a business transaction writes: an inbox row, its disclosures, and the periods and handles they need."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa

from vault.database.tables.ledger import (
    trail_disclosures,
    trail_handles,
    trail_head,
    trail_inbox,
    trail_lanes,
    trail_periods,
)
from vault.database.upserts import insert_or_ignore


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An entry that waits for its place; ``draft`` is canonical."""

    entry_id: str
    draft: bytes
    actor_id: str
    subject_id: str
    handle: str


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """The key pair under which one person's values of one month are sealed."""

    id: str
    person_id: str
    month: str
    public: bytes
    private_sealed: bytes = field(repr=False)


def reading_public(tx: sa.Connection) -> bytes | None:
    """The trail-reading public key; None before the trail began."""
    value: bytes | None = tx.execute(sa.select(trail_head.c.reading_public)).scalar_one_or_none()
    return value


def next_nseq(tx: sa.Connection, node: str, lane: str) -> int:
    """The lane's next number; its row stays locked until the transaction ends, and nobody else uses this lane."""
    of_lane = sa.and_(trail_lanes.c.node == node, trail_lanes.c.lane == lane)
    change = sa.update(trail_lanes).where(of_lane).values(nseq=trail_lanes.c.nseq + 1).returning(trail_lanes.c.nseq)
    number = tx.execute(change).scalar_one_or_none()
    if number is None:
        tx.execute(sa.insert(trail_lanes).values(node=node, lane=lane, nseq=1))
        return 1
    return int(number)


def find_period(tx: sa.Connection, person_id: str, month: str) -> PeriodRow | None:
    query = sa.select(trail_periods).where(trail_periods.c.person_id == person_id, trail_periods.c.month == month)
    row = tx.execute(query).one_or_none()
    return PeriodRow(**row._mapping) if row else None


def store_period(tx: sa.Connection, period: PeriodRow) -> None:
    """Stores it unless another transaction was faster; look it up afterwards."""
    values = {name: getattr(period, name) for name in PeriodRow.__slots__}
    insert_or_ignore(tx, trail_periods, values)


def find_handle(tx: sa.Connection, person_id: str) -> str | None:
    query = sa.select(trail_handles.c.handle).where(trail_handles.c.person_id == person_id)
    handle: str | None = tx.execute(query).scalar_one_or_none()
    return handle


def store_handle(tx: sa.Connection, person_id: str, handle: str) -> None:
    insert_or_ignore(tx, trail_handles, {"person_id": person_id, "handle": handle})


def store_inbox_row(tx: sa.Connection, row: InboxRow) -> None:
    values: dict[str, object] = {name: getattr(row, name) for name in InboxRow.__slots__}
    if tx.dialect.name == "postgresql":
        values["transaction_id"] = sa.cast(sa.cast(sa.func.pg_current_xact_id(), sa.Text), sa.BigInteger)
    tx.execute(sa.insert(trail_inbox).values(**values))


def store_disclosure(tx: sa.Connection, *, entry_id: str, part: str, period_id: str, sealed: bytes) -> None:
    values = {"entry_id": entry_id, "part": part, "period_id": period_id, "sealed": sealed}
    tx.execute(sa.insert(trail_disclosures).values(**values))
