"""How much a change of the policy would touch, counted up to a bound: a preview must not weigh on people's work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from vault.database.tables.dossiers import assignments, documents, dossiers
from vault.database.tables.views import view_quotas
from vault.model import Classification, Duty

BOUND = 100_000
"""No count goes further; who reads it is told "at least"."""


def count_dossiers_of(tx: sa.Connection, classes: Collection[Classification]) -> int:
    """Dossiers of these classes that are not shredded."""
    return _bounded(tx, sa.select(dossiers.c.id).where(*_of_classes(classes)))


def count_borrowers_of(tx: sa.Connection, classes: Collection[Classification], *, now: dt.datetime) -> int:
    """People who are borrowers of at least one such dossier now."""
    is_now = sa.and_(
        assignments.c.starts_at <= now, sa.or_(assignments.c.ends_at.is_(None), assignments.c.ends_at > now)
    )
    query = (
        sa.select(assignments.c.person_id)
        .join(dossiers, dossiers.c.id == assignments.c.dossier_id)
        .where(assignments.c.duty == Duty.BORROWER.value, is_now, *_of_classes(classes))
        .distinct()
    )
    return _bounded(tx, query)


def count_newly_spent(tx: sa.Connection, classification: Classification, *, before: int, after: int) -> int:
    """How often somebody still has a view of a document of the class under ``before`` views, and none under fewer."""
    if after >= before:
        return 0
    query = (
        sa.select(view_quotas.c.person_id)
        .join(documents, documents.c.id == view_quotas.c.document_id)
        .join(dossiers, dossiers.c.id == documents.c.dossier_id)
        .where(
            view_quotas.c.used >= after + view_quotas.c.granted,
            view_quotas.c.used < before + view_quotas.c.granted,
            *_of_classes([classification]),
        )
    )
    return _bounded(tx, query)


def _of_classes(classes: Collection[Classification]) -> tuple[sa.ColumnElement[bool], ...]:
    wanted = sorted(each.value for each in classes)
    return dossiers.c.classification.in_(wanted), dossiers.c.shredded_at.is_(None)


def _bounded(tx: sa.Connection, query: sa.Select[tuple[str]]) -> int:
    found = query.limit(BOUND).subquery()
    return int(tx.execute(sa.select(sa.func.count()).select_from(found)).scalar_one())
