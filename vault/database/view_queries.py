"""Views and the quota they are claimed from, as rows.

A claim is one conditional update: read-then-write granted 64 views of 10 when it was tried. The quota row is locked
first, so that opening the same document twice in one session is decided one after the other.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database.day_queries import return_to_day
from vault.database.tables.dossiers import documents, dossiers
from vault.database.tables.people import people
from vault.database.tables.views import view_pages, view_quotas, views
from vault.database.upserts import insert_or_ignore
from vault.model import DocumentId, EntryId, PersonId, SessionId, VersionId, ViewId

# Built once, since every page of every view asks them.
_VIEW = sa.select(views).where(views.c.id == sa.bindparam("view_id"))
_COUNT_PAGE = (
    sa.update(views)
    .where(views.c.id == sa.bindparam("view_id"), views.c.ended_at.is_(None), views.c.expires_at > sa.bindparam("now"))
    .values(pages_delivered=views.c.pages_delivered + 1)
)


@dataclass(frozen=True, slots=True)
class QuotaKey:
    """Whose quota of what: ``version_number`` 0 counts the document across its versions."""

    person_id: PersonId
    document_id: DocumentId
    version_number: int


@dataclass(frozen=True, slots=True)
class QuotaState:
    """Views that were ``used``, ``granted_used`` of them taken from top-ups, and how many were ``granted`` in all."""

    used: int
    granted: int
    granted_used: int = 0

    def by_policy(self, limit: int) -> int:
        """How many views the policy gives, whose limit is ``limit`` now: never fewer than were opened by it.

        A limit that was lowered meanwhile takes nothing of what was granted beside it.
        """
        return max(limit, self.used - self.granted_used)

    def allowed(self, limit: int, *, elsewhere: int = 0) -> int:
        """All views, ``elsewhere`` of the limit being used by the person's other accounts."""
        return self.by_policy(limit - elsewhere) + elsewhere + self.granted


@dataclass(frozen=True, slots=True)
class ViewRecord:
    id: ViewId
    person_id: PersonId
    session_id: SessionId
    document_id: DocumentId
    version_id: VersionId
    quota_version: int
    idempotency_key: str
    number: int
    allowed: int
    opened_at: dt.datetime
    expires_at: dt.datetime
    wrapped_key: bytes | None
    place_label: str
    pages_delivered: int
    claim_returned: bool
    ended_at: dt.datetime | None
    end_cause: str
    ended_by: PersonId | None
    opening_entry: EntryId
    pack_object: str
    is_granted: bool = False
    """Taken from an approved top-up."""
    day: str = ""
    day_class: str = ""
    """The day and the class that it was counted in."""
    distinct_pages: int = 0

    def is_live(self, now: dt.datetime) -> bool:
        return self.ended_at is None and now < self.expires_at

    @property
    def quota_key(self) -> QuotaKey:
        return QuotaKey(self.person_id, self.document_id, self.quota_version)


@dataclass(frozen=True, slots=True)
class LiveView:
    """A live view beside the names that a security officer needs."""

    view: ViewRecord
    person_name: str
    staff_number: str
    dossier_reference: str


def _view(row: sa.Row[tuple[object, ...]]) -> ViewRecord:
    return ViewRecord(**row._mapping)


def _of(key: QuotaKey) -> sa.ColumnElement[bool]:
    return sa.and_(
        view_quotas.c.person_id == key.person_id,
        view_quotas.c.document_id == key.document_id,
        view_quotas.c.version_number == key.version_number,
    )


def _quota_row(key: QuotaKey) -> dict[str, object]:
    return {
        "person_id": key.person_id,
        "document_id": key.document_id,
        "version_number": key.version_number,
        "used": 0,
        "granted": 0,
    }


def lock_quota(tx: sa.Connection, key: QuotaKey) -> QuotaState:
    """The quota with its row held until the transaction ends."""
    insert_or_ignore(tx, view_quotas, _quota_row(key))
    query = sa.select(view_quotas.c.used, view_quotas.c.granted).where(_of(key)).with_for_update()
    row = tx.execute(query).one()
    return QuotaState(used=row.used, granted=row.granted)


def quota_state(tx: sa.Connection, key: QuotaKey) -> QuotaState:
    query = sa.select(view_quotas.c.used, view_quotas.c.granted, _granted_used()).where(_of(key))
    row = tx.execute(query).one_or_none()
    return QuotaState(row.used, row.granted, row.granted_used) if row else QuotaState(used=0, granted=0)


def quotas_of_person(
    tx: sa.Connection, person_id: PersonId, document_ids: list[DocumentId]
) -> dict[QuotaKey, QuotaState]:
    query = sa.select(view_quotas, _granted_used()).where(
        view_quotas.c.person_id == person_id, view_quotas.c.document_id.in_(document_ids)
    )
    return {
        QuotaKey(person_id, DocumentId(row.document_id), row.version_number): QuotaState(
            row.used, row.granted, row.granted_used
        )
        for row in tx.execute(query)
    }


