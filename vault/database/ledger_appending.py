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

# Built once, since every recorded event needs them.
_NEXT_NSEQ = (
    sa.update(trail_lanes)
    .where(trail_lanes.c.node == sa.bindparam("of_node"), trail_lanes.c.lane == sa.bindparam("of_lane"))
    .values(nseq=trail_lanes.c.nseq + 1)
    .returning(trail_lanes.c.nseq)
)
_PERIOD = sa.select(trail_periods).where(
    trail_periods.c.person_id == sa.bindparam("person_id"), trail_periods.c.month == sa.bindparam("month")
)
_HANDLE = sa.select(trail_handles.c.handle).where(trail_handles.c.person_id == sa.bindparam("person_id"))
_INBOX_ROW = sa.insert(trail_inbox)
_INBOX_ROW_OF_TRANSACTION = sa.insert(trail_inbox).values(
    **{name: sa.bindparam(name) for name in ("entry_id", "draft", "actor_id", "subject_id", "handle")},
    transaction_id=sa.cast(sa.cast(sa.func.pg_current_xact_id(), sa.Text), sa.BigInteger),
)
_DISCLOSURE = sa.insert(trail_disclosures)


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
    number = tx.execute(_NEXT_NSEQ, {"of_node": node, "of_lane": lane}).scalar_one_or_none()
    if number is None:
        tx.execute(sa.insert(trail_lanes).values(node=node, lane=lane, nseq=1))
        return 1
    return int(number)


def find_period(tx: sa.Connection, person_id: str, month: str) -> PeriodRow | None:
    row = tx.execute(_PERIOD, {"person_id": person_id, "month": month}).one_or_none()
    return PeriodRow(**row._mapping) if row else None


def store_period(tx: sa.Connection, period: PeriodRow) -> None:
    """Stores it unless another transaction was faster; look it up afterwards."""
    values = {name: getattr(period, name) for name in PeriodRow.__slots__}
    insert_or_ignore(tx, trail_periods, values)


def find_handle(tx: sa.Connection, person_id: str) -> str | None:
    handle: str | None = tx.execute(_HANDLE, {"person_id": person_id}).scalar_one_or_none()
    return handle


def store_handle(tx: sa.Connection, person_id: str, handle: str) -> None:
    insert_or_ignore(tx, trail_handles, {"person_id": person_id, "handle": handle})


def store_inbox_row(tx: sa.Connection, row: InboxRow) -> None:
    insert = _INBOX_ROW_OF_TRANSACTION if tx.dialect.name == "postgresql" else _INBOX_ROW
    tx.execute(insert, {name: getattr(row, name) for name in InboxRow.__slots__})


def store_disclosure(tx: sa.Connection, *, entry_id: str, part: str, period_id: str, sealed: bytes) -> None:
    tx.execute(_DISCLOSURE, {"entry_id": entry_id, "part": part, "period_id": period_id, "sealed": sealed})
