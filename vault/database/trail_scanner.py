"""Walks one index of ``trail_search`` in order of position, and tries what else is asked for on what it meets.

The choice that *drives* is one whose candidates the budget holds, so that the answer is whole; else the one that has
the fewest as a rule. Each of its values is a branch. What the branches find is whole down to the nearest place where
one of them stopped for its share of the budget.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from vault.database.tables.ledger import SELDOM_CONDITIONS, trail_search
from vault.database.trail_criteria import Choice, SearchCriteria, conditions_of

END = 2**62
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

    def rows(self, columns: Sequence[sa.Column[Any]], *, limit: int) -> tuple[list[sa.Row[Any]], int | None]:
        """What matches, in order, and the last position looked at if there is more behind it.

        ``columns`` begin with the position.
        """
        limits, choices = self._limits, self._criteria.choices
        if limits.first >= limits.end or any(not each.is_excluded and not each.values for each in choices):
            return [], None
        driver, branches = self._driver()
        found: dict[int, sa.Row[Any]] = {}
        edges = []
        for branch in branches:
            rows, edge = self._scan_branch(columns, driver, branch, limit, self._share(branches))
            found |= {row[0]: row for row in rows}
            edges += [] if edge is None else [edge]
        order = sorted(found, reverse=not self._is_upwards)
        if not edges:
            whole = [found[position] for position in order]
            return whole[:limit], whole[limit - 1][0] if len(whole) > limit else None
        edge = min(edges) if self._is_upwards else max(edges)
        whole = [found[each] for each in order if (each <= edge if self._is_upwards else each >= edge)][:limit]
        return whole, whole[-1][0] if len(whole) == limit else edge

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

    def _scan_branch(
        self, columns: Sequence[sa.Column[Any]], driver: Choice | None, branch: _Branch, limit: int, share: int
    ) -> tuple[list[sa.Row[Any]], int | None]:
        """The rows of one branch, and the last position looked at; None if it was looked at to its end."""
        if not any(True for _condition in self._rest(driver, trail_search)):
            rows = list(self._tx.execute(self._stretch(branch, columns).limit(limit)))
            return rows, rows[-1][0] if len(rows) == limit else None
        inner = self._stretch(branch, list(trail_search.c)).limit(share).subquery("candidates")
        query = sa.select(*(inner.c[column.name] for column in columns)).where(*self._rest(driver, inner))
        query = query.order_by(inner.c.position if self._is_upwards else inner.c.position.desc()).limit(limit)
        rows = list(self._tx.execute(query))
        return rows, rows[-1][0] if len(rows) == limit else self._edge(branch, share)

    def _edge(self, branch: _Branch, share: int) -> int | None:
        """The last position that the branch's share holds, if the branch is as long as that. The index alone knows."""
        query = self._stretch(branch, [trail_search.c.position]).offset(share - 1).limit(1)
        found: int | None = self._tx.execute(query).scalar_one_or_none()
        return found

    def _stretch(self, branch: _Branch, columns: Sequence[sa.Column[Any]]) -> sa.Select[Any]:
        position, limits = trail_search.c.position, self._limits
        query: sa.Select[Any] = sa.select(*columns)
        if branch.column:
            query = query.where(trail_search.c[branch.column] == branch.value)
            if branch.column in SELDOM_CONDITIONS:
                query = query.where(sa.text(SELDOM_CONDITIONS[branch.column]))
        if limits.first > 0:
            query = query.where(position >= limits.first)
        if limits.end < END:
            query = query.where(position < limits.end)
        return query.order_by(position if self._is_upwards else position.desc())

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