def _granted_used() -> sa.Label[int]:
    """Beside a row of a quota: its views that were taken from top-ups, those whose claim was returned left out."""
    counted = (
        sa.select(sa.func.count())
        .where(
            views.c.person_id == view_quotas.c.person_id,
            views.c.document_id == view_quotas.c.document_id,
            views.c.quota_version == view_quotas.c.version_number,
            views.c.is_granted.is_(True),
            views.c.claim_returned.is_(False),
        )
        .correlate(view_quotas)
    )
    return counted.scalar_subquery().label("granted_used")


def claim_one(tx: sa.Connection, key: QuotaKey, *, allowed_by_policy: int) -> int | None:
    """Takes one view from the quota; its number, or None when all are used."""
    change = (
        sa.update(view_quotas)
        .where(_of(key), view_quotas.c.used < allowed_by_policy + view_quotas.c.granted)
        .values(used=view_quotas.c.used + 1)
        .returning(view_quotas.c.used)
    )
    number = tx.execute(change).scalar_one_or_none()
    return None if number is None else int(number)


def count_one(tx: sa.Connection, key: QuotaKey) -> None:
    """Adds to the views that were ever used, where another count limits them."""
    tx.execute(sa.update(view_quotas).where(_of(key)).values(used=view_quotas.c.used + 1))


def return_claim(tx: sa.Connection, view: ViewRecord, *, freed_key: str) -> bool:
    """Gives the claim of a view back, once, and only if no page of it was ever delivered.

    The view's idempotency key becomes ``freed_key``, which nobody else has: whoever sends the same click again opens
    anew, instead of being told that a view is over which never began.
    """
    change = (
        sa.update(views)
        .where(views.c.id == view.id, views.c.pages_delivered == 0, views.c.claim_returned.is_(False))
        .values(claim_returned=True, idempotency_key=freed_key)
    )
    if tx.execute(change).rowcount != 1:
        return False
    tx.execute(sa.update(view_quotas).where(_of(view.quota_key)).values(used=view_quotas.c.used - 1))
    return_to_day(tx, view.person_id, view.day, view.day_class)
    return True


def grant_views(tx: sa.Connection, key: QuotaKey, *, views_granted: int) -> None:
    """Adds to what was granted beyond the policy; takes away when negative."""
    insert_or_ignore(tx, view_quotas, _quota_row(key))
    tx.execute(sa.update(view_quotas).where(_of(key)).values(granted=view_quotas.c.granted + views_granted))


def store_view(tx: sa.Connection, view: ViewRecord) -> None:
    tx.execute(sa.insert(views).values({name: getattr(view, name) for name in ViewRecord.__slots__}))


def load_view(tx: sa.Connection, view_id: str) -> ViewRecord | None:
    row = tx.execute(_VIEW, {"view_id": view_id}).one_or_none()
    return _view(row) if row else None


def find_view_by_key(tx: sa.Connection, person_id: PersonId, idempotency_key: str) -> ViewRecord | None:
    query = sa.select(views).where(views.c.person_id == person_id, views.c.idempotency_key == idempotency_key)
    row = tx.execute(query).one_or_none()
    return _view(row) if row else None


def views_of(tx: sa.Connection, person_id: PersonId, document_id: DocumentId, *, limit: int) -> list[ViewRecord]:
    """The person's views of the document, newest first."""
    query = sa.select(views).where(views.c.person_id == person_id, views.c.document_id == document_id)
    return [_view(row) for row in tx.execute(query.order_by(views.c.opened_at.desc()).limit(limit))]


