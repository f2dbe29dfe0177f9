"""Removing old entries' bodies: empty leaves that keep their hash, without values, search rows and unused keys.

What a verification carries at the pruned size is stored beside them; whoever verifies goes on from there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from vault.database.stored_values import as_bytes
from vault.database.tables.erasing import trail_holds, trail_prunings
from vault.database.tables.ledger import trail_disclosures, trail_leaves, trail_periods, trail_search
from vault.database.tables.operations import legal_holds

NO_BODY = b""
"""What stands in place of a pruned leaf: no leaf is empty."""


@dataclass(frozen=True, slots=True)
class PruningRow:
    """``size``: leaves below this index may be without a body. ``state`` is what a verification carries there."""

    size: int
    erasure_id: str
    state: bytes = field(repr=False)
    pruned_at: dt.datetime


def newest_pruning(tx: sa.Connection) -> PruningRow | None:
    """The one that reaches furthest; None if nothing was ever pruned."""
    row = tx.execute(sa.select(trail_prunings).order_by(trail_prunings.c.size.desc()).limit(1)).one_or_none()
    return _pruning(row) if row else None


def pruning_of(tx: sa.Connection, position: int) -> PruningRow | None:
    """The pruning that took the leaf at ``position`` first; None if none reached it."""
    query = sa.select(trail_prunings).where(trail_prunings.c.size > position).order_by(trail_prunings.c.size).limit(1)
    row = tx.execute(query).one_or_none()
    return _pruning(row) if row else None


def store_pruning(tx: sa.Connection, pruning: PruningRow) -> None:
    """The states of earlier ones are not needed any more."""
    tx.execute(sa.update(trail_prunings).values(state=b""))
    tx.execute(sa.insert(trail_prunings).values({name: getattr(pruning, name) for name in PruningRow.__slots__}))


def first_position_from(tx: sa.Connection, moment: dt.datetime) -> int | None:
    """The first entry logged at or after ``moment``; None if there is none."""
    query = (
        sa.select(trail_search.c.position)
        .where(trail_search.c.logged >= moment)
        .order_by(trail_search.c.logged, trail_search.c.position)
        .limit(1)
    )
    found: int | None = tx.execute(query).scalar_one_or_none()
    return found


def logged_at(tx: sa.Connection, position: int) -> dt.datetime | None:
    found: dt.datetime | None = tx.execute(
        sa.select(trail_search.c.logged).where(trail_search.c.position == position)
    ).scalar_one_or_none()
    return found


def count_prunable(tx: sa.Connection, *, size: int, kept_events: Iterable[str]) -> tuple[int, int, int]:
    """How many bodies below ``size``: would be removed, are kept for what they say, are kept under a hold."""
    below = trail_search.c.position < size
    kept = trail_search.c.event.in_(list(kept_events))
    count = sa.select(sa.func.count()).select_from(trail_search).where(below)
    by_law = int(tx.execute(count.where(kept)).scalar_one())
    held = int(tx.execute(count.where(sa.not_(kept), _is_held())).scalar_one())
    whole = int(tx.execute(count).scalar_one())
    return whole - by_law - held, by_law, held


def remove_bodies(
    tx: sa.Connection, *, size: int, after: int, kept_events: Iterable[str], limit: int
) -> tuple[int, int | None]:
    """Removes at most ``limit`` above ``after`` and below ``size``; how many, and the last index (None: nothing left).

    The holds are those that this transaction sees: call it after :func:`~vault.database.erasure_queries.lock_holds`.
    """
    query = (
        sa.select(trail_search.c.position)
        .where(trail_search.c.position > after, trail_search.c.position < size)
        .where(trail_search.c.event.not_in(list(kept_events)), sa.not_(_is_held()))
        .order_by(trail_search.c.position)
        .limit(limit)
    )
    positions = list(tx.execute(query).scalars())
    if not positions:
        return 0, None
    entries = sa.select(trail_leaves.c.entry_id).where(trail_leaves.c.position.in_(positions))
    tx.execute(sa.delete(trail_disclosures).where(trail_disclosures.c.entry_id.in_(entries)))
    tx.execute(sa.update(trail_leaves).where(trail_leaves.c.position.in_(positions)).values(leaf=NO_BODY))
    tx.execute(sa.delete(trail_search).where(trail_search.c.position.in_(positions)))
    return len(positions), positions[-1]


def remove_unused_periods(tx: sa.Connection, *, before_month: str) -> int:
    """Keys of months before ``before_month`` that seal nothing any more; how many."""
    used = sa.exists(sa.select(trail_disclosures.c.entry_id).where(trail_disclosures.c.period_id == trail_periods.c.id))
    unused = sa.delete(trail_periods).where(trail_periods.c.month < before_month, sa.not_(used))
    return tx.execute(unused).rowcount


def _pruning(row: sa.Row[tuple[object, ...]]) -> PruningRow:
    return PruningRow(row.size, row.erasure_id, as_bytes(row.state), row.pruned_at)


def _is_held() -> sa.ColumnElement[bool]:
    """Whether a hold in force forbids touching the entry of this search row."""
    dossiers = sa.select(legal_holds.c.dossier_id).where(legal_holds.c.lifted_at.is_(None))
    people = sa.select(trail_holds.c.person_id).where(trail_holds.c.lifted_at.is_(None))
    return sa.or_(
        trail_search.c.dossier_id.in_(dossiers),
        trail_search.c.actor_id.in_(people),
        trail_search.c.subject_id.in_(people),
    )
