"""Walks one index of ``trail_search`` in order of position, and tries what else is asked for on what it meets.

The choice that *drives* is one whose candidates the budget holds, so that the answer is whole; else the one that has
the fewest as a rule. Each of its values is a branch. What the branches find is whole down to the nearest place where
one of them stopped for its share of the budget.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from vault.database.tables.ledger import SELDOM_CONDITIONS, trail_search
from vault.database.trail_criteria import Choice, SearchCriteria, conditions_of

END = 2**62
"""Above every position."""
_MOST_BRANCHES = 24
_SELDOM = (
    "view_id",
    "session_id",
    "document_id",
    "dossier_id",
    "actor_id",
    "subject_id",
    "reason_category",
    "place_zone",
    "event",
    "outcome",
)
"""The columns with an index, by how few rows a value of each has as a rule."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Positions from ``first`` on and before ``end``; not in ``gaps``, and in one of each of ``spans``, likewise."""

    first: int
    end: int
    gaps: tuple[tuple[int, int], ...] = ()
    spans: tuple[tuple[tuple[int, int], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Branch:
    """A stretch of an index: one value of a column, or the whole trail."""

    column: str = ""
    value: str = ""


class Scanner:
    """One go through the trail within ``limits``, over about ``budget`` candidates."""

    def __init__(
        self, tx: sa.Connection, criteria: SearchCriteria, limits: Bounds, budget: int, *, is_upwards: bool = False
    ) -> None:
        self._tx = tx
        self._criteria = criteria
        self._limits = limits
        self._budget = budget
        self._is_upwards = is_upwards

    def positions(self, *, limit: int) -> tuple[list[int], int | None]:
        """Where what matches stands, in order, and the last position looked at if there is more behind it."""
        limits, choices = self._limits, self._criteria.choices
        if limits.first >= limits.end or any(not each.is_excluded and not each.values for each in choices):
            return [], None
        driver, branches = self._driver()
        found, edges = set[int](), list[int]()
        if any(True for _condition in self._rest(driver, trail_search)):
            scanned = [self._scan_branch(driver, branch, limit, self._share(branches)) for branch in branches]
        else:
            scanned = self._scan_whole_branches(branches, limit)
        for positions, edge in scanned:
            found.update(positions)
            edges += [] if edge is None else [edge]
        if not edges:
            whole = sorted(found, reverse=not self._is_upwards)
            return whole[:limit], whole[limit - 1] if len(whole) > limit else None
        edge = min(edges) if self._is_upwards else max(edges)
        seen = [each for each in found if (each <= edge if self._is_upwards else each >= edge)]
        whole = sorted(seen, reverse=not self._is_upwards)[:limit]
        return whole, whole[-1] if len(whole) == limit else edge

    def _share(self, branches: list[_Branch]) -> int:
        return max(self._budget // len(branches), 1)

    def _driver(self) -> tuple[Choice | None, list[_Branch]]:
        if self._tx.dialect.name == "postgresql":  # a plan made for any value reads all for a value that is seldom
            self._tx.execute(sa.text("SET LOCAL plan_cache_mode = force_custom_plan"))
        drivers = sorted(filter(_can_drive, self._criteria.choices), key=lambda each: _SELDOM.index(each.columns[0]))
        if not drivers:
            return None, [_Branch()]
        if len(drivers) > 1:
            for choice in drivers:
                branches = _branches(choice)
                if all(self._edge(branch, self._share(branches)) is None for branch in branches):
                    return choice, branches
        return drivers[0], _branches(drivers[0])

    def _scan_whole_branches(self, branches: list[_Branch], limit: int) -> list[tuple[list[int], int | None]]:
        """The same as :meth:`_scan_branch` where nothing else is asked for: of all branches in one statement."""
        stretches = [self._stretch(branch).limit(limit).subquery(f"branch_{at}") for at, branch in enumerate(branches)]
        numbered = [sa.select(sa.literal_column(f"{at}"), each.c.position) for at, each in enumerate(stretches)]
        scanned: list[list[int]] = [[] for _branch in branches]
        for at, position in self._tx.execute(sa.union_all(*numbered)):
            scanned[at].append(position)
        last = max if self._is_upwards else min
        return [(each, last(each) if len(each) == limit else None) for each in scanned]

    def _scan_branch(
        self, driver: Choice | None, branch: _Branch, limit: int, share: int
    ) -> tuple[list[int], int | None]:
        """What matches in one branch, and the last position looked at; None if it was looked at to its end."""
        needed = [trail_search.c[name] for name in sorted(self._columns(driver))]
        inner = self._stretch(branch, *needed).limit(share).subquery("candidates")
        query = sa.select(inner.c.position).where(*self._rest(driver, inner))
        query = query.order_by(inner.c.position if self._is_upwards else inner.c.position.desc()).limit(limit)
        positions = list(self._tx.execute(query).scalars())
        return positions, positions[-1] if len(positions) == limit else self._edge(branch, share)

    def _edge(self, branch: _Branch, share: int) -> int | None:
        """The last position that the branch's share holds, if the branch is as long as that. The index alone knows."""
        found: int | None = self._tx.execute(self._stretch(branch).offset(share - 1).limit(1)).scalar_one_or_none()
        return found

    def _stretch(self, branch: _Branch, *more: sa.Column[Any]) -> sa.Select[Any]:
        """The positions of a branch in order, with ``more`` columns."""
        position, limits = trail_search.c.position, self._limits
        query: sa.Select[Any] = sa.select(position, *more)
        if branch.column:
            query = query.where(trail_search.c[branch.column] == branch.value)
            if branch.column in SELDOM_CONDITIONS:
                query = query.where(sa.text(SELDOM_CONDITIONS[branch.column]))
        if limits.first > 0:
            query = query.where(position >= limits.first)
        if limits.end < END:
            query = query.where(position < limits.end)
        return query.order_by(position if self._is_upwards else position.desc())

    def _columns(self, driver: Choice | None) -> set[str]:
        """What the other conditions look at."""
        criteria = self._criteria
        named = {name for choice in criteria.choices if choice is not driver for name in choice.columns}
        named |= {"time"} if criteria.clocks else set()
        named |= {"event", "outcome", "view_id"} if criteria.intents else set()
        return named | ({"reason_category", "place_source"} if criteria.words else set())

    def _rest(self, driver: Choice | None, columns: sa.FromClause) -> Iterator[sa.ColumnElement[bool]]:
        """What the driver and the ends of the stretch do not see to."""
        yield from conditions_of(self._criteria, besides=driver, columns=columns)
        position = columns.c.position
        for first, end in self._limits.gaps:
            yield sa.or_(position < first, position >= end)
        for spans in self._limits.spans:
            yield sa.or_(*(sa.and_(position >= first, position < end) for first, end in spans))


def _can_drive(choice: Choice) -> bool:
    """An index of its values is there. Nearly everything succeeds, so success has none."""
    return (
        not choice.is_excluded
        and len(choice.columns) * len(choice.values) <= _MOST_BRANCHES
        and all(name in _SELDOM for name in choice.columns)
        and not (choice.columns == ("outcome",) and "success" in choice.values)
    )


def _branches(choice: Choice) -> list[_Branch]:
    return [_Branch(column, value) for column in choice.columns for value in choice.values]
