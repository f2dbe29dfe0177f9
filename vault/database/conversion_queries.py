"""The queue of conversions: versions claimed one at a time, each claim known by its number of attempts."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from vault.database.document_queries import VersionRecord, VersionState, version_of_row
from vault.database.tables.dossiers import document_versions
from vault.model import VersionId


def claim_conversion(
    tx: sa.Connection, *, now: dt.datetime, stale_before: dt.datetime, only: VersionId | None = None
) -> VersionRecord | None:
    """The oldest version that waits for conversion, or whose converter vanished before ``stale_before``; now ours.

    With ``only``, that version or none. Counts an attempt, which the claim is known by: :func:`move_claimed`.
    """
    waiting = document_versions.c.state == VersionState.STORED.value
    abandoned = sa.and_(
        document_versions.c.state == VersionState.CONVERTING.value, document_versions.c.changed_at < stale_before
    )
    claimable = sa.or_(waiting, abandoned)
    if only is not None:
        claimable = sa.and_(claimable, document_versions.c.id == only)
    oldest = (
        sa.select(document_versions.c.id)
        .where(claimable)
        .order_by(document_versions.c.changed_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    change = (
        sa.update(document_versions)
        .where(document_versions.c.id == oldest)
        .values(state=VersionState.CONVERTING.value, changed_at=now, attempts=document_versions.c.attempts + 1)
        .returning(document_versions)
    )
    row = tx.execute(change).one_or_none()
    return version_of_row(row) if row else None


def move_claimed(
    tx: sa.Connection, version: VersionRecord, *, target: VersionState, now: dt.datetime, **changes: object
) -> bool:
    """The end of a claimed conversion; False if the claim went stale and somebody else took it up."""
    change = (
        sa.update(document_versions)
        .where(document_versions.c.id == version.id, document_versions.c.attempts == version.attempts)
        .where(document_versions.c.state == VersionState.CONVERTING.value)
        .values(state=target.value, changed_at=now, **changes)
    )
    return tx.execute(change).rowcount == 1
