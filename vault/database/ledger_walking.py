"""Reading the trail from end to end: batches as the driver gives them, for whoever verifies millions of entries.

Columns are read without conversion of the toolkit, which would take longer than the checks. Whatever somebody wrote
into a column of bytes comes as bytes (:mod:`vault.database.stored_values`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import starmap
from typing import Any, NamedTuple

import sqlalchemy as sa

from vault.database.ledger_reading import LeafRow
from vault.database.stored_values import LARGEST_NUMBER, as_bytes, as_number
from vault.database.tables.erasing import trail_prunings
from vault.database.tables.ledger import (
    trail_checkpoints,
    trail_counters,
    trail_disclosures,
    trail_head,
    trail_inbox,
    trail_lanes,
    trail_leaves,
    trail_nodes,
    trail_search,
)

SHOWN_CHARACTERS = 64
"""Of what somebody wrote where it does not belong, so much is shown."""


def _is_whole(column: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """SQLite would keep 9.5 in a column of integers: that is no place, and what stands there is missing at its own."""
    return sa.cast(column, sa.BigInteger) == column


_LEAVES = (
    sa.select(trail_leaves.c.position, trail_leaves.c.entry_id, trail_leaves.c.leaf, trail_leaves.c.hash)
    .where(trail_leaves.c.position.between(sa.bindparam("start"), LARGEST_NUMBER), _is_whole(trail_leaves.c.position))
    .order_by(trail_leaves.c.position)
    .limit(sa.bindparam("most"))
)
_HASHED = (
    sa.select(trail_leaves.c.leaf, trail_leaves.c.hash)
    .where(
        trail_leaves.c.position >= sa.bindparam("start"),
        trail_leaves.c.position < sa.bindparam("end"),
        _is_whole(trail_leaves.c.position),
    )
    .order_by(trail_leaves.c.position)
)
_NODES_AT = (
    sa.select(trail_nodes.c.position, trail_nodes.c.hash)
    .where(
        trail_nodes.c.level == sa.bindparam("of_level"),
        trail_nodes.c.position >= sa.bindparam("start"),
        trail_nodes.c.position < sa.bindparam("end"),
        _is_whole(trail_nodes.c.position),
    )
    .order_by(trail_nodes.c.position)
)
_NODES = _NODES_AT.with_only_columns(trail_nodes.c.hash)
# Two ranges of an index each: "or" would be one look at every row.
_LEAVES_NOWHERE = sa.union_all(
    *(
        sa.select(
            sa.func.substr(trail_leaves.c.entry_id, 1, SHOWN_CHARACTERS), sa.func.substr(trail_leaves.c.leaf, 1, 4096)
        ).where(nowhere)
        for nowhere in (trail_leaves.c.position < 0, trail_leaves.c.position > LARGEST_NUMBER)
    )
).limit(sa.bindparam("most"))
_NOTES = (
    sa.select(trail_checkpoints.c.size, trail_checkpoints.c.note)
    .where(trail_checkpoints.c.size > sa.bindparam("after"), trail_checkpoints.c.size <= sa.bindparam("up_to"))
    .order_by(trail_checkpoints.c.size)
)
_NOTES_ELSEWHERE = sa.union_all(
    *(
        sa.select(trail_checkpoints.c.size, trail_checkpoints.c.note).where(elsewhere)
        for elsewhere in (trail_checkpoints.c.size < 1, trail_checkpoints.c.size > sa.bindparam("after"))
    )
)
_HEADS = sa.select(
    trail_head.c.origin,
    trail_head.c.size,
    trail_head.c.edge,
    sa.type_coerce(trail_head.c.logged_at, sa.BigInteger),
    trail_head.c.day_from,
).order_by(trail_head.c.only)
_PRUNING_SIZES = sa.select(trail_prunings.c.size)
_PRUNING = sa.select(trail_prunings.c.state).where(trail_prunings.c.size == sa.bindparam("of_size"))
_PRUNINGS = sa.select(trail_prunings.c.size, trail_prunings.c.state)
_SEALED = (
    sa.select(
        trail_leaves.c.entry_id,
        trail_disclosures.c.part,
        trail_disclosures.c.period_id,
        trail_disclosures.c.sealed,
    )
    .join(trail_disclosures, trail_disclosures.c.entry_id == trail_leaves.c.entry_id)
    .where(trail_leaves.c.position >= sa.bindparam("start"), trail_leaves.c.position < sa.bindparam("end"))
    .order_by(trail_leaves.c.position, trail_disclosures.c.part)
)
_FOUND_BY = (
    sa.select(
        trail_search.c.position,
        sa.type_coerce(trail_search.c.time, sa.BigInteger),
        sa.type_coerce(trail_search.c.logged, sa.BigInteger),
        trail_search.c.event,
        trail_search.c.outcome,
        trail_search.c.actor_id,
        trail_search.c.subject_id,
        trail_search.c.dossier_id,
        trail_search.c.document_id,
        trail_search.c.view_id,
        trail_search.c.session_id,
        trail_search.c.reason_category,
        trail_search.c.place_zone,
        trail_search.c.place_source,
    )
    .where(trail_search.c.position >= sa.bindparam("start"), trail_search.c.position < sa.bindparam("end"))
    .order_by(trail_search.c.position)
)
_COUNTERS = (
    sa.select(trail_counters.c.subject, trail_counters.c.last)
    .where(trail_counters.c.kind == sa.bindparam("of_kind"), trail_counters.c.subject > sa.bindparam("after"))
    .order_by(trail_counters.c.subject)
    .limit(sa.bindparam("most"))
)

_LANES = (
    sa.select(trail_lanes.c.node, trail_lanes.c.lane, trail_lanes.c.nseq)
    .where(sa.tuple_(trail_lanes.c.node, trail_lanes.c.lane) > sa.tuple_(sa.bindparam("node"), sa.bindparam("lane")))
    .order_by(trail_lanes.c.node, trail_lanes.c.lane)
    .limit(sa.bindparam("most"))
)
_DRAFTS = (
    sa.select(trail_inbox.c.id, trail_inbox.c.draft)
    .where(trail_inbox.c.id > sa.bindparam("after"))
    .order_by(trail_inbox.c.id)
    .limit(sa.bindparam("most"))
)


class HashedLeaves(NamedTuple):
    """Leaves in order, column by column: all that the tree is made of."""

    positions: Sequence[int]
    leaves: Sequence[bytes]
    hashes: Sequence[bytes]


class FoundBy(NamedTuple):
    """A search row as it stands; times in milliseconds since 1970."""

    position: int
    time: int
    logged: int
    event: str
    outcome: str
    actor_id: str
    subject_id: str
    dossier_id: str
    document_id: str
    view_id: str
    session_id: str | None
    reason_category: str | None
    place_zone: str | None
    place_source: str | None


class StoredHead(NamedTuple):
    """Where the trail stands; ``logged`` in milliseconds since 1970.

    ``strange`` shows what is stored where something is not of its kind, or there are several, else ''. A number that is
    none is then -1.
    """

    origin: str
    size: int
    edge: bytes
    logged: int
    day_from: int
    strange: str


class StoredPruning(NamedTuple):
    """Leaves below ``size`` may be without a body; ``strange`` shows what is stored where that is none, else ''."""

    size: int
    state: bytes
    strange: str


SealedPart = tuple[str, str, str, bytes]
"""Entry, part, id of the period, sealed values."""
COUNTERS_AT_ONCE = 10_000
DRAFTS_AT_ONCE = 1_000


def leaf_batch(tx: sa.Connection, start: int, *, most: int) -> list[LeafRow]:
    """The leaves at ``start`` and after, in order."""
    return [
        LeafRow(
            position,
            entry_id if type(entry_id) is str else str(entry_id),
            leaf if type(leaf) is bytes else as_bytes(leaf),
            digest if type(digest) is bytes else as_bytes(digest),
        )
        for position, entry_id, leaf, digest in _rows(tx, _LEAVES, start=start, most=most)
    ]


def hashed_leaves(tx: sa.Connection, start: int, *, most: int) -> HashedLeaves:
    """The leaves at ``start`` and after, in order, for whoever looks at nothing but the tree.

    Where as many lie in the range as it has places, each has its own: then nobody needs to be told which.
    """
    rows = _rows(tx, _HASHED, start=start, end=start + most)
    if len(rows) == most:
        leaves, hashes = zip(*rows, strict=True)
        return HashedLeaves(range(start, start + most), _all_bytes(leaves), _all_bytes(hashes))
    found = leaf_batch(tx, start, most=most)
    return HashedLeaves([each.position for each in found], [each.leaf for each in found], [each.hash for each in found])


def node_hashes(tx: sa.Connection, level: int, start: int, *, end: int) -> list[bytes]:
    """Stored hashes of subtrees of one level (1 and more), in order; those that are missing are left out."""
    return [
        digest if type(digest) is bytes else as_bytes(digest)
        for (digest,) in _rows(tx, _NODES, of_level=level, start=start, end=end)
    ]


def nodes_by_position(tx: sa.Connection, level: int, start: int, *, end: int) -> dict[int, bytes]:
    """The same, each with its place."""
    rows = _rows(tx, _NODES_AT, of_level=level, start=start, end=end)
    return {position: as_bytes(digest) for position, digest in rows}


def leaves_nowhere(tx: sa.Connection, *, most: int) -> list[tuple[str, bytes]]:
    """Id and body, the beginning of each, of leaves at what is no place: no walk comes there."""
    return [(str(entry_id), as_bytes(leaf)) for entry_id, leaf in _rows(tx, _LEAVES_NOWHERE, most=most)]


def stored_head(tx: sa.Connection) -> StoredHead | None:
    """None where there is none. Of several, whatever the others may be, that whose number is the least."""
    rows = _rows(tx, _HEADS)
    if not rows:
        return None
    origin, size, edge, logged, day_from = rows[0]
    whole = str(origin), as_number(size), as_bytes(edge), as_number(logged), as_number(day_from)
    is_strange = len(rows) > 1 or list(whole) != list(rows[0])
    return StoredHead(*whole, strange=repr(rows) if is_strange else "")


def largest_pruning(tx: sa.Connection) -> int:
    """The size of the pruning that reaches furthest; -1 where there is none."""
    return max((as_number(size) for (size,) in _rows(tx, _PRUNING_SIZES)), default=-1)


def stored_pruning(tx: sa.Connection, size: int) -> StoredPruning | None:
    """The pruning of this size. Its state can be large: a line for each document and person."""
    states = _rows(tx, _PRUNING, of_size=size)
    return StoredPruning(size, as_bytes(states[0][0]), strange="") if states else None


def strange_prunings(tx: sa.Connection) -> list[StoredPruning]:
    """Those that are stored under what is no size."""
    if all(as_number(size) > 0 for (size,) in _rows(tx, _PRUNING_SIZES)):
        return []
    rows = [(size, state) for size, state in _rows(tx, _PRUNINGS) if as_number(size) <= 0]
    return [StoredPruning(-1, as_bytes(state), repr(size)[:SHOWN_CHARACTERS]) for size, state in rows]


def notes_between(tx: sa.Connection, after: int, *, up_to: int) -> list[tuple[int, str]]:
    """Checkpoints by the size they are stored under: above ``after``, not above ``up_to``."""
    return [(size, str(note)) for size, note in _rows(tx, _NOTES, after=after, up_to=up_to)]


def notes_elsewhere(tx: sa.Connection, after: int) -> list[tuple[object, str]]:
    """Checkpoints that are stored under more than ``after``, or under what is no size."""
    return [(size, str(note)) for size, note in _rows(tx, _NOTES_ELSEWHERE, after=after)]


def sealed_between(tx: sa.Connection, start: int, *, end: int) -> list[SealedPart]:
    """Sealed values of leaves from ``start`` to before ``end``, in their order."""
    rows = _rows(tx, _SEALED, start=start, end=end)
    if all(type(row[2]) is str and type(row[3]) is bytes for row in rows):
        return rows
    return [(entry_id, part, str(period_id), as_bytes(sealed)) for entry_id, part, period_id, sealed in rows]


def search_rows_between(tx: sa.Connection, start: int, *, end: int) -> dict[int, FoundBy]:
    """What the leaves from ``start`` to before ``end`` are found by, by position."""
    return {row.position: row for row in starmap(FoundBy, _rows(tx, _FOUND_BY, start=start, end=end))}


def last_position_of(tx: sa.Connection, event: str, *, before: int) -> int | None:
    """The newest entry of one event, as the index of the trail has it."""
    query = sa.select(sa.func.max(trail_search.c.position))
    found: int | None = tx.execute(
        query.where(trail_search.c.event == event, trail_search.c.position < before)
    ).scalar_one_or_none()
    return found


def counters_of(tx: sa.Connection, kind: str) -> Iterator[tuple[str, int]]:
    """Every last number of ``d``, documents, or ``u``, handles; never many at once in memory.

    Ends at a text that is none: nobody can ask for what comes after it. Whose number is not seen has none.
    """
    after = ""
    while rows := _rows(tx, _COUNTERS, of_kind=kind, after=after, most=COUNTERS_AT_ONCE):
        if rows[-1][0] == after:
            return
        yield from ((str(subject), last) for subject, last in rows)
        after = rows[-1][0]


def lanes_of(tx: sa.Connection) -> Iterator[tuple[str, int]]:
    """The last number that each lane gave out, by node and lane as one word; as :func:`counters_of`."""
    after = ("", "")
    while rows := _rows(tx, _LANES, node=after[0], lane=after[1], most=COUNTERS_AT_ONCE):
        if rows[-1][:2] == after:
            return
        yield from ((f"{node}/{lane}", number) for node, lane, number in rows)
        after = rows[-1][:2]


def waiting_drafts(tx: sa.Connection) -> Iterator[bytes]:
    """Drafts that wait to be sequenced, in their order; never many at once in memory."""
    after = -1
    while rows := _rows(tx, _DRAFTS, after=after, most=DRAFTS_AT_ONCE):
        yield from (as_bytes(draft) for _number, draft in rows)
        after = rows[-1][0]


def _all_bytes(column: Sequence[Any]) -> Sequence[bytes]:
    """The column, which almost always is of bytes already."""
    return column if set(map(type, column)) == {bytes} else [as_bytes(value) for value in column]


def _rows(tx: sa.Connection, query: sa.Select[Any] | sa.CompoundSelect[Any], **values: object) -> list[Any]:
    """What the driver itself has fetched, without a row object for each."""
    cursor = tx.execute(query, values).cursor
    assert cursor is not None
    return list(cursor.fetchall())
