"""Exports as rows: ordered, claimed by a worker, made, ended, and forgotten.

A worker holds an export by a claim that lapses by itself: killed anywhere, another one makes it anew. Every change of
state is a conditional update, so that a cancelled export is never finished and a finished one never made twice.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, field, fields

import sqlalchemy as sa

from vault.database.tables.exports import trail_exports
from vault.model import PersonId


class ExportState(enum.Enum):
    """Life of an export. REMOVED had a file and has none any more: it expired, or its owner removed it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REMOVED = "removed"


UNMADE = (ExportState.WAITING, ExportState.RUNNING)
ENDED = (ExportState.FAILED, ExportState.CANCELLED, ExportState.REMOVED)


@dataclass(frozen=True, slots=True)
class ExportRecord:
    """One export; :mod:`vault.trail.exports` gives format and headers their types."""

    id: str
    person_id: PersonId
    state: ExportState
    format: str
    headers: str
    locale: str
    timezone: str
    category: str
    case_number: str
    size: int
    rows: int
    digest: bytes
    created_at: dt.datetime
    changed_at: dt.datetime
    query_sealed: bytes = field(repr=False)
    wrapped_dek: bytes = field(repr=False)
    done: int = 0
    attempts: int = 0
    claimed_by: str = ""
    claimed_until: dt.datetime | None = None
    expires_at: dt.datetime | None = None
    object_key: str = ""
    file_bytes: int = 0
    sha256: bytes = b""
    note: str = ""
    fault_code: str = ""
    downloads: int = 0
    download_session: str = ""
    closing: str = ""
    """The entry whose number bounds a bundle above; '' where there is none."""
    left_out: str | None = None
    """What a bundle lacks of what anchors were given and gave back, in JSON; None where that is nothing."""


@dataclass(frozen=True, slots=True)
class WrappedExportKey:
    """The wrapped DEK of an export, with what it is bound to."""

    export_id: str
    person_id: PersonId
    wrapped: bytes = field(repr=False)


def store_export(tx: sa.Connection, export: ExportRecord) -> None:
    values = {each.name: getattr(export, each.name) for each in fields(export)}
    tx.execute(sa.insert(trail_exports).values(values | {"state": export.state.value}))


def load_export(tx: sa.Connection, export_id: str) -> ExportRecord | None:
    row = tx.execute(sa.select(trail_exports).where(trail_exports.c.id == export_id)).one_or_none()
    return _export(row) if row else None


def lock_export(tx: sa.Connection, export_id: str) -> ExportRecord | None:
    """The export with its row held until the transaction ends."""
    query = sa.select(trail_exports).where(trail_exports.c.id == export_id).with_for_update()
    row = tx.execute(query).one_or_none()
    return _export(row) if row else None


def exports_of(tx: sa.Connection, person_id: PersonId, *, limit: int = 200) -> list[ExportRecord]:
    """A person's own, newest first."""
    query = sa.select(trail_exports).where(trail_exports.c.person_id == person_id)
    ordered = query.order_by(trail_exports.c.created_at.desc(), trail_exports.c.id).limit(limit)
    return [_export(row) for row in tx.execute(ordered)]


def count_unmade(tx: sa.Connection, person_id: PersonId) -> int:
    """How many of a person's exports are still to be made."""
    query = sa.select(sa.func.count()).where(
        trail_exports.c.person_id == person_id, trail_exports.c.state.in_([state.value for state in UNMADE])
    )
    return int(tx.execute(query).scalar_one())


