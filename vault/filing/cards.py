"""A dossier on one page, as far as this person may know it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import document_queries, dossier_queries, link_queries, people_queries
from vault.database.document_queries import DocumentRecord, VersionRecord, VersionState
from vault.database.dossier_queries import AssignmentRecord
from vault.database.engine import Connection, reading
from vault.database.link_queries import OtherAccounts
from vault.database.people_queries import PersonRecord
from vault.database.policy_queries import policy_in_force
from vault.database.shared_queries import NOTHING, UsedElsewhere, day_standing, used_elsewhere
from vault.database.view_queries import QuotaKey, QuotaState
from vault.database.window_queries import quota_standings
from vault.errors import TamperError
from vault.filing.documents import TITLE_FIELD
from vault.filing.dossier_keys import DossierKey, unwrap_dossier_key
from vault.filing.holdings import Holding, load_holding
from vault.filing.records import CustomerRecord, open_record
from vault.filing.reviewing import NOTE_FIELD
from vault.intake.sniffing import MediaType
from vault.model import Actor, Classification, DocumentId, DossierId, Duty, Office, PersonId
from vault.policy.hours import day_of
from vault.policy.limits import ViewLimits, limits_for
from vault.policy.reading import may_keep, may_submit, sees_record
from vault.recording import finding_tampering
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document with the version that matters to this person: the live one, or the newest that is under way."""

    id: DocumentId
    title: str
    version: int
    state: VersionState
    page_count: int
    media_type: MediaType
    filed_at: dt.datetime
    views_used: int
    views_allowed: int
    elsewhere: UsedElsewhere
    """Of the used views, those of other accounts of the person."""
    can_open: bool
    live_version: int | None
    """The version that readers open, which may be an earlier one."""
    waiting_version: int | None
    """The submission that waits for this person's decision as custodian."""
    fault_code: str
    note: str

    @property
    def is_being_made(self) -> bool:
        """Whether its state will change by itself."""
        return self.state in {VersionState.STORED, VersionState.CONVERTING}


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """Who holds which duty; ``active`` is False before the start and after the end."""

    id: str
    person_id: PersonId
    person_name: str
    staff_number: str
    duty: Duty
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    active: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """Somebody who may be given a duty."""

    id: PersonId
    name: str
    staff_number: str
    qualifications: frozenset[Duty]


@dataclass(frozen=True, slots=True)
class DossierCard:
    """A dossier as this person sees it; ``record`` is None for duties that do not need the customer's fields."""

    id: DossierId
    reference: str
    customer_name: str
    classification: Classification
    record: CustomerRecord | None
    duties: frozenset[Duty]
    documents: list[DocumentRow]
    assignments: list[AssignmentRow]
    assignable: list[PersonChoice]
    may_file: bool
    may_submit: bool
    may_assign: bool
    limits: ViewLimits | None
    """What limits the views of whoever borrows here; None for everybody else."""
    used_today: int
    used_today_of_class: int
    today_elsewhere: int


def show_dossier(vault: Vault, actor: Actor, *, dossier_id: str) -> DossierCard:
    """The dossier's page. NotFound for whoever holds no duty on it; Sealed while sealed; TamperError if altered."""
    now = vault.clock.now()
    with finding_tampering(vault, actor, dossier=dossier_id), reading(vault.engine) as tx:
        holding = load_holding(vault, tx, actor, dossier_id)
        limits = limits_for(policy_in_force(tx).policy, holding.dossier.classification)
        others = link_queries.other_accounts(tx, actor.person_id)
        day = day_of(limits.timezone, now)
        today = day_standing(tx, actor.person_id, others, day, holding.dossier.classification)
        key = unwrap_dossier_key(vault.keyroom, holding.dossier)
        record = open_record(key, holding.dossier.record_sealed)
        keeps = may_keep(holding.duties)
        return DossierCard(
            id=holding.dossier.id,
            reference=holding.dossier.reference,
            customer_name=record.name,
            classification=holding.dossier.classification,
            record=record if sees_record(holding.duties) else None,
            duties=holding.duties,
            documents=_documents(tx, actor, others, holding, key, limits, now),
            assignments=_assignments(vault, tx, holding) if keeps else [],
            assignable=_assignable(tx, now) if keeps else [],
            may_file=keeps,
            may_submit=may_submit(holding.duties),
            may_assign=keeps,
            limits=limits if Duty.BORROWER in holding.duties else None,
            used_today=today[0],
            used_today_of_class=today[1],
            today_elsewhere=today[2],
        )


def document_title(key: DossierKey, document: DocumentRecord) -> str:
    return key.open_field(TITLE_FIELD, document.title_sealed, owner=document.id)


