"""How a quota stands where only views within a window count, or all of them.

Within a window nothing is stored but the views themselves; they are counted while the quota's row is locked
(:func:`~vault.database.view_queries.lock_quota`), so that of two openings at once the second counts the first. A view
that was taken from a top-up is never taken from it again, however old it grows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database import view_queries
from vault.database.tables.views import view_quotas, views
from vault.database.view_queries import QuotaKey, QuotaState
from vault.model import DocumentId, PersonId


@dataclass(frozen=True, slots=True)
class WindowState:
    """``used`` views of the window in all, ``used_by_policy`` of them not from a top-up; ``granted`` are those of
    top-ups that are left or were used in the window; ``oldest`` is when the first one was opened that will fall out."""

    used: int
    used_by_policy: int
    granted: int
    oldest: dt.datetime | None

    @property
    def as_quota(self) -> QuotaState:
        return QuotaState(self.used, self.granted, self.used - self.used_by_policy)


def quota_standing(tx: sa.Connection, key: QuotaKey, *, since: dt.datetime | None) -> QuotaState:
    """Used and granted views, those opened until ``since`` left out; None counts all."""
    if since is None:
        return view_queries.quota_state(tx, key)
    window = window_state(tx, key, since=since)
    return window.as_quota


def quota_standings(
    tx: sa.Connection, person_id: PersonId, document_ids: list[DocumentId], *, since: dt.datetime | None
) -> dict[QuotaKey, QuotaState]:
    """As :func:`quota_standing` for every quota that the person has of these documents."""
    all_of_them = view_queries.quotas_of_person(tx, person_id, document_ids)
    if since is None:
        return all_of_them
    counted = _counted(tx, since, views.c.person_id == person_id, views.c.document_id.in_(document_ids))
    return {
        key: window.as_quota
        for key, state in all_of_them.items()
        for window in [_window(counted.get(key), state.granted)]
    }


def window_state(tx: sa.Connection, key: QuotaKey, *, since: dt.datetime) -> WindowState:
    """The quota within the window. To decide by it, lock the quota first."""
    granted = sa.select(view_quotas.c.granted).where(
        view_quotas.c.person_id == key.person_id,
        view_quotas.c.document_id == key.document_id,
        view_quotas.c.version_number == key.version_number,
    )
    counted = _counted(
        tx,
        since,
        views.c.person_id == key.person_id,
        views.c.document_id == key.document_id,
        views.c.quota_version == key.version_number,
    )
    return _window(counted.get(key), tx.execute(granted).scalar_one_or_none() or 0)


@dataclass(frozen=True, slots=True)
class _Count:
    by_policy: int
    by_grant: int
    by_grant_ever: int
    oldest: dt.datetime | None


def _window(count: _Count | None, granted: int) -> WindowState:
    if count is None:
        return WindowState(0, 0, granted, None)
    left = max(0, granted - count.by_grant_ever)
    used = count.by_policy + count.by_grant
    return WindowState(used, count.by_policy, left + count.by_grant, count.oldest)


def _counted(tx: sa.Connection, since: dt.datetime, *which: sa.ColumnElement[bool]) -> dict[QuotaKey, _Count]:
    """Views by quota, those whose claim was returned left out."""
    is_within = views.c.opened_at > since
    by_policy = sa.and_(is_within, views.c.is_granted.is_(False))
    by_grant = sa.and_(is_within, views.c.is_granted.is_(True))
    query = (
        sa.select(
            views.c.person_id,
            views.c.document_id,
            views.c.quota_version,
            _number_of(by_policy).label("by_policy"),
            _number_of(by_grant).label("by_grant"),
            _number_of(views.c.is_granted.is_(True)).label("by_grant_ever"),
            sa.func.min(sa.case((by_policy, views.c.opened_at)), type_=views.c.opened_at.type).label("oldest"),
        )
        .where(views.c.claim_returned.is_(False), *which)
        .group_by(views.c.person_id, views.c.document_id, views.c.quota_version)
    )
    return {
        QuotaKey(PersonId(row.person_id), DocumentId(row.document_id), row.quota_version): _Count(
            row.by_policy, row.by_grant, row.by_grant_ever, row.oldest
        )
        for row in tx.execute(query)
    }


def _number_of(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0), type_=sa.Integer)
