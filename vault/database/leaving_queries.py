"""People who leave, as rows. A leaving changes by its revision; one person has one that is announced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, fields

import sqlalchemy as sa

from vault.database.tables.dossiers import assignments, documents, dossiers
from vault.database.tables.leaving import leavings
from vault.database.tables.teams import team_members
from vault.database.tables.views import views
from vault.database.team_queries import borrowers_through_teams, dossiers_lent_to
from vault.model import Duty, PersonId
from vault.policy.leaving import LeavingState


@dataclass(frozen=True, slots=True)
class LeavingRecord:
    """One leaving. ``ends_at`` is the first moment after ``last_day`` in ``timezone``."""

    id: str
    person_id: PersonId
    successor_id: PersonId | None
    state: LeavingState
    last_day: dt.date
    timezone: str
    ends_at: dt.datetime
    announced_by: PersonId
    announced_at: dt.datetime
    changed_at: dt.datetime
    ended_at: dt.datetime | None = None
    revision: int = 1


def _leaving(row: sa.Row[tuple[object, ...]]) -> LeavingRecord:
    stored = dict(row._mapping)
    stored["state"] = LeavingState(stored["state"])
    stored["last_day"] = dt.date.fromisoformat(stored["last_day"])
    return LeavingRecord(**stored)


def _values(leaving: LeavingRecord) -> dict[str, object]:
    values = {each.name: getattr(leaving, each.name) for each in fields(leaving)}
    return values | {"state": leaving.state.value, "last_day": leaving.last_day.isoformat()}


def store_leaving(tx: sa.Connection, leaving: LeavingRecord) -> None:
    """IntegrityError when the person has one that is announced."""
    tx.execute(sa.insert(leavings).values(_values(leaving)))


def replace_leaving(tx: sa.Connection, leaving: LeavingRecord, *, revision: int) -> bool:
    """Stores it if its stored revision is still ``revision``; False if somebody was faster."""
    change = sa.update(leavings).where(leavings.c.id == leaving.id, leavings.c.revision == revision)
    return tx.execute(change.values({**_values(leaving), "revision": revision + 1})).rowcount == 1


def load_leaving(tx: sa.Connection, leaving_id: str) -> LeavingRecord | None:
    row = tx.execute(sa.select(leavings).where(leavings.c.id == leaving_id)).one_or_none()
    return _leaving(row) if row else None


def load_leavings(tx: sa.Connection, leaving_ids: Collection[str]) -> dict[str, LeavingRecord]:
    found = map(_leaving, tx.execute(sa.select(leavings).where(leavings.c.id.in_(leaving_ids))))
    return {each.id: each for each in found}


def announced_leaving(tx: sa.Connection, person_id: str) -> LeavingRecord | None:
    """The leaving of a person that is announced and not finished."""
    query = sa.select(leavings).where(leavings.c.person_id == person_id)
    row = tx.execute(query.where(leavings.c.state == LeavingState.ANNOUNCED.value)).one_or_none()
    return _leaving(row) if row else None


def newest_leaving(tx: sa.Connection, person_id: str) -> LeavingRecord | None:
    """The last leaving of a person, whatever became of it."""
    query = sa.select(leavings).where(leavings.c.person_id == person_id)
    row = tx.execute(query.order_by(leavings.c.announced_at.desc(), leavings.c.id).limit(1)).one_or_none()
    return _leaving(row) if row else None


def list_leavings(tx: sa.Connection, *, limit: int) -> list[LeavingRecord]:
    """Those that are announced, the next to leave first, then the others, the last that ended first."""
    is_over = sa.case((leavings.c.state == LeavingState.ANNOUNCED.value, 0), else_=1)
    when = sa.case((leavings.c.state == LeavingState.ANNOUNCED.value, leavings.c.ends_at), else_=-leavings.c.changed_at)
    return [
        _leaving(row) for row in tx.execute(sa.select(leavings).order_by(is_over, when, leavings.c.id).limit(limit))
    ]


def due_leavings(tx: sa.Connection, *, now: dt.datetime, limit: int) -> list[LeavingRecord]:
    """Those whose last day is over and of which something may still be open."""
    query = sa.select(leavings).where(leavings.c.state == LeavingState.ANNOUNCED.value, leavings.c.ends_at <= now)
    return [_leaving(row) for row in tx.execute(query.order_by(leavings.c.ends_at, leavings.c.id).limit(limit))]


def colleagues_of(tx: sa.Connection, person_id: PersonId, *, now: dt.datetime) -> dict[PersonId, frozenset[Duty]]:
    """Everybody else who holds a duty now on a dossier on which the person holds one, with those duties.

    By themself or through a team, on both sides.
    """
    holds = sa.and_(
        assignments.c.starts_at <= now, sa.or_(assignments.c.ends_at.is_(None), assignments.c.ends_at > now)
    )
    held = sa.select(assignments.c.dossier_id).where(assignments.c.person_id == person_id, holds)
    theirs = held.union(dossiers_lent_to(person_id, now=now, begun=True)).cte("theirs")
    by_themself = (
        sa.select(assignments.c.person_id, assignments.c.duty)
        .join(theirs, theirs.c.dossier_id == assignments.c.dossier_id)
        .where(assignments.c.person_id != person_id, holds)
    )
    through_teams = borrowers_through_teams(theirs, now=now).where(team_members.c.person_id != person_id)
    found: dict[PersonId, frozenset[Duty]] = {}
    for row in tx.execute(by_themself.union(through_teams)):
        known = found.get(PersonId(row.person_id), frozenset())
        found[PersonId(row.person_id)] = known | {Duty(row.duty)}
    return found


@dataclass(frozen=True, slots=True)
class SeenCount:
    """Views that were opened, of how many documents in how many dossiers."""

    views: int
    documents: int
    dossiers: int


def count_seen(tx: sa.Connection, person_id: PersonId, *, since: dt.datetime) -> SeenCount:
    """What a person opened since then, claims that were returned left out."""
    query = (
        sa.select(
            sa.func.count().label("views"),
            sa.func.count(sa.distinct(views.c.document_id)).label("documents"),
            sa.func.count(sa.distinct(documents.c.dossier_id)).label("dossiers"),
        )
        .select_from(views)
        .join(documents, documents.c.id == views.c.document_id)
        .join(dossiers, dossiers.c.id == documents.c.dossier_id)
        .where(views.c.person_id == person_id, views.c.opened_at >= since, views.c.claim_returned.is_(False))
    )
    row = tx.execute(query).one()
    return SeenCount(row.views, row.documents, row.dossiers)
