"""Searching the trail by its index: positions first, then the most selective condition, page by page.

Times become positions by two seeks. Then one choice *drives*: its index gives candidates in order of position, and the
other conditions are tried on them. At most ``BUDGET`` candidates are looked at in one go, so that no search, however
seldom it finds something, keeps anybody waiting: it says how far it got (``reached``), and goes on from there.
"""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database.ledger_sequencing import SearchRow
from vault.database.tables.ledger import trail_search
from vault.database.tables.metadata import UtcMillis
from vault.database.trail_criteria import SearchCriteria
from vault.database.trail_scanner import END, Bounds, Scanner

BUDGET = 5_000
_ROW = [trail_search.c[name] for name in SearchRow.__slots__]


@dataclass(frozen=True, slots=True)
class Scan:
    """What one go found, in order. ``reached`` is the last position looked at if there is more behind it, else None."""

    rows: list[SearchRow]
    reached: int | None


def search_positions(
    tx: sa.Connection, criteria: SearchCriteria, *, before: int | None, after: int | None = None, limit: int
) -> list[SearchRow]:
    """All that matches, newest first below ``before``; or oldest first above ``after`` when that is given.

    However far it must look. ValueError for sealed words: those only :mod:`vault.trail.finding` can tell.
    """
    if criteria.words:
        raise ValueError("sealed words are told by opening entries")
    is_upwards, rows = after is not None, list[SearchRow]()
    while True:
        found = scan(tx, criteria, before=before, after=after, is_upwards=is_upwards, limit=limit - len(rows))
        rows += found.rows
        if found.reached is None or len(rows) >= limit:
            return rows
        before, after = (before, found.reached) if is_upwards else (found.reached, after)


def scan(
    tx: sa.Connection,
    criteria: SearchCriteria,
    *,
    before: int | None = None,
    after: int | None = None,
    is_upwards: bool = False,
    limit: int,
    budget: int = BUDGET,
) -> Scan:
    """One go: at most ``limit`` rows that match, of about ``budget`` candidates. Sealed words are the caller's."""
    limits = narrowed(bounds_of(tx, criteria), before=before, after=after)
    positions, reached = Scanner(tx, criteria, limits, budget, is_upwards=is_upwards).positions(limit=limit)
    rows = search_rows(tx, positions)
    return Scan([rows[position] for position in positions], reached)


def positions_upwards(tx: sa.Connection, criteria: SearchCriteria, *, before: int, after: int, limit: int) -> list[int]:
    """Where the next ``limit`` that match above ``after`` and below ``before`` stand, however far it must look."""
    bounds, positions = bounds_of(tx, criteria), list[int]()
    while True:
        limits = narrowed(bounds, before=before, after=after)
        scanner = Scanner(tx, criteria, limits, max(BUDGET, limit), is_upwards=True)
        found, reached = scanner.positions(limit=limit - len(positions))
        positions += found
        if reached is None or len(positions) >= limit:
            return positions
        after = reached


def matching_positions(
    tx: sa.Connection, criteria: SearchCriteria, *, limits: Bounds, budget: int
) -> tuple[list[int], int | None]:
    """Positions that match, newest first, of about ``budget`` candidates; and how far was looked, if not to the end."""
    return Scanner(tx, criteria, limits, budget).positions(limit=budget)


def bounds_of(tx: sa.Connection, criteria: SearchCriteria) -> Bounds:
    """The positions that times and places leave."""
    first, end, gaps, spans = 0, END, list[tuple[int, int]](), list[tuple[tuple[int, int], ...]]()
    for time in criteria.times:
        begin = first_position(tx, time.since) if time.since else 0
        stop = first_position(tx, time.until) if time.until else END
        if time.is_excluded:
            gaps.append((begin, stop))
        else:
            first, end = max(first, begin), min(end, stop)
    for places in criteria.indexes:
        closed = tuple((begin, last + 1) for begin, last in places.spans)
        if places.is_excluded:
            gaps += closed
        else:
            first = max(first, min(begin for begin, _stop in closed))
            end = min(end, max(stop for _begin, stop in closed))
            spans += [closed] if len(closed) > 1 else []
    return Bounds(first, end, tuple(gaps), tuple(spans))


def narrowed(limits: Bounds, *, before: int | None, after: int | None) -> Bounds:
    """The bounds, below ``before`` and above ``after``."""
    first = limits.first if after is None else max(limits.first, after + 1)
    return Bounds(first, limits.end if before is None else min(limits.end, before), limits.gaps, limits.spans)


def first_position(tx: sa.Connection, moment: dt.datetime) -> int:
    """The first position logged at or after ``moment``; past the end if there is none."""
    [position] = first_positions(tx, [moment])
    return position


def first_positions(tx: sa.Connection, moments: list[dt.datetime]) -> list[int]:
    """The same for many moments at once."""
    if not moments:
        return []
    values = {f"at_{number}": moment for number, moment in enumerate(moments)}
    return [END if found is None else int(found) for found in tx.execute(_first_positions(len(moments)), values).one()]


def oldest_moment(tx: sa.Connection) -> dt.datetime | None:
    """When the oldest entry that was not removed was logged."""
    query = sa.select(trail_search.c.logged).order_by(trail_search.c.position).limit(1)
    found: dt.datetime | None = tx.execute(query).scalar_one_or_none()
    return found


def search_rows(tx: sa.Connection, positions: list[int]) -> dict[int, SearchRow]:
    """By position, those that there are."""
    rows = tx.execute(sa.select(*_ROW).where(trail_search.c.position.in_(positions)))
    return {row.position: SearchRow(**row._mapping) for row in rows}


def network_is_known(tx: sa.Connection, name: str) -> bool:
    """Whether the trail knows of a network of this name."""
    query = sa.select(trail_search.c.position).where(trail_search.c.place_zone == name).limit(1)
    return tx.execute(query).first() is not None


@functools.lru_cache(maxsize=128)
def _first_positions(number: int) -> sa.TextClause:
    """One seek for each moment, in one statement: building it of expressions would take longer than the seeks."""
    seek = "(SELECT position FROM trail_search WHERE logged >= :at_{0} ORDER BY logged, position LIMIT 1) AS p_{0}"
    seeks = ", ".join(seek.format(each) for each in range(number))
    return sa.text(f"SELECT {seeks}").bindparams(
        *(sa.bindparam(f"at_{each}", type_=UtcMillis) for each in range(number))
    )
