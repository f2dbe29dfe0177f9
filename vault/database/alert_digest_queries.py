"""What stood in the weekly digests of custodians."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database.tables.alerts import alert_digests
from vault.model import PersonId


@dataclass(frozen=True, slots=True)
class DigestRecord:
    """A person's day in the digest of a custodian for the week that begins on this Monday."""

    week: dt.date
    custodian_id: PersonId
    person_id: PersonId
    day: dt.date
    points: int
    looks: int


def store_digests(tx: sa.Connection, records: Sequence[DigestRecord]) -> None:
    values = [{name: getattr(record, name) for name in DigestRecord.__slots__} for record in records]
    rows = [{**each, "week": each["week"].isoformat(), "day": each["day"].isoformat()} for each in values]
    tx.execute(sa.insert(alert_digests), rows)


def digests_of(tx: sa.Connection, custodian_id: str, *, since: dt.date) -> list[DigestRecord]:
    """Those of the weeks that began since then, newest week first, then by day."""
    table = alert_digests.c
    query = sa.select(alert_digests).where(table.custodian_id == custodian_id, table.week >= since.isoformat())
    return [
        DigestRecord(
            week=dt.date.fromisoformat(row.week),
            custodian_id=PersonId(row.custodian_id),
            person_id=PersonId(row.person_id),
            day=dt.date.fromisoformat(row.day),
            points=row.points,
            looks=row.looks,
        )
        for row in tx.execute(query.order_by(table.week.desc(), table.day, table.person_id))
    ]
