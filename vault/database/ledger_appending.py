"""Rows that a business transaction writes: an inbox row, its disclosures, and the periods and handles they need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database.ledger_rows import InboxRow, PeriodRow
from vault.database.prepared import Prepared
from vault.database.tables.ledger import (
    trail_disclosures,
    trail_handles,
    trail_head,
    trail_inbox,
    trail_lanes,
    trail_periods,
)
from vault.database.tables.policies import policy_versions
from vault.database.upserts import insert_or_ignore

_INBOX_COLUMNS = (
    *("entry_id", "draft", "actor_id", "subject_id", "handle"),
    *("session_id", "reason_category", "place_zone", "place_source"),
)
# Built once, since every recorded event needs them.
_HANDLES_THERE = (
    sa.select(sa.func.count())
    .select_from(trail_handles)
    .where(trail_handles.c.person_id == sa.bindparam("of_person"), trail_handles.c.handle == sa.bindparam("of_handle"))
    .scalar_subquery()
)
_PERIODS_THERE = (
    sa.select(sa.func.count())
    .select_from(trail_periods)
    .where(trail_periods.c.id.in_([sa.bindparam("period_a"), sa.bindparam("period_b")]), trail_periods.c.id != "")
    .scalar_subquery()
)
_POLICY_VERSION = sa.select(sa.func.coalesce(sa.func.max(policy_versions.c.version), 0))
_TAKE_NUMBER = (
    sa.update(trail_lanes)
    .where(
        trail_lanes.c.node == sa.bindparam("of_node"),
        trail_lanes.c.lane == sa.bindparam("of_lane"),
        trail_lanes.c.nseq == sa.bindparam("last"),
        sa.bindparam("wanted") == _HANDLES_THERE + _PERIODS_THERE,
        sa.bindparam("of_policy") == _POLICY_VERSION.scalar_subquery(),
    )
    .values(nseq=sa.bindparam("number"))
)
_LAST_NUMBER = sa.select(trail_lanes.c.nseq).where(
    trail_lanes.c.node == sa.bindparam("of_node"), trail_lanes.c.lane == sa.bindparam("of_lane")
)
_PERIOD = sa.select(trail_periods).where(
    trail_periods.c.person_id == sa.bindparam("person_id"), trail_periods.c.month == sa.bindparam("month")
)
_HANDLE = sa.select(trail_handles.c.handle).where(trail_handles.c.person_id == sa.bindparam("person_id"))
_TAKE = Prepared(_TAKE_NUMBER)
_INBOX_ROW = Prepared(sa.insert(trail_inbox), names=_INBOX_COLUMNS)
_DISCLOSURE = Prepared(sa.insert(trail_disclosures), names=("entry_id", "part", "period_id", "sealed"))
_MOST_PARTS = 2


def _all_in_one(parts: int) -> sa.Insert:
    """For PostgreSQL: number, sealed values and inbox row in one statement, which is one way there and back and one
    state of the database. Nothing is written unless the number is taken. SQLite can write one table at a time only,
    and has no way to go.
    """
    taken = _TAKE_NUMBER.returning(trail_lanes.c.nseq).cte("taken")
    insert = sa.insert(trail_inbox).from_select(
        [*_INBOX_COLUMNS, "transaction_id"],
        sa.select(
            *(sa.bindparam(name, type_=trail_inbox.c[name].type) for name in _INBOX_COLUMNS),
            sa.cast(sa.cast(sa.func.pg_current_xact_id(), sa.Text), sa.BigInteger),
        ).select_from(taken),
    )
    for part in range(parts):
        columns = {name: trail_disclosures.c[name].type for name in ("entry_id", "part", "period_id", "sealed")}
        values = [
            sa.bindparam(name if name == "entry_id" else f"{name}_{part}", type_=kind) for name, kind in columns.items()
        ]
        sealed = sa.insert(trail_disclosures).from_select(list(columns), sa.select(*values).select_from(taken))
        insert = insert.add_cte(sealed.cte(f"sealed_{part}"))
    return insert.add_cte(taken).inline()


_ALL_IN_ONE = [Prepared(_all_in_one(parts)) for parts in range(_MOST_PARTS + 1)]


@dataclass(frozen=True, slots=True)
class LaneNumber:
    """A number of a lane of a node, and the version of the policy that is in force with it."""

    node: str
    lane: str
    number: int
    policy: int


def reading_public(tx: sa.Connection) -> bytes | None:
    """The trail-reading public key; None before the trail began."""
    value: bytes | None = tx.execute(sa.select(trail_head.c.reading_public)).scalar_one_or_none()
    return value


def last_number(tx: sa.Connection, node: str, lane: str) -> int:
    """The number that the lane gave out last; 0 for a new lane, which has a row from then on."""
    number = tx.execute(_LAST_NUMBER, {"of_node": node, "of_lane": lane}).scalar_one_or_none()
    if number is None:
        tx.execute(sa.insert(trail_lanes).values(node=node, lane=lane, nseq=0))
        return 0
    return int(number)


def policy_version(tx: sa.Connection) -> int:
    """The version of the policy in force; 0 while none was put in force."""
    return int(tx.execute(_POLICY_VERSION).scalar_one())


def store_entry(
    tx: sa.Connection, number: LaneNumber, row: InboxRow, sealed: Mapping[str, tuple[str, bytes]], *, person_id: str
) -> bool:
    """Takes the number and stores the entry under it, if the number is the lane's next, the row's handle of the person
    and all periods are there, and no other policy is in force; ``sealed`` has by part (two at most) the period's id
    and the sealed values.

    False changes nothing: what the caller remembered of any of them is out of date. The lane's row stays locked until
    the transaction ends, and nobody else uses this lane.
    """
    periods = sorted({period_id for period_id, _content in sealed.values()})
    period_a, period_b = (*periods, "", "")[:2]
    wanted = len(periods) + bool(row.handle)
    values: dict[str, object] = {
        "of_node": number.node,
        "of_lane": number.lane,
        "last": number.number - 1,
        "number": number.number,
        "of_person": person_id,
        "of_handle": row.handle,
        "period_a": period_a,
        "period_b": period_b,
        "wanted": wanted,
        "of_policy": number.policy,
    }
    entry = {name: getattr(row, name) for name in _INBOX_COLUMNS}
    if tx.dialect.name == "postgresql":
        for at, (part, (period_id, content)) in enumerate(sealed.items()):
            values |= {f"part_{at}": part, f"period_id_{at}": period_id, f"sealed_{at}": content}
        return _ALL_IN_ONE[len(sealed)].execute(tx, values | entry) == 1
    if _TAKE.execute(tx, values) != 1:
        return False
    _INBOX_ROW.execute(tx, entry)
    for part, (period_id, content) in sealed.items():
        _DISCLOSURE.execute(tx, {"entry_id": row.entry_id, "part": part, "period_id": period_id, "sealed": content})
    return True


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
