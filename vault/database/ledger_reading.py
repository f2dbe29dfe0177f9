"""Reading the trail: leaves, tree nodes, checkpoints, sealed values. Never writes.

Searching stands in :mod:`vault.database.trail_searching`; its names are given here too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa

from vault.database.ledger_rows import PeriodRow
from vault.database.stored_values import as_bytes, as_number
from vault.database.tables.ledger import (
    trail_checkpoints,
    trail_counters,
    trail_disclosures,
    trail_epochs,
    trail_head,
    trail_inbox,
    trail_lanes,
    trail_leaves,
    trail_nodes,
    trail_periods,
)
from vault.database.trail_criteria import SearchCriteria
from vault.database.trail_searching import search_positions, search_rows

__all__ = [
    "EpochRow",
    "LeafRow",
    "SearchCriteria",
    "all_checkpoints",
    "count_waiting",
    "detailed_from",
    "last_counters",
    "leaves_from",
    "list_epochs",
    "load_leaves",
    "newest_checkpoint",
    "periods_by_id",
    "search_positions",
    "search_rows",
    "subtree_hash",
    "waiting_drafts",
    "waiting_lanes",
]

_DENSE = 4
"""Hashes that lie this close, on average, are read as a range with those between them."""


class LeafRow(NamedTuple):
    """A leaf exactly as it was hashed."""

    position: int
    entry_id: str
    leaf: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class EpochRow:
    """A signing key, the size from which on it signs, and the name of the log that it signs for.

    ``strange`` shows what is stored where that is none of these, else ''. A number that is none is then -1.
    """

    number: int
    public: bytes
    from_size: int
    origin: str
    strange: str = ""


def load_leaves(tx: sa.Connection, positions: list[int]) -> dict[int, LeafRow]:
    """Those that there are, in order. Neighbours are read as a range."""
    if not positions:
        return {}
    columns = trail_leaves.c
    query = sa.select(columns.position, columns.entry_id, columns.leaf, columns.hash)
    rows = tx.execute(query.where(_among(columns.position, positions)).order_by(columns.position))
    wanted = set(positions)
    return {
        position: LeafRow(position, entry_id, as_bytes(leaf), as_bytes(digest))
        for position, entry_id, leaf, digest in rows
        if position in wanted
    }


def leaf_of_entry(tx: sa.Connection, entry_id: str) -> LeafRow | None:
    """The leaf of one entry; None while it has no place in the tree."""
    row = tx.execute(sa.select(trail_leaves).where(trail_leaves.c.entry_id == entry_id)).one_or_none()
    return _leaf(row) if row else None


def leaves_from(tx: sa.Connection, start: int, *, batch: int) -> Iterator[list[LeafRow]]:
    """All leaves from ``start`` in order, in batches."""
    while True:
        query = sa.select(trail_leaves).where(trail_leaves.c.position >= start)
        rows = [_leaf(row) for row in tx.execute(query.order_by(trail_leaves.c.position).limit(batch))]
        if not rows:
            return
        yield rows
        start = rows[-1].position + 1


def subtree_hash(tx: sa.Connection, level: int, position: int) -> bytes:
    """The stored hash of a complete subtree; KeyError if it is not there."""
    if level == 0:
        query = sa.select(trail_leaves.c.hash).where(trail_leaves.c.position == position)
    else:
        query = sa.select(trail_nodes.c.hash).where(trail_nodes.c.level == level, trail_nodes.c.position == position)
    value: bytes | None = tx.execute(query).scalar_one_or_none()
    if value is None:
        raise KeyError((level, position))
    return value


def subtree_hashes(tx: sa.Connection, level: int, first: int, *, count: int) -> list[bytes]:
    """Stored hashes of complete subtrees of one level, from the ``first``-th on in order; fewer if some are gone."""
    table, hash_column, position = trail_nodes, trail_nodes.c.hash, trail_nodes.c.position
    query = sa.select(hash_column).where(trail_nodes.c.level == level)
    if level == 0:
        table, hash_column, position = trail_leaves, trail_leaves.c.hash, trail_leaves.c.position
        query = sa.select(hash_column)
    query = query.select_from(table).where(position >= first, position < first + count).order_by(position)
    return [as_bytes(value) for value in tx.execute(query).scalars()]


def hashes_at(tx: sa.Connection, level: int, positions: Collection[int]) -> dict[int, bytes]:
    """The stored hashes of complete subtrees of one level, those that there are. Neighbours are read as a range."""
    if not positions:
        return {}
    table = trail_leaves if level == 0 else trail_nodes
    query = sa.select(table.c.position, table.c.hash).where(_among(table.c.position, positions))
    if level:
        query = query.where(trail_nodes.c.level == level)
    return {row.position: as_bytes(row.hash) for row in tx.execute(query)}


def signed_checkpoint_of_size(tx: sa.Connection, size: int) -> tuple[str, dt.datetime] | None:
    """The signed note of exactly this size and when it was signed."""
    row = tx.execute(sa.select(trail_checkpoints).where(trail_checkpoints.c.size == size)).one_or_none()
    return (row.note, row.signed_at) if row else None


def newest_checkpoint(tx: sa.Connection) -> tuple[str, dt.datetime] | None:
    """The newest signed note and when it was signed."""
    query = sa.select(trail_checkpoints).order_by(trail_checkpoints.c.size.desc()).limit(1)
    row = tx.execute(query).one_or_none()
    return (row.note, row.signed_at) if row else None


def all_checkpoints(tx: sa.Connection) -> Iterator[str]:
    """Every signed note, smallest first."""
    for row in tx.execute(sa.select(trail_checkpoints.c.note).order_by(trail_checkpoints.c.size)):
        yield row.note


def checkpoints_between(tx: sa.Connection, after: int, *, below: int, limit: int) -> list[tuple[int, str]]:
    """Size and signed note of the checkpoints larger than ``after`` and smaller than ``below``, smallest first."""
    columns = trail_checkpoints.c
    query = sa.select(columns.size, columns.note).where(columns.size > after, columns.size < below)
    return [(row.size, row.note) for row in tx.execute(query.order_by(columns.size).limit(limit))]


def checkpoint_of_size(tx: sa.Connection, size: int) -> str | None:
    """The signed note of exactly this size."""
    value: str | None = tx.execute(
        sa.select(trail_checkpoints.c.note).where(trail_checkpoints.c.size == size)
    ).scalar_one_or_none()
    return value


def list_epochs(tx: sa.Connection) -> list[EpochRow]:
    """Every epoch, by number, whatever somebody wrote into its row."""
    columns = trail_epochs.c
    query = sa.select(columns.number, columns.public, columns.from_size, columns.origin).order_by(columns.number)
    return [_epoch(*row) for row in tx.execute(query)]


def _epoch(number: object, public: object, from_size: object, origin: object) -> EpochRow:
    whole = as_number(number), as_bytes(public), as_number(from_size), str(origin)
    is_strange = whole != (number, public, from_size, origin)
    return EpochRow(*whole, strange=repr((number, public, from_size, origin)) if is_strange else "")


def sealed_of(tx: sa.Connection, entry_ids: list[str]) -> list[tuple[str, str, str, bytes]]:
    """Sealed values: entry, part, id of the period, sealed; the parts of an entry in their order."""
    columns = trail_disclosures.c
    query = sa.select(columns.entry_id, columns.part, columns.period_id, columns.sealed)
    rows = tx.execute(query.where(columns.entry_id.in_(entry_ids)).order_by(columns.entry_id, columns.part))
    return [(entry_id, part, period_id, as_bytes(sealed)) for entry_id, part, period_id, sealed in rows]


def periods_by_id(tx: sa.Connection, ids: Collection[str]) -> dict[str, PeriodRow]:
    """The periods that there are. Looked up on their own: a month of one person has thousands of entries."""
    columns = trail_periods.c
    query = sa.select(columns.id, columns.person_id, columns.month, columns.public, columns.private_sealed)
    rows = tx.execute(query.where(columns.id.in_(sorted(ids)))) if ids else ()
    return {
        period_id: PeriodRow(period_id, person_id, month, as_bytes(public), as_bytes(private_sealed))
        for period_id, person_id, month, public, private_sealed in rows
    }


def detailed_from(tx: sa.Connection) -> int:
    """The first position whose search row must hold session, place and category of the reason."""
    return max(0, as_number(tx.execute(sa.select(trail_head.c.detailed_from)).scalars().first()))


def waiting_lanes(tx: sa.Connection) -> dict[tuple[str, str], int]:
    """The last number that each lane gave out."""
    return {(row.node, row.lane): row.nseq for row in tx.execute(sa.select(trail_lanes))}


def waiting_drafts(tx: sa.Connection) -> list[bytes]:
    """Drafts that wait to be sequenced."""
    return [as_bytes(row.draft) for row in tx.execute(sa.select(trail_inbox.c.draft).order_by(trail_inbox.c.id))]


def first_waiting_draft(tx: sa.Connection) -> bytes | None:
    """The draft that waits longest; None if nothing waits."""
    query = sa.select(trail_inbox.c.draft).order_by(trail_inbox.c.id).limit(1)
    draft = tx.execute(query).scalar_one_or_none()
    return None if draft is None else as_bytes(draft)


def count_waiting(tx: sa.Connection) -> int:
    return int(tx.execute(sa.select(sa.func.count()).select_from(trail_inbox)).scalar_one())


def wait_more_than(tx: sa.Connection, number: int) -> bool:
    """Whether more than ``number`` drafts wait; looks at no more of them than that takes."""
    beyond = sa.select(trail_inbox.c.id).order_by(trail_inbox.c.id).offset(number).limit(1)
    return tx.execute(beyond).one_or_none() is not None


def last_counters(tx: sa.Connection, kind: str) -> dict[str, int]:
    """``d``: the last dseq by document; ``u``: the last useq by handle."""
    rows = tx.execute(sa.select(trail_counters).where(trail_counters.c.kind == kind))
    return {row.subject: row.last for row in rows}


def _among(column: sa.Column[int], positions: Collection[int]) -> sa.ColumnElement[bool]:
    """Those positions, and perhaps some between them where they lie close."""
    first, last = min(positions), max(positions)
    return column.between(first, last) if last - first < _DENSE * len(positions) else column.in_(positions)


def _leaf(row: sa.Row[tuple[object, ...]]) -> LeafRow:
    return LeafRow(row.position, row.entry_id, as_bytes(row.leaf), as_bytes(row.hash))
