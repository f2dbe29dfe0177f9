"""The state that the newest sound verification left behind."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from vault.database.stored_values import as_bytes
from vault.database.tables.verified import trail_verified


def newest_verified_state(tx: sa.Connection) -> bytes | None:
    """As it is stored; None before the first verification."""
    found = tx.execute(sa.select(trail_verified.c.state)).scalars().first()
    return None if found is None else as_bytes(found)


def store_verified_state(tx: sa.Connection, *, size: int, state: bytes, now: dt.datetime) -> None:
    """In place of the one before."""
    tx.execute(sa.delete(trail_verified))
    tx.execute(sa.insert(trail_verified).values(only=1, size=size, state=state, verified_at=now))