def claim_export(
    tx: sa.Connection, *, worker: str, now: dt.datetime, until: dt.datetime, export_id: str = ""
) -> ExportRecord | None:
    """The export that waits longest and that nobody holds, or that one; held by ``worker`` from now on."""
    free = sa.or_(
        trail_exports.c.claimed_until.is_(None),
        trail_exports.c.claimed_until < now,
        trail_exports.c.claimed_by == worker,
    )
    oldest = (
        sa.select(trail_exports.c.id)
        .where(trail_exports.c.state.in_([state.value for state in UNMADE]), free)
        .where(trail_exports.c.id == export_id if export_id else sa.true())
        .order_by(trail_exports.c.created_at, trail_exports.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    change = (
        sa.update(trail_exports)
        .where(trail_exports.c.id == oldest)
        .values(
            state=ExportState.RUNNING.value,
            claimed_by=worker,
            claimed_until=until,
            attempts=trail_exports.c.attempts + 1,
            done=0,
            changed_at=now,
        )
        .returning(trail_exports)
    )
    row = tx.execute(change).one_or_none()
    return _export(row) if row else None


def change_claimed(tx: sa.Connection, export: ExportRecord, *, now: dt.datetime, **changes: object) -> bool:
    """A change by the worker that holds the export; False if it was cancelled or is somebody else's by now."""
    change = (
        sa.update(trail_exports)
        .where(trail_exports.c.id == export.id, trail_exports.c.state == ExportState.RUNNING.value)
        .where(trail_exports.c.claimed_by == export.claimed_by)
    )
    return tx.execute(change.values(changed_at=now, **_stored(changes))).rowcount == 1


def change_export(
    tx: sa.Connection,
    export_id: str,
    *,
    expected: tuple[ExportState, ...],
    now: dt.datetime,
    holder: str | None = None,
    **changes: object,
) -> bool:
    """A conditional change of state: False if it is no longer in one of ``expected``, or not claimed by ``holder``."""
    change = sa.update(trail_exports).where(
        trail_exports.c.id == export_id, trail_exports.c.state.in_([state.value for state in expected])
    )
    if holder is not None:
        change = change.where(trail_exports.c.claimed_by == holder)
    return tx.execute(change.values(changed_at=now, **_stored(changes))).rowcount == 1


def begin_download(tx: sa.Connection, export_id: str, *, session: str) -> None:
    """Counts a download and remembers the session that it belongs to."""
    change = sa.update(trail_exports).where(trail_exports.c.id == export_id)
    tx.execute(change.values(downloads=trail_exports.c.downloads + 1, download_session=session))


def expired_exports(tx: sa.Connection, *, now: dt.datetime, limit: int) -> list[ExportRecord]:
    """Those whose file has lain long enough."""
    query = sa.select(trail_exports).where(
        trail_exports.c.state == ExportState.DONE.value, trail_exports.c.expires_at <= now
    )
    return [_export(row) for row in tx.execute(query.limit(limit))]


def exports_in(tx: sa.Connection, states: tuple[ExportState, ...]) -> list[ExportRecord]:
    """All in one of the states, whoever's."""
    query = sa.select(trail_exports).where(trail_exports.c.state.in_([state.value for state in states]))
    return [_export(row) for row in tx.execute(query.order_by(trail_exports.c.created_at, trail_exports.c.id))]


def leftover_objects(tx: sa.Connection, *, limit: int) -> list[tuple[str, str]]:
    """Export and object key where the export has ended and its object may still be there."""
    query = sa.select(trail_exports.c.id, trail_exports.c.object_key).where(
        trail_exports.c.state.in_([state.value for state in ENDED]), trail_exports.c.object_key != ""
    )
    return [(row.id, row.object_key) for row in tx.execute(query.limit(limit))]


def forget_object(tx: sa.Connection, export_id: str, object_key: str) -> None:
    """The object is gone from the store."""
    change = sa.update(trail_exports).where(trail_exports.c.id == export_id, trail_exports.c.object_key == object_key)
    tx.execute(change.values(object_key=""))


def forget_exports(tx: sa.Connection, *, before: dt.datetime) -> int:
    """Removes the rows of exports that ended before; the trail keeps what was done."""
    change = sa.delete(trail_exports).where(
        trail_exports.c.state.in_([state.value for state in ENDED]),
        trail_exports.c.object_key == "",
        trail_exports.c.changed_at < before,
    )
    return tx.execute(change).rowcount


def known_object_keys(tx: sa.Connection) -> set[str]:
    """The objects that belong to an export."""
    query = sa.select(trail_exports.c.object_key).where(trail_exports.c.object_key != "")
    return set(tx.execute(query).scalars())


def wrapped_export_keys(tx: sa.Connection) -> list[WrappedExportKey]:
    """The DEK of every export that has not ended."""
    query = sa.select(trail_exports.c.id, trail_exports.c.person_id, trail_exports.c.wrapped_dek)
    rows = tx.execute(query.where(trail_exports.c.wrapped_dek != b"").order_by(trail_exports.c.id))
    return [WrappedExportKey(row.id, PersonId(row.person_id), row.wrapped_dek) for row in rows]


def replace_wrapped_key(tx: sa.Connection, key: WrappedExportKey, *, wrapped: bytes) -> bool:
    """The same DEK wrapped anew; False if the export has ended meanwhile."""
    change = sa.update(trail_exports).where(
        trail_exports.c.id == key.export_id, trail_exports.c.wrapped_dek == key.wrapped
    )
    return tx.execute(change.values(wrapped_dek=wrapped)).rowcount == 1


def _stored(changes: dict[str, object]) -> dict[str, object]:
    return {name: value.value if isinstance(value, ExportState) else value for name, value in changes.items()}


def _export(row: sa.Row[tuple[object, ...]]) -> ExportRecord:
    stored = dict(row._mapping)
    stored["state"] = ExportState(stored["state"])
    return ExportRecord(**stored)
