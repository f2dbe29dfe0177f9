"""Rows about anchors: whose turn it is, what was placed and what came back, and whether the outside agrees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from vault.database.stored_values import as_bytes, as_number, as_time
from vault.database.tables.anchors import trail_anchorings, trail_anchors, trail_outside
from vault.database.tables.ledger import trail_checkpoints, trail_leaves, trail_search
from vault.database.upserts import insert_or_ignore

_ANCHORINGS = sa.select(
    *(column for column in trail_anchorings.c if column is not trail_anchorings.c.placed_at),
    sa.type_coerce(trail_anchorings.c.placed_at, sa.BigInteger).label("placed_at"),
)


@dataclass(frozen=True, slots=True)
class AnchorRow:
    """How one anchor stands. ``failure_code`` is '' while it works; ``placed_size`` 0 while nothing was placed."""

    name: str
    kind: str
    next_at: dt.datetime
    failures: int
    failure_code: str
    failing_since: dt.datetime | None
    alarmed_at: dt.datetime | None
    placed_size: int
    placed_at: dt.datetime | None
    recorded_day: str
    weakness: str


@dataclass(frozen=True, slots=True)
class AnchoringRow:
    """A checkpoint that was placed, with what the anchor gave back."""

    anchor: str
    kind: str
    size: int
    origin: str
    note: str
    receipt: bytes = field(repr=False)
    locator: str
    placed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class OutsideRow:
    """What the anchors last said of this database: ``agreed``, ``unproven``, ``behind`` or ``differs``."""

    state: str
    anchor: str
    own_size: int
    outside_size: int
    since: dt.datetime


def take_turn(tx: sa.Connection, name: str, *, kind: str, now: dt.datetime, until: dt.datetime) -> AnchorRow | None:
    """The anchor's row, if it is due and nobody took it meanwhile; nobody else is given it before ``until``."""
    fresh = {"name": name, "kind": kind, "next_at": now, "failures": 0, "failure_code": "", "placed_size": 0}
    insert_or_ignore(tx, trail_anchors, {**fresh, "recorded_day": "", "weakness": ""})
    change = (
        sa.update(trail_anchors)
        .where(trail_anchors.c.name == name, trail_anchors.c.next_at <= now)
        .values(next_at=until, kind=kind)
    )
    if tx.execute(change).rowcount != 1:
        return None
    return load_anchor(tx, name)


def load_anchor(tx: sa.Connection, name: str) -> AnchorRow | None:
    row = tx.execute(sa.select(trail_anchors).where(trail_anchors.c.name == name)).one_or_none()
    return AnchorRow(**row._mapping) if row else None


def list_anchors(tx: sa.Connection) -> list[AnchorRow]:
    """Every anchor that there ever was, also what the configuration does not name any more."""
    return [AnchorRow(**row._mapping) for row in tx.execute(sa.select(trail_anchors).order_by(trail_anchors.c.name))]


def change_anchor(tx: sa.Connection, name: str, **values: object) -> None:
    tx.execute(sa.update(trail_anchors).where(trail_anchors.c.name == name).values(**values))


def store_anchoring(tx: sa.Connection, row: AnchoringRow) -> bool:
    """False if this very placement is on record already: it was made twice, and the first receipt stays."""
    return insert_or_ignore(tx, trail_anchorings, {name: getattr(row, name) for name in AnchoringRow.__slots__})


def anchorings(tx: sa.Connection, *, batch: int) -> Iterator[list[AnchoringRow]]:
    """Every placement, smallest size first, in batches; whatever somebody wrote into a row."""
    columns = trail_anchorings.c
    place = sa.tuple_(columns.size, columns.anchor, columns.origin)
    after: tuple[int, str, str] = (-1, "", "")
    while True:
        query = _ANCHORINGS.where(place > after).order_by(columns.size, columns.anchor, columns.origin)
        rows = tx.execute(query.limit(batch)).all()
        if not rows or (rows[-1].size, rows[-1].anchor, rows[-1].origin) == after:  # the latter: a text that is none
            return
        yield [_anchoring(row) for row in rows]
        after = (rows[-1].size, rows[-1].anchor, rows[-1].origin)


def has_news(tx: sa.Connection, *, since_size: int, own_events: Sequence[str]) -> bool:
    """Whether any entry from that index on is of another kind."""
    columns = trail_search.c
    query = sa.select(columns.position).where(columns.position >= since_size, columns.event.not_in(own_events))
    return tx.execute(query.limit(1)).first() is not None


def first_news(tx: sa.Connection, *, since_size: int, own_events: Sequence[str]) -> dt.datetime | None:
    """When the first entry from that index on that is of another kind got its place; None if there is none."""
    columns = trail_search.c
    query = sa.select(columns.logged).where(columns.position >= since_size, columns.event.not_in(own_events))
    found: dt.datetime | None = tx.execute(query.order_by(columns.position).limit(1)).scalar_one_or_none()
    return found


def count_events(tx: sa.Connection, events: Sequence[str], *, since_size: int) -> int:
    """How many entries of these kinds there are from an index on; by the index, for kinds that are seldom."""
    columns = trail_search.c
    query = sa.select(sa.func.count()).where(columns.position >= since_size, columns.event.in_(events))
    return int(tx.execute(query).scalar_one())


def first_logged(tx: sa.Connection, position: int) -> dt.datetime | None:
    """When the entry at an index got its place."""
    logged = sa.type_coerce(trail_search.c.logged, sa.BigInteger)
    found = tx.execute(sa.select(logged).where(trail_search.c.position == position)).scalar_one_or_none()
    return None if found is None else as_time(found)


def checkpoints_of_sizes(tx: sa.Connection, sizes: Sequence[int]) -> dict[int, str]:
    """The database's own checkpoints, by size, those that there are."""
    columns = trail_checkpoints.c
    rows = tx.execute(sa.select(columns.size, columns.note).where(columns.size.in_(sizes)))
    return {size: str(note) for size, note in rows}


def leaves_of_event(tx: sa.Connection, event: str) -> list[bytes]:
    """The leaves that the search index has for an event, oldest first."""
    query = (
        sa.select(trail_leaves.c.leaf)
        .join(trail_search, trail_search.c.position == trail_leaves.c.position)
        .where(trail_search.c.event == event)
        .order_by(trail_search.c.position)
    )
    return [as_bytes(row.leaf) for row in tx.execute(query)]


def load_outside(tx: sa.Connection) -> OutsideRow | None:
    row = tx.execute(sa.select(trail_outside)).one_or_none()
    return OutsideRow(**{name: row._mapping[name] for name in OutsideRow.__slots__}) if row else None


def store_outside(tx: sa.Connection, found: OutsideRow) -> None:
    tx.execute(sa.delete(trail_outside))
    values = {name: getattr(found, name) for name in OutsideRow.__slots__}
    tx.execute(sa.insert(trail_outside).values(only=1, **values))


def _anchoring(row: Any) -> AnchoringRow:
    """Size -1 where that is none, and a time of 1970 where that is none."""
    return AnchoringRow(
        anchor=str(row.anchor),
        kind=str(row.kind),
        size=as_number(row.size),
        origin=str(row.origin),
        note=str(row.note),
        receipt=as_bytes(row.receipt),
        locator=str(row.locator),
        placed_at=as_time(row.placed_at),
    )
