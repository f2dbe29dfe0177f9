"""A person's notices, newest first, with the names that they are about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from vault.database import dossier_queries, notice_queries, people_queries
from vault.database.engine import reading, transaction
from vault.database.notice_queries import NoticeRecord
from vault.model import Actor, DossierId, NoticeId, PersonId
from vault.notices.kinds import NoticeKind
from vault.runtime import Vault

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice as its person sees it. Names and references are '' where it is about none."""

    id: NoticeId
    kind: NoticeKind
    dossier_id: str
    document_id: str
    request_id: str
    subject_id: str
    subject_name: str
    dossier_reference: str
    details: Mapping[str, str | int]
    told_at: dt.datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class NoticePage:
    """At most :data:`PAGE_ROWS`; ``unread`` of all. ``has_more``: older ones follow."""

    rows: list[NoticeRow]
    unread: int
    has_more: bool


def list_notices(vault: Vault, actor: Actor, *, before: tuple[dt.datetime, str] | None = None) -> NoticePage:
    """The person's own, and nobody else's."""
    with reading(vault.engine) as tx:
        found = notice_queries.notices_of(tx, actor.person_id, limit=PAGE_ROWS + 1, before=before)
        unread = notice_queries.count_unread(tx, actor.person_id)
        people = people_queries.people_by_id(tx, {PersonId(each.subject_id) for each in found if each.subject_id})
        dossiers = dossier_queries.load_dossiers(tx, {DossierId(each.dossier_id) for each in found if each.dossier_id})
    names = {person_id: person.name for person_id, person in people.items()}
    references = {dossier_id: dossier.reference for dossier_id, dossier in dossiers.items()}
    rows = [_row(each, names, references) for each in found[:PAGE_ROWS]]
    return NoticePage(rows, unread, has_more=len(found) > PAGE_ROWS)


def count_unread(vault: Vault, actor: Actor) -> int:
    """How many the person has not seen yet."""
    with reading(vault.engine) as tx:
        return notice_queries.count_unread(tx, actor.person_id)


def mark_read(vault: Vault, actor: Actor, *, told_until: dt.datetime) -> int:
    """Marks as read what the person had before them, and nothing that came later."""
    with transaction(vault.engine) as tx:
        return notice_queries.mark_read(tx, actor.person_id, told_until=told_until, now=vault.clock.now())


def _row(record: NoticeRecord, names: Mapping[PersonId, str], references: Mapping[DossierId, str]) -> NoticeRow:
    return NoticeRow(
        id=record.id,
        kind=record.kind,
        dossier_id=record.dossier_id,
        document_id=record.document_id,
        request_id=record.request_id,
        subject_id=record.subject_id,
        subject_name=names.get(PersonId(record.subject_id), ""),
        dossier_reference=references.get(DossierId(record.dossier_id), ""),
        details=record.details,
        told_at=record.told_at,
        is_read=record.read_at is not None,
    )
