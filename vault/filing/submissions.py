"""What waits for a custodian: the submissions on all dossiers in their keeping, and one of them to be decided.

A custodian decides by what is known without opening the document: who handed it in and when, what it is called, its
type, size and pages. Nobody decides on what they handed in themselves, so it does not wait for them either.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import document_queries, people_queries, submission_queries
from vault.database.document_queries import DocumentRecord, VersionRecord, VersionState
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection, reading
from vault.database.people_queries import PersonRecord
from vault.errors import AccessDenied, Conflict
from vault.filing.cards import document_title
from vault.filing.dossier_keys import DossierKey, unwrap_dossier_key
from vault.filing.holdings import load_document_holding, require_duty
from vault.filing.records import open_record
from vault.intake.sniffing import MediaType
from vault.model import Actor, Classification, DocumentId, DossierId, Duty, Office
from vault.people.humans import accounts_of, same_human
from vault.runtime import Vault

MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Submission:
    """A version that waits to be filed or refused."""

    dossier_id: DossierId
    reference: str
    customer_name: str
    classification: Classification
    document_id: DocumentId
    title: str
    version: int
    live_version: int | None
    """What readers open now, and would no longer."""
    media_type: MediaType
    page_count: int
    plaintext_bytes: int
    author_name: str
    author_staff_number: str
    handed_in_at: dt.datetime


def count_submissions(vault: Vault, actor: Actor) -> int:
    """How many wait for this person; needs no keys."""
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        if not _may_keep(tx, actor, now):
            return 0
        return submission_queries.count_waiting_for(tx, actor.person_id, accounts_of(tx, actor.person_id), now=now)


def list_submissions(vault: Vault, actor: Actor) -> list[Submission]:
    """At most :data:`MOST_ROWS` of what waits for this person, the longest waiting first. Sealed while sealed."""
    now = vault.clock.now()
    with reading(vault.engine) as tx:
        if not _may_keep(tx, actor, now):
            return []
        accounts = accounts_of(tx, actor.person_id)
        found = submission_queries.waiting_for(tx, actor.person_id, accounts, now=now, limit=MOST_ROWS)
        people = people_queries.people_by_id(tx, {version.submitted_by for version, _document, _dossier in found})
    return [
        _submission(
            dossier, unwrap_dossier_key(vault.keyroom, dossier), document, version, people[version.submitted_by]
        )
        for version, document, dossier in found
    ]


def show_submission(vault: Vault, actor: Actor, *, document_id: str) -> Submission:
    """The submission of a document, to be decided. Conflict ``submission.decided`` if none waits any more."""
    with reading(vault.engine) as tx:
        document, holding = load_document_holding(vault, tx, actor, document_id)
        require_duty(holding, Duty.CUSTODIAN)
        waiting = [
            version
            for version in document_queries.versions_of_documents(tx, [document.id])
            if version.state is VersionState.SUBMITTED and version.number > (document.current_version or 0)
        ]
        if not waiting:
            raise Conflict("submission.decided")
        version = waiting[-1]
        if same_human(tx, version.submitted_by, actor.person_id):
            raise AccessDenied("denied.own_submission")
        author = people_queries.people_by_id(tx, {version.submitted_by})[version.submitted_by]
    key = unwrap_dossier_key(vault.keyroom, holding.dossier)
    return _submission(holding.dossier, key, document, version, author)


def _may_keep(tx: Connection, actor: Actor, now: dt.datetime) -> bool:
    person = people_queries.load_person(tx, actor.person_id)
    return person is not None and person.works_at(now) and person.office is Office.STAFF


def _submission(
    dossier: DossierRecord, key: DossierKey, document: DocumentRecord, version: VersionRecord, author: PersonRecord
) -> Submission:
    return Submission(
        dossier_id=dossier.id,
        reference=dossier.reference,
        customer_name=open_record(key, dossier.record_sealed).name,
        classification=dossier.classification,
        document_id=document.id,
        title=document_title(key, document),
        version=version.number,
        live_version=document.current_version,
        media_type=MediaType(version.media_type),
        page_count=version.page_count,
        plaintext_bytes=version.plaintext_bytes,
        author_name=author.name,
        author_staff_number=author.staff_number,
        handed_in_at=version.created_at,
    )
