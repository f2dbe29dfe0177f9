"""Grants as rows, with how often they were used and by which views.

Whoever uses or ends a grant holds its quota row first (:func:`vault.database.view_queries.lock_quota`), so that a use
and an end at the same moment come one after the other. What a grant of views adds to its quota is added when it is
given; what of it is unused when it ends is taken away again. So the quota always holds what is left and what was used.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import sqlalchemy as sa

from vault.database.tables.dossiers import documents
from vault.database.tables.requests import grant_uses, grants
from vault.database.tables.views import views
from vault.database.view_queries import QuotaKey, ViewRecord, grant_views
from vault.model import DocumentId, DossierId, PersonId, RequestId, ViewId
from vault.policy.granting import GrantKind, GrantState, GrantTimes

_LIVE = (
    sa.select(grants)
    .where(grants.c.person_id == sa.bindparam("person_id"), grants.c.document_id == sa.bindparam("document_id"))
    .where(grants.c.ended_at.is_(None))
    .order_by(grants.c.given_at, grants.c.request_id)
)  # built once: every page of every view asks it


@dataclass(frozen=True, slots=True)
class GrantRecord:
    """What was granted for a request: ``amount`` views, copies, minutes or days, of which ``used`` views or copies."""

    request_id: RequestId
    kind: GrantKind
    person_id: PersonId
    document_id: DocumentId
    quota_version: int
    amount: int
    used: int
    given_at: dt.datetime
    use_by: dt.datetime
    lasts_days: int
    first_used_at: dt.datetime | None
    ends_at: dt.datetime | None
    ended_at: dt.datetime | None
    end_cause: str
    ended_by: PersonId | None
    end_note_sealed: bytes | None

    @property
    def quota_key(self) -> QuotaKey:
        return QuotaKey(self.person_id, self.document_id, self.quota_version)

    @property
    def left(self) -> int:
        """How many views or copies are left."""
        return self.amount - self.used

    def state(self, now: dt.datetime) -> GrantState:
        """How it stands, whether or not the sweep has come by."""
        if self.ended_at is not None:
            return GrantState(self.end_cause)
        by_clock = GrantTimes(self.use_by, self.first_used_at, self.ends_at).state(now)
        is_spent = self.kind.is_counted and self.left == 0
        if self.kind is GrantKind.EMERGENCY and not is_spent and now >= self.use_by:
            return GrantState.LAPSED  # a view that failed and gave it back makes it no longer
        return GrantState.SPENT if by_clock is GrantState.RUNNING and is_spent else by_clock


def _grant(row: sa.Row[tuple[object, ...]]) -> GrantRecord:
    stored = dict(row._mapping)
    stored["kind"] = GrantKind(stored["kind"])
    return GrantRecord(**stored)


def store_grant(tx: sa.Connection, grant: GrantRecord) -> None:
    """The grant; one of views counts in its quota from now on."""
    values = {name: getattr(grant, name) for name in GrantRecord.__slots__}
    tx.execute(sa.insert(grants).values({**values, "kind": grant.kind.value}))
    if grant.kind.adds_views:
        grant_views(tx, grant.quota_key, views_granted=grant.amount)


def load_grant(tx: sa.Connection, request_id: str) -> GrantRecord | None:
    row = tx.execute(sa.select(grants).where(grants.c.request_id == request_id)).one_or_none()
    return _grant(row) if row else None


def unended_grants_on(tx: sa.Connection, person_id: PersonId, document_id: DocumentId) -> list[GrantRecord]:
    """Grants of the person for the document that were not ended yet, oldest first; the caller looks at the time."""
    rows = tx.execute(_LIVE, {"person_id": person_id, "document_id": document_id})
    return [_grant(row) for row in rows]


def grants_of_person(
    tx: sa.Connection, person_id: PersonId, *, ended: bool, limit: int, offset: int = 0
) -> list[GrantRecord]:
    """Newest first."""
    query = sa.select(grants).where(grants.c.person_id == person_id)
    query = query.where(grants.c.ended_at.is_not(None) if ended else grants.c.ended_at.is_(None))
    ordered = query.order_by(grants.c.given_at.desc(), grants.c.request_id).limit(limit).offset(offset)
    return [_grant(row) for row in tx.execute(ordered)]


def unended_grants_of_person(tx: sa.Connection, person_id: PersonId) -> list[GrantRecord]:
    query = sa.select(grants).where(grants.c.person_id == person_id, grants.c.ended_at.is_(None))
    return [_grant(row) for row in tx.execute(query.order_by(grants.c.given_at))]


def grants_of_dossier(tx: sa.Connection, dossier_id: DossierId) -> list[GrantRecord]:
    """Every grant for a document of the dossier, ended ones included."""
    of_dossier = sa.select(documents.c.id).where(documents.c.dossier_id == dossier_id)
    return [_grant(row) for row in tx.execute(sa.select(grants).where(grants.c.document_id.in_(of_dossier)))]


def outdated_grants(tx: sa.Connection, *, now: dt.datetime, limit: int) -> list[GrantRecord]:
    """Grants whose time ran out and that nobody has ended yet."""
    unused = sa.and_(grants.c.ends_at.is_(None), grants.c.use_by <= now)
    query = sa.select(grants).where(grants.c.ended_at.is_(None), sa.or_(unused, grants.c.ends_at <= now))
    return [_grant(row) for row in tx.execute(query.limit(limit))]


def use_grant(tx: sa.Connection, grant: GrantRecord, *, now: dt.datetime, takes_one: bool) -> GrantRecord | None:
    """Starts its clock if it stands still, and takes one of its amount if asked to; None if it is over or spent."""
    first = grant.first_used_at or now
    ends_at = grant.ends_at or now + dt.timedelta(days=grant.lasts_days)
    change = sa.update(grants).where(grants.c.request_id == grant.request_id, grants.c.ended_at.is_(None))
    change = change.where(sa.or_(grants.c.ends_at > now, sa.and_(grants.c.ends_at.is_(None), grants.c.use_by > now)))
    values: dict[str, object] = {
        "first_used_at": sa.func.coalesce(grants.c.first_used_at, _millis(first)),
        "ends_at": sa.func.coalesce(grants.c.ends_at, _millis(ends_at)),
    }
    if takes_one:
        change = change.where(grants.c.used < grants.c.amount)
        values["used"] = grants.c.used + 1
    if tx.execute(change.values(values)).rowcount != 1:
        return None
    return replace(grant, first_used_at=first, ends_at=ends_at, used=grant.used + takes_one)


def return_use(tx: sa.Connection, request_id: RequestId) -> None:
    """Gives one of a grant's amount back; its clock goes on."""
    tx.execute(sa.update(grants).where(grants.c.request_id == request_id).values(used=grants.c.used - 1))


