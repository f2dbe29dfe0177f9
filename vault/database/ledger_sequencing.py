"""Rows that the sequencer reads and writes: head, inbox, leaves, nodes, counters, checkpoints."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database.ledger_rows import InboxRow
from vault.database.stored_values import LARGEST_NUMBER
from vault.database.tables.ledger import (
    trail_checkpoints,
    trail_counters,
    trail_epochs,
    trail_head,
    trail_inbox,
    trail_leaves,
    trail_nodes,
    trail_search,
)

_LEADER_LOCK = 0x747261696C  # "trail"


@dataclass(frozen=True, slots=True)
class HeadRow:
    """Where the trail stands. Entries before ``detailed_from`` may be indexed and tallied with less than later ones."""

    origin: str
    reading_public: bytes
    size: int
    edge: bytes
    logged_at: dt.datetime
    day_from: int
    detailed_from: int = 0


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """An inbox row with its number."""

    id: int
    row: InboxRow


@dataclass(frozen=True, slots=True)
class SearchRow:
    """What a leaf is found by. The last four are None where they are unknown: recorded before they were kept."""

    position: int
    time: dt.datetime
    logged: dt.datetime
    event: str
    outcome: str
    actor_id: str
    subject_id: str
    dossier_id: str
    document_id: str
    view_id: str
    session_id: str | None = ""
    reason_category: str | None = ""
    place_zone: str | None = ""
    place_source: str | None = ""


def take_lead(tx: sa.Connection) -> bool:
    """Whether this transaction sequences alone. SQLite has one writer anyhow."""
    if tx.dialect.name != "postgresql":
        return True
    return bool(tx.execute(sa.select(sa.func.pg_try_advisory_xact_lock(_LEADER_LOCK))).scalar_one())


def load_head(tx: sa.Connection) -> HeadRow | None:
    row = tx.execute(sa.select(trail_head)).one_or_none()
    return HeadRow(**{name: row._mapping[name] for name in HeadRow.__slots__}) if row else None


def store_head(tx: sa.Connection, head: HeadRow) -> None:
    tx.execute(sa.insert(trail_head).values(only=1, **{name: getattr(head, name) for name in HeadRow.__slots__}))


def advance_head(tx: sa.Connection, head: HeadRow, *, old_size: int) -> bool:
    """The fence: False if somebody else has sequenced since ``old_size``."""
    change = sa.update(trail_head).where(trail_head.c.size == old_size)
    changed = tx.execute(
        change.values(size=head.size, edge=head.edge, logged_at=head.logged_at, day_from=head.day_from)
    )
    return changed.rowcount == 1


def waiting_rows(tx: sa.Connection, *, limit: int) -> list[WaitingRow]:
    """Committed inbox rows in their order. On PostgreSQL only those that no running transaction can still precede."""
    query = sa.select(trail_inbox).order_by(trail_inbox.c.id).limit(limit)
    if tx.dialect.name == "postgresql":
        horizon = sa.func.pg_snapshot_xmin(sa.func.pg_current_snapshot())
        query = query.where(trail_inbox.c.transaction_id < sa.cast(sa.cast(horizon, sa.Text), sa.BigInteger))
    return [WaitingRow(row.id, _inbox_row(row)) for row in tx.execute(query)]


def remove_waiting(tx: sa.Connection, ids: list[int]) -> None:
    tx.execute(sa.delete(trail_inbox).where(trail_inbox.c.id.in_(ids)))


def load_counters(tx: sa.Connection, kind: str, subjects: set[str]) -> dict[str, int]:
    query = sa.select(trail_counters).where(trail_counters.c.kind == kind, trail_counters.c.subject.in_(subjects))
    return {row.subject: row.last for row in tx.execute(query)}


def store_counters(tx: sa.Connection, kind: str, counters: dict[str, int], *, known: set[str]) -> None:
    """``known`` are those that have a row already."""
    for subject, last in counters.items():
        if subject in known:
            of_subject = sa.and_(trail_counters.c.kind == kind, trail_counters.c.subject == subject)
            tx.execute(sa.update(trail_counters).where(of_subject).values(last=last))
        else:
            tx.execute(sa.insert(trail_counters).values(kind=kind, subject=subject, last=last))


def store_leaves(tx: sa.Connection, leaves: list[tuple[int, str, bytes, bytes]]) -> None:
    """Each as (position, entry id, leaf, hash)."""
    rows = [
        {"position": position, "entry_id": entry_id, "leaf": leaf, "hash": digest}
        for position, entry_id, leaf, digest in leaves
    ]
    if rows:
        tx.execute(sa.insert(trail_leaves), rows)


def store_nodes(tx: sa.Connection, nodes: list[tuple[int, int, bytes]]) -> None:
    """Each as (level, position, hash), level 1 and more."""
    rows = [{"level": level, "position": position, "hash": digest} for level, position, digest in nodes]
    if rows:
        tx.execute(sa.insert(trail_nodes), rows)


def store_search_rows(tx: sa.Connection, rows: list[SearchRow]) -> None:
    if rows:
        tx.execute(
            sa.insert(trail_search), [{name: getattr(row, name) for name in SearchRow.__slots__} for row in rows]
        )


def store_epoch(
    tx: sa.Connection, *, number: int, public: bytes, from_size: int, origin: str, now: dt.datetime
) -> None:
    values = {"number": number, "public": public, "from_size": from_size, "origin": origin, "created_at": now}
    tx.execute(sa.insert(trail_epochs).values(**values))


def rename_log(tx: sa.Connection, origin: str) -> None:
    """From now on the log is called so. Only a successor has another name than the log before it."""
    tx.execute(sa.update(trail_head).values(origin=origin))


def waiting_row(tx: sa.Connection, entry_id: str) -> WaitingRow | None:
    """One inbox row, also of this very transaction."""
    row = tx.execute(sa.select(trail_inbox).where(trail_inbox.c.entry_id == entry_id)).one_or_none()
    return WaitingRow(row.id, _inbox_row(row)) if row else None


def newest_checkpoint_size(tx: sa.Connection) -> int:
    """0 where there is none. What is stored under a size that is none is no checkpoint, and a finding."""
    sizes = trail_checkpoints.c.size
    query = sa.select(sa.func.max(sizes)).where(sizes <= LARGEST_NUMBER, sa.cast(sizes, sa.BigInteger) == sizes)
    return int(tx.execute(query).scalar_one() or 0)


def store_checkpoint(tx: sa.Connection, *, size: int, note: str, now: dt.datetime) -> None:
    tx.execute(sa.insert(trail_checkpoints).values(size=size, note=note, signed_at=now))


def _inbox_row(row: sa.Row[tuple[object, ...]]) -> InboxRow:
    return InboxRow(**{name: row._mapping[name] for name in InboxRow.__slots__})