def find_live_view(
    tx: sa.Connection, *, session_id: SessionId, document_id: DocumentId, now: dt.datetime
) -> ViewRecord | None:
    query = (
        sa.select(views)
        .where(views.c.session_id == session_id, views.c.document_id == document_id)
        .where(views.c.ended_at.is_(None), views.c.expires_at > now)
        .order_by(views.c.opened_at.desc())
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    return _view(row) if row else None


def keep_view_key(
    tx: sa.Connection, view_id: ViewId, *, wrapped_key: bytes, pack_object: str, now: dt.datetime
) -> bool:
    """Stores the key wrapped for the session and the object that it opens, unless the view has ended or has one."""
    change = (
        sa.update(views)
        .where(views.c.id == view_id, views.c.wrapped_key.is_(None))
        .where(views.c.ended_at.is_(None), views.c.expires_at > now)
        .values(wrapped_key=wrapped_key, pack_object=pack_object)
    )
    return tx.execute(change).rowcount == 1


def count_page(tx: sa.Connection, view_id: ViewId, *, now: dt.datetime) -> bool:
    """Counts a page about to leave; False if the view ended meanwhile, and then the page must not leave."""
    return tx.execute(_COUNT_PAGE, {"view_id": view_id, "now": now}).rowcount == 1


def count_distinct_page(tx: sa.Connection, view_id: ViewId, page_number: int, *, most: int) -> bool:
    """Whether the page was delivered in this view before, or is one of the ``most`` different ones that may be.

    Where it is not, the caller must undo the transaction.
    """
    if not insert_or_ignore(tx, view_pages, {"view_id": view_id, "page_number": page_number}):
        return True
    change = sa.update(views).where(views.c.id == view_id, views.c.distinct_pages < most)
    return tx.execute(change.values(distinct_pages=views.c.distinct_pages + 1)).rowcount == 1


def end_view(
    tx: sa.Connection, view_id: ViewId, *, now: dt.datetime, cause: str, ended_by: PersonId | None = None
) -> bool:
    """Ends the view and deletes its key; False if it had ended before."""
    return _end(tx, views.c.id == view_id, now=now, cause=cause, ended_by=ended_by)


def end_keyless_view(
    tx: sa.Connection, view_id: ViewId, *, now: dt.datetime, cause: str, ended_by: PersonId | None = None
) -> bool:
    """Ends the view if it was never given its key; False if it was, or had ended before."""
    keyless = sa.and_(views.c.id == view_id, views.c.wrapped_key.is_(None))
    return _end(tx, keyless, now=now, cause=cause, ended_by=ended_by)


def _end(
    tx: sa.Connection, which: sa.ColumnElement[bool], *, now: dt.datetime, cause: str, ended_by: PersonId | None
) -> bool:
    change = sa.update(views).where(which, views.c.ended_at.is_(None))
    ended = tx.execute(change.values(ended_at=now, end_cause=cause, ended_by=ended_by, wrapped_key=None))
    return ended.rowcount == 1


def unended_views(
    tx: sa.Connection,
    *,
    person_id: PersonId | None = None,
    session_ids: list[SessionId] | None = None,
    dossier_id: str | None = None,
) -> list[ViewRecord]:
    """Views not ended yet, expired ones included, of a person, of sessions, or of a dossier's documents."""
    query = sa.select(views).where(views.c.ended_at.is_(None))
    if person_id is not None:
        query = query.where(views.c.person_id == person_id)
    if session_ids is not None:
        query = query.where(views.c.session_id.in_(session_ids))
    if dossier_id is not None:
        of_dossier = sa.select(documents.c.id).where(documents.c.dossier_id == dossier_id)
        query = query.where(views.c.document_id.in_(of_dossier))
    return [_view(row) for row in tx.execute(query)]


def unended_views_of_class(tx: sa.Connection, classification: str) -> list[ViewRecord]:
    """Views not ended yet of the documents in dossiers of a class."""
    of_class = (
        sa.select(documents.c.id)
        .join(dossiers, dossiers.c.id == documents.c.dossier_id)
        .where(dossiers.c.classification == classification)
    )
    query = sa.select(views).where(views.c.ended_at.is_(None), views.c.document_id.in_(of_class))
    return [_view(row) for row in tx.execute(query)]


def expired_views(tx: sa.Connection, *, now: dt.datetime, limit: int) -> list[ViewRecord]:
    query = sa.select(views).where(views.c.ended_at.is_(None), views.c.expires_at <= now).limit(limit)
    return [_view(row) for row in tx.execute(query)]


def unkeyed_views(tx: sa.Connection, *, opened_before: dt.datetime, limit: int) -> list[ViewRecord]:
    """Views whose opening was cut off between the trail entry and the key."""
    query = (
        sa.select(views)
        .where(views.c.ended_at.is_(None), views.c.wrapped_key.is_(None), views.c.opened_at < opened_before)
        .limit(limit)
    )
    return [_view(row) for row in tx.execute(query)]


def list_live_views(tx: sa.Connection, *, now: dt.datetime) -> list[LiveView]:
    query = (
        sa.select(views, people.c.name, people.c.staff_number, dossiers.c.reference)
        .join(people, people.c.id == views.c.person_id)
        .join(documents, documents.c.id == views.c.document_id)
        .join(dossiers, dossiers.c.id == documents.c.dossier_id)
        .where(views.c.ended_at.is_(None), views.c.expires_at > now)
        .order_by(views.c.opened_at.desc())
    )
    return [
        LiveView(
            view=ViewRecord(**{name: row._mapping[name] for name in ViewRecord.__slots__}),
            person_name=row.name,
            staff_number=row.staff_number,
            dossier_reference=row.reference,
        )
        for row in tx.execute(query)
    ]