def _documents(
    tx: Connection,
    actor: Actor,
    others: OtherAccounts,
    holding: Holding,
    key: DossierKey,
    limits: ViewLimits,
    now: dt.datetime,
) -> list[DocumentRow]:
    documents = document_queries.documents_of_dossier(tx, holding.dossier.id)
    ids = [document.id for document in documents]
    versions = document_queries.versions_of_documents(tx, ids)
    since = limits.counted_since(now)
    quotas = quota_standings(tx, actor.person_id, ids, since=since)
    elsewhere = used_elsewhere(tx, others, ids, since=since)
    rows = []
    for document in documents:
        its_versions = [each for each in versions if each.document_id == document.id]
        version = _version_to_show(document, its_versions, holding)
        if version is not None:
            key_of = _quota_key(actor, version, limits)
            quota = quotas.get(key_of, QuotaState(used=0, granted=0))
            shared = elsewhere.get((document.id, key_of.version_number), NOTHING).within(limits.views)
            waiting = _waiting_version(others, actor, document, its_versions) if may_keep(holding.duties) else None
            rows.append(_document_row(holding, key, document, version, limits, quota, shared, waiting))
    return rows


def _version_to_show(document: DocumentRecord, versions: list[VersionRecord], holding: Holding) -> VersionRecord | None:
    """Authors and custodians see what is under way; everybody else sees what is live."""
    durable = [version for version in versions if not _came_to_nothing(version)]
    if may_submit(holding.duties) and durable:
        return durable[-1]
    live = [version for version in durable if version.number == document.current_version]
    return live[-1] if live else None


def _came_to_nothing(version: VersionRecord) -> bool:
    """Still on its way, or the second of two equal contents that came at the same time: nobody refused that one."""
    is_twin = version.state is VersionState.REFUSED and version.note_sealed is None
    return is_twin or version.state is VersionState.PENDING


def _waiting_version(
    others: OtherAccounts, actor: Actor, document: DocumentRecord, versions: list[VersionRecord]
) -> int | None:
    """The newest submission that this custodian decides: none of their own, none older than what opens."""
    waiting = [version for version in versions if version.state is VersionState.SUBMITTED]
    if not waiting or waiting[-1].number < (document.current_version or 0):
        return None
    is_own = waiting[-1].submitted_by in others.linked | {actor.person_id}
    return None if is_own else waiting[-1].number


def _quota_key(actor: Actor, version: VersionRecord, limits: ViewLimits) -> QuotaKey:
    return QuotaKey(actor.person_id, version.document_id, version.number if limits.per_version else 0)


def _document_row(
    holding: Holding,
    key: DossierKey,
    document: DocumentRecord,
    version: VersionRecord,
    limits: ViewLimits,
    quota: QuotaState,
    elsewhere: UsedElsewhere,
    waiting_version: int | None,
) -> DocumentRow:
    is_live = document.current_version is not None
    note = key.open_field(NOTE_FIELD, version.note_sealed, owner=version.id) if version.note_sealed else ""
    return DocumentRow(
        id=document.id,
        title=_title(key, document),
        version=version.number,
        state=version.state,
        page_count=version.page_count,
        media_type=MediaType(version.media_type),
        filed_at=version.changed_at,
        views_used=quota.used + elsewhere.all,
        views_allowed=quota.allowed(limits.views, elsewhere=elsewhere.all),
        elsewhere=elsewhere,
        can_open=is_live and Duty.BORROWER in holding.duties,
        live_version=document.current_version,
        waiting_version=waiting_version,
        fault_code=version.fault_code,
        note=note,
    )


def _title(key: DossierKey, document: DocumentRecord) -> str:
    """One altered title must not hide the rest of the dossier: it shows as ''."""
    try:
        return document_title(key, document)
    except TamperError:
        return ""


def _assignments(vault: Vault, tx: Connection, holding: Holding) -> list[AssignmentRow]:
    now = vault.clock.now()
    assignments = dossier_queries.assignments_of_dossier(tx, holding.dossier.id)
    people = people_queries.people_by_id(tx, {assignment.person_id for assignment in assignments})
    return [_assignment_row(assignment, people[assignment.person_id], now) for assignment in assignments]


def _assignment_row(assignment: AssignmentRecord, person: PersonRecord, now: dt.datetime) -> AssignmentRow:
    return AssignmentRow(
        id=assignment.id,
        person_id=person.id,
        person_name=person.name,
        staff_number=person.staff_number,
        duty=assignment.duty,
        starts_at=assignment.starts_at,
        ends_at=assignment.ends_at,
        active=assignment.is_active(now),
        ended=assignment.ends_at is not None and assignment.ends_at <= now,
    )


def _assignable(tx: Connection, now: dt.datetime) -> list[PersonChoice]:
    return [
        PersonChoice(person.id, person.name, person.staff_number, person.qualifications)
        for person in people_queries.list_people(tx)
        if person.office is Office.STAFF and person.works_at(now) and person.qualifications
    ]
