"""Rows that others need to stand on: people, a dossier, a document with its version, a session."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import sqlalchemy as sa

from vault.database import document_queries, dossier_queries, people_queries, view_queries
from vault.database.document_queries import (
    DocumentRecord,
    ObjectPart,
    ObjectRecord,
    ObjectState,
    VersionRecord,
    VersionState,
)
from vault.database.dossier_queries import AssignmentRecord, DossierRecord
from vault.database.people_queries import PersonRecord, SessionRecord
from vault.database.view_queries import QuotaKey, ViewRecord
from vault.model import (
    Classification,
    DocumentId,
    DossierId,
    Duty,
    EntryId,
    Office,
    PersonId,
    PersonState,
    SessionId,
    VersionId,
    ViewId,
)

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
WANG, LEE = PersonId("p-wang"), PersonId("p-lee")
DOSSIER, DOCUMENT, VERSION, SESSION = DossierId("d-1"), DocumentId("f-1"), VersionId("v-1"), SessionId("s-1")
QUOTA = QuotaKey(WANG, DOCUMENT, 0)


def person(person_id: PersonId) -> PersonRecord:
    return PersonRecord(
        id=person_id,
        login=person_id,
        name=person_id.title(),
        staff_number=person_id,
        office=Office.STAFF,
        qualifications=frozenset(Duty),
        clearance=Classification.SECRET,
        state=PersonState.ACTIVE,
        locale="en",
        timezone="UTC",
        password_phc="",
        password_is_initial=False,
        created_at=NOW,
        revision=1,
    )


def dossier(number: int = 1, *, name_token: bytes = b"12345678") -> DossierRecord:
    return DossierRecord(
        id=DossierId(f"d-{number}"),
        reference=f"D2026-{number:05d}",
        classification=Classification.CONFIDENTIAL,
        wrapped_key=b"key",
        record_sealed=b"record",
        name_token=name_token,
        created_at=NOW,
        created_by=LEE,
        revision=1,
    )


def assignment(
    name: str, *, dossier_id: DossierId = DOSSIER, starts_at: dt.datetime = NOW, ends_at: dt.datetime | None = None
) -> AssignmentRecord:
    return AssignmentRecord(name, dossier_id, WANG, Duty.BORROWER, starts_at, ends_at, LEE)


def version(
    number: int = 1, *, state: VersionState = VersionState.LIVE, changed_at: dt.datetime = NOW
) -> VersionRecord:
    return VersionRecord(
        id=VersionId(f"v-{number}"),
        document_id=DOCUMENT,
        number=number,
        state=state,
        fault_code="",
        media_type="text/plain",
        plaintext_bytes=3,
        submitted_by=LEE,
        filed_by=None,
        direct=True,
        submission_key=f"key {number}",
        note_sealed=None,
        page_count=0,
        attempts=0,
        created_at=changed_at,
        changed_at=changed_at,
    )


def sealed_object(key: str, *, state: ObjectState = ObjectState.PENDING) -> ObjectRecord:
    return ObjectRecord(
        object_key=key,
        version_id=VERSION,
        part=ObjectPart.ORIGINAL,
        state=state,
        wrapped_dek=b"",
        header=b"",
        sealed_bytes=0,
        sha256=b"",
        index_sealed=None,
        created_at=NOW,
    )


def view(name: str, *, number: int = 1, opened_at: dt.datetime = NOW, **changes: object) -> ViewRecord:
    record = ViewRecord(
        id=ViewId(name),
        person_id=WANG,
        session_id=SESSION,
        document_id=DOCUMENT,
        version_id=VERSION,
        quota_version=0,
        idempotency_key=f"key of {name}",
        number=number,
        allowed=3,
        opened_at=opened_at,
        expires_at=opened_at + 15 * MINUTE,
        wrapped_key=None,
        place_label="Head office",
        pages_delivered=0,
        claim_returned=False,
        ended_at=None,
        end_cause="",
        ended_by=None,
        opening_entry=EntryId(""),
        pack_object="",
    )
    return replace(record, **changes)  # type: ignore[arg-type]


def store_ground(tx: sa.Connection) -> None:
    """Two people, a dossier with one live document, a session."""
    for person_id in (WANG, LEE):
        people_queries.store_person(tx, person(person_id))
    dossier_queries.store_dossier(tx, dossier())
    document_queries.store_document(tx, DocumentRecord(DOCUMENT, DOSSIER, b"title", None, NOW))
    document_queries.store_version(tx, version())
    document_queries.set_current_version(tx, DOCUMENT, 1)
    session = SessionRecord(SESSION, WANG, "10.1.2.3", "tests", NOW, NOW, NOW + dt.timedelta(hours=8), None)
    people_queries.store_session(tx, session, token_digest=b"digest")


def used(tx: sa.Connection, key: QuotaKey = QUOTA) -> int:
    return view_queries.quota_state(tx, key).used
