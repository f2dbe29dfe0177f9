"""What a person's other accounts have used of the limits that hold for the person.

Each account keeps its own rows, quotas and days. Whoever takes a view holds those of all the person's accounts first
(:func:`hold_quotas`, :func:`hold_day`), in one order, so that of two accounts at once the second counts the first.
Views that were taken from a top-up count where it was given and nowhere else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database.day_queries import ALL_CLASSES, used_on_day
from vault.database.link_queries import OtherAccounts
from vault.database.tables.views import view_days, view_quotas, views
from vault.database.upserts import insert_or_ignore
from vault.database.view_queries import QuotaKey, lock_quota
from vault.model import Classification, DocumentId, PersonId


@dataclass(frozen=True, slots=True)
class UsedElsewhere:
    """Views through ``linked`` accounts and through ``former`` ones, and when the ``oldest`` of them was opened."""

    linked: int = 0
    former: int = 0
    oldest: dt.datetime | None = None

    def __bool__(self) -> bool:
        return self.all > 0

    @property
    def all(self) -> int:
        return self.linked + self.former

    def within(self, most: int) -> UsedElsewhere:
        """No more than ``most`` of them."""
        linked = min(self.linked, most)
        return UsedElsewhere(linked, min(self.former, most - linked), self.oldest)


NOTHING = UsedElsewhere()
SharedKey = tuple[DocumentId, int]
"""A document, and the version that is counted, or 0."""


def hold_quotas(tx: sa.Connection, key: QuotaKey, others: OtherAccounts) -> None:
    """Locks the quota of the account and of those linked with it until the transaction ends."""
    for each in sorted({key.person_id, *others.linked}):
        lock_quota(tx, QuotaKey(each, key.document_id, key.version_number))


def hold_day(tx: sa.Connection, person_id: PersonId, others: OtherAccounts, day: str, scope: str) -> None:
    """Locks the day of the account and of those linked with it; nothing for an account that stands for itself."""
    for each in sorted({person_id, *others.linked}) if others.linked else ():
        insert_or_ignore(tx, view_days, {"person_id": each, "day": day, "scope": scope, "used": 0})
        tx.execute(sa.select(view_days.c.used).where(*_of_day(each, day, scope)).with_for_update())


def used_elsewhere(
    tx: sa.Connection, others: OtherAccounts, document_ids: Collection[DocumentId], *, since: dt.datetime | None
) -> dict[SharedKey, UsedElsewhere]:
    """By document and counted version, those opened until ``since`` left out; None counts all there ever were."""
    if not others:
        return {}
    found: dict[SharedKey, UsedElsewhere] = {}
    for row in tx.execute(_by_policy(others, document_ids, since)):
        found[DocumentId(row.document_id), row.quota_version] = UsedElsewhere(row.linked, row.former, row.oldest)
    if since is None:
        for key, used in _by_quotas(tx, others, document_ids).items():
            known = found.get(key, NOTHING)
            found[key] = UsedElsewhere(max(known.linked, used), known.former, known.oldest)
    return found


def used_elsewhere_on_day(tx: sa.Connection, others: OtherAccounts, day: str, scope: str) -> int:
    """Views of the day through other accounts: of a class, or of all of them where ``scope`` is empty."""
    used = 0
    if others.linked:
        of_day = (view_days.c.day == day, view_days.c.scope == scope)
        query = sa.select(sa.func.sum(view_days.c.used, type_=sa.Integer))
        used += tx.execute(query.where(view_days.c.person_id.in_(others.linked), *of_day)).scalar_one() or 0
    if others.former:
        query = sa.select(sa.func.count()).where(_by_former(others), views.c.claim_returned.is_(False))
        query = query.where(views.c.day == day, *((views.c.day_class == scope,) if scope else ()))
        used += tx.execute(query).scalar_one()
    return int(used)


def day_standing(
    tx: sa.Connection, person_id: PersonId, others: OtherAccounts, day: str, classification: Classification
) -> tuple[int, int, int]:
    """The person's views of the day: of all classes, of this one; and of the first, those by other accounts."""
    today, of_class = used_on_day(tx, person_id, day, classification)
    elsewhere = used_elsewhere_on_day(tx, others, day, ALL_CLASSES)
    return today + elsewhere, of_class + used_elsewhere_on_day(tx, others, day, classification.value), elsewhere


def _by_policy(
    others: OtherAccounts, document_ids: Collection[DocumentId], since: dt.datetime | None
) -> sa.Select[tuple[str, int, int, int, dt.datetime]]:
    linked, former = views.c.person_id.in_(others.linked), _by_former(others)
    query = sa.select(
        views.c.document_id,
        views.c.quota_version,
        sa.func.sum(sa.case((linked, 1), else_=0), type_=sa.Integer).label("linked"),
        sa.func.sum(sa.case((linked, 0), else_=1), type_=sa.Integer).label("former"),
        sa.func.min(views.c.opened_at, type_=views.c.opened_at.type).label("oldest"),
    ).where(
        views.c.document_id.in_(document_ids),
        views.c.claim_returned.is_(False),
        views.c.is_granted.is_(False),
        sa.or_(linked, former),
    )
    if since is not None:
        query = query.where(views.c.opened_at > since)
    return query.group_by(views.c.document_id, views.c.quota_version)


def _by_former(others: OtherAccounts) -> sa.ColumnElement[bool]:
    """Opened by an account that was linked once, until it was not any more."""
    return sa.or_(
        sa.false(),
        *(
            sa.and_(views.c.person_id == each, views.c.opened_at <= until)
            for each, until in sorted(others.former.items())
        ),
    )


def _by_quotas(tx: sa.Connection, others: OtherAccounts, document_ids: Collection[DocumentId]) -> dict[SharedKey, int]:
    """What the quotas of linked accounts say at least: after a disaster they are restored and the views are not."""
    more = view_quotas.c.used - view_quotas.c.granted
    query = (
        sa.select(view_quotas.c.document_id, view_quotas.c.version_number, sa.func.sum(more, type_=sa.Integer))
        .where(view_quotas.c.person_id.in_(others.linked), view_quotas.c.document_id.in_(document_ids), more > 0)
        .group_by(view_quotas.c.document_id, view_quotas.c.version_number)
    )
    return {(DocumentId(document), version): int(used) for document, version, used in tx.execute(query)}


def _of_day(person_id: PersonId, day: str, scope: str) -> tuple[sa.ColumnElement[bool], ...]:
    return view_days.c.person_id == person_id, view_days.c.day == day, view_days.c.scope == scope