def note_use(tx: sa.Connection, request_id: RequestId, view_id: ViewId, *, taken: bool) -> None:
    tx.execute(sa.insert(grant_uses).values(request_id=request_id, view_id=view_id, taken=taken))


def give_back(tx: sa.Connection, view: ViewRecord) -> None:
    """What the view took from a grant, when its claim returns; from an ended grant it leaves the quota as well.

    The caller holds the quota's row.
    """
    uses = sa.select(grant_uses.c.request_id).where(grant_uses.c.view_id == view.id, grant_uses.c.taken.is_(True))
    for request_id in tx.execute(uses).scalars().all():
        grant = load_grant(tx, request_id)
        assert grant is not None
        return_use(tx, grant.request_id)
        if grant.ended_at is not None and grant.kind.adds_views:
            grant_views(tx, grant.quota_key, views_granted=-1)
    of_view = sa.update(grant_uses).where(grant_uses.c.view_id == view.id)
    tx.execute(of_view.values(taken=False))


def end_grant(
    tx: sa.Connection,
    grant: GrantRecord,
    *,
    cause: GrantState,
    now: dt.datetime,
    ended_by: PersonId | None = None,
    note_sealed: bytes | None = None,
) -> bool:
    """Ends it for good and takes what is left of it out of its quota; False if it had ended before.

    The caller holds the quota's row and has read the grant since.
    """
    change = (
        sa.update(grants)
        .where(grants.c.request_id == grant.request_id, grants.c.ended_at.is_(None))
        .values(ended_at=now, end_cause=cause.value, ended_by=ended_by, end_note_sealed=note_sealed)
        .returning(grants.c.amount - grants.c.used)
    )
    left = tx.execute(change).scalar_one_or_none()
    if left is None:
        return False
    if grant.kind.adds_views:
        grant_views(tx, grant.quota_key, views_granted=-int(left))
    return True


def views_through(tx: sa.Connection, request_id: RequestId) -> list[ViewRecord]:
    """Every view that used the grant, oldest first."""
    query = (
        sa.select(views)
        .join(grant_uses, grant_uses.c.view_id == views.c.id)
        .where(grant_uses.c.request_id == request_id)
        .order_by(views.c.opened_at)
    )
    return [ViewRecord(**row._mapping) for row in tx.execute(query)]


def view_ids_through(tx: sa.Connection, request_id: RequestId) -> frozenset[ViewId]:
    """The ids of the same views."""
    uses = sa.select(grant_uses.c.view_id).where(grant_uses.c.request_id == request_id)
    return frozenset(ViewId(each) for each in tx.execute(uses).scalars())


def set_end_note(tx: sa.Connection, request_id: RequestId, note_sealed: bytes) -> None:
    """The same words sealed anew."""
    tx.execute(sa.update(grants).where(grants.c.request_id == request_id).values(end_note_sealed=note_sealed))


def empty_end_notes(tx: sa.Connection, dossier_id: DossierId) -> None:
    of_dossier = sa.select(documents.c.id).where(documents.c.dossier_id == dossier_id)
    tx.execute(sa.update(grants).where(grants.c.document_id.in_(of_dossier)).values(end_note_sealed=None))


def _millis(moment: dt.datetime) -> sa.ColumnElement[dt.datetime]:
    return sa.literal(moment, type_=grants.c.use_by.type)
