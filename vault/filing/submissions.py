"""What waits for a custodian: the submissions on all dossiers in their keeping, and one of them to be decided.

A custodian decides by what is known without opening the document: who handed it in and when, what it is called, its
type, size and pages. Nobody decides on what they handed in themselves, so it does not wait for them either.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import document_queries, dossier_queries, people_queries, submission_queries
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
    with reading(vault.engine) as tx:
        return len(_waiting(tx, actor, _kept_dossiers(vault, tx, actor)))


def list_submissions(vault: Vault, actor: Actor) -> list[Submission]:
    """Everything that waits for this person, the longest waiting first. Sealed while sealed."""
    with reading(vault.engine) as tx:
        dossiers = _kept_dossiers(vault, tx, actor)
        versions = _waiting(tx, actor, dossiers)
        documents = submission_queries.documents_by_id(tx, {version.document_id for version in versions})
        people = people_queries.people_by_id(tx, {version.submitted_by for version in versions})
    by_id = {dossier.id: dossier for dossier in dossiers}
    submissions = []
    for version in versions:
        document = documents[version.document_id]
        dossier = by_id[document.dossier_id]
        key = unwrap_dossier_key(vault.keyroom, dossier)
        submissions.append(_submission(dossier, key, document, version, people[version.submitted_by]))
    return submissions


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


def _kept_dossiers(vault: Vault, tx: Connection, actor: Actor) -> list[DossierRecord]:
    """The dossiers in the person's keeping now."""
    now, person = vault.clock.now(), people_queries.load_person(tx, actor.person_id)
    if person is None or not person.works_at(now) or person.office is not Office.STAFF:
        return []
    dossiers = dossier_queries.dossiers_of_person(tx, actor.person_id, now=now)
    assignments = dossier_queries.assignments_of_person_on(tx, actor.person_id, [dossier.id for dossier in dossiers])
    kept = {each.dossier_id for each in assignments if each.duty is Duty.CUSTODIAN and each.is_active(now)}
    return [dossier for dossier in dossiers if dossier.id in kept]


def _waiting(tx: Connection, actor: Actor, dossiers: list[DossierRecord]) -> list[VersionRecord]:
    versions = submission_queries.waiting_submissions(tx, [dossier.id for dossier in dossiers])
    accounts = accounts_of(tx, actor.person_id)
    return [version for version in versions if version.submitted_by not in accounts]


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
