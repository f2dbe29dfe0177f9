"""Notices as rows. Functions take the open transaction and never commit."""

from __future__ import annotations

import datetime as dt
import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa

from vault.database.tables.notices import notices
from vault.model import NoticeId, PersonId
from vault.notices.kinds import NoticeKind


class MailState(enum.Enum):
    """What became of the e-mail that goes with a notice."""

    NONE = "none"
    """There is none: no mail server, or the person has no address."""
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    """Tried for as long as it was worth it; the notice in the vault stands."""


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    """One notice to one person. Ids are '' where it is not about such a thing; ``details`` holds codes and numbers."""

    id: NoticeId
    person_id: PersonId
    kind: NoticeKind
    dossier_id: str
    document_id: str
    request_id: str
    subject_id: str
    details: Mapping[str, str | int]
    told_at: dt.datetime
    read_at: dt.datetime | None = None
    mail_state: MailState = MailState.NONE
    mail_attempts: int = 0
    mail_due_at: dt.datetime | None = None
    mail_fault: str = ""


def store_notices(tx: sa.Connection, records: list[NoticeRecord]) -> None:
    if records:
        tx.execute(sa.insert(notices), [_values(each) for each in records])


def notices_of(
    tx: sa.Connection, person_id: PersonId, *, limit: int, before: tuple[dt.datetime, str] | None = None
) -> list[NoticeRecord]:
    """Newest first; ``before`` is moment and id of the last one of the page before."""
    query = sa.select(notices).where(notices.c.person_id == person_id)
    if before is not None:
        moment, notice_id = before
        same = sa.and_(notices.c.told_at == moment, notices.c.id < notice_id)
        query = query.where(sa.or_(notices.c.told_at < moment, same))
    rows = tx.execute(query.order_by(notices.c.told_at.desc(), notices.c.id.desc()).limit(limit))
    return [_record(row) for row in rows]


def count_unread(tx: sa.Connection, person_id: PersonId) -> int:
    unread = sa.and_(notices.c.person_id == person_id, notices.c.read_at.is_(None))
    return tx.execute(sa.select(sa.func.count()).select_from(notices).where(unread)).scalar_one()


def mark_read(tx: sa.Connection, person_id: PersonId, *, told_until: dt.datetime, now: dt.datetime) -> int:
    """Marks what was told until then; how many were not yet."""
    unread = sa.and_(notices.c.person_id == person_id, notices.c.read_at.is_(None), notices.c.told_at <= told_until)
    return tx.execute(sa.update(notices).where(unread).values(read_at=now)).rowcount


def settle_notices(tx: sa.Connection, request_id: str, kind: NoticeKind, *, now: dt.datetime) -> int:
    """Marks as read for everybody what was told of the request as waiting; mail that has not left leaves no more."""
    about = sa.and_(notices.c.request_id == request_id, notices.c.kind == kind.value)
    unsent = sa.and_(about, notices.c.mail_state == MailState.WAITING.value)
    tx.execute(sa.update(notices).where(unsent).values(mail_state=MailState.NONE.value, mail_due_at=None))
    unread = sa.and_(about, notices.c.read_at.is_(None))
    return tx.execute(sa.update(notices).where(unread).values(read_at=now)).rowcount


def take_due_mail(tx: sa.Connection, *, now: dt.datetime, until: dt.datetime) -> NoticeRecord | None:
    """The mail that waits longest, put off until then so that no other sender takes it meanwhile."""
    due = sa.and_(notices.c.mail_due_at <= now, notices.c.mail_state == MailState.WAITING.value)
    oldest = sa.select(notices).where(due).order_by(notices.c.mail_due_at).limit(1).with_for_update(skip_locked=True)
    row = tx.execute(oldest).one_or_none()
    if row is None:
        return None
    found = _record(row)
    taken = tx.execute(
        sa.update(notices)
        .where(notices.c.id == found.id, due)
        .values(mail_due_at=until, mail_attempts=notices.c.mail_attempts + 1)
    )
    return replace(found, mail_attempts=found.mail_attempts + 1) if taken.rowcount == 1 else None


def end_mail(tx: sa.Connection, notice_id: NoticeId, *, state: MailState, fault: str = "") -> None:
    """Nothing of it waits any more."""
    change = sa.update(notices).where(notices.c.id == notice_id)
    tx.execute(change.values(mail_state=state.value, mail_due_at=None, mail_fault=fault))


def put_off_mail(tx: sa.Connection, notice_id: NoticeId, *, until: dt.datetime, fault: str) -> None:
    change = sa.update(notices).where(notices.c.id == notice_id, notices.c.mail_state == MailState.WAITING.value)
    tx.execute(change.values(mail_due_at=until, mail_fault=fault))


def oldest_waiting_mail(tx: sa.Connection) -> tuple[dt.datetime, str] | None:
    """Since when the oldest one waits, and what went wrong with it last; None when none waits."""
    waiting = notices.c.mail_state == MailState.WAITING.value
    oldest = sa.select(notices.c.told_at, notices.c.mail_fault).where(waiting).order_by(notices.c.told_at).limit(1)
    row = tx.execute(oldest).one_or_none()
    return (row.told_at, row.mail_fault) if row else None


def _values(record: NoticeRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "person_id": record.person_id,
        "kind": record.kind.value,
        "dossier_id": record.dossier_id,
        "document_id": record.document_id,
        "request_id": record.request_id,
        "subject_id": record.subject_id,
        "details": json.dumps(dict(record.details), sort_keys=True, separators=(",", ":")),
        "told_at": record.told_at,
        "read_at": record.read_at,
        "mail_state": record.mail_state.value,
        "mail_attempts": record.mail_attempts,
        "mail_due_at": record.mail_due_at,
        "mail_fault": record.mail_fault,
    }


def _record(row: sa.Row[tuple[object, ...]]) -> NoticeRecord:
    stored = dict(row._mapping)
    return NoticeRecord(
        **{
            **stored,
            "kind": NoticeKind(stored["kind"]),
            "details": json.loads(stored["details"]),
            "mail_state": MailState(stored["mail_state"]),
        }
    )
