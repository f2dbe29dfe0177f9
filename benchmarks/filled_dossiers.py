"""Dossiers with their documents, and what was asked about them, sealed as the use cases seal it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field, replace

from benchmarks.bulk import insert_records
from benchmarks.register import Holders, Register
from keys.primitives import new_secret
from keys.wrapping import dossier_key_context
from tests.company import Company
from vault.database import key_queries
from vault.database.document_queries import DocumentRecord, VersionRecord, VersionState
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import transaction
from vault.database.grant_queries import GrantRecord
from vault.database.request_queries import DecisionRecord, RequestRecord, RequestState
from vault.database.tables.dossiers import document_versions, documents, dossiers
from vault.database.tables.requests import grants, request_decisions, requests
from vault.filing.documents import TITLE_FIELD
from vault.filing.dossier_keys import DossierKey, unwrap_dossier_key
from vault.filing.records import CustomerRecord, name_tokens, seal_record
from vault.model import DocumentId, PersonId, Reason, ReasonCategory, RequestId, VersionId, new_id
from vault.policy.granting import GrantKind, GrantState
from vault.requests.asking import sealed_reason

BATCH = 2_000
ASKED_ONE_IN = 5
"""Of so many dossiers one has a request; of so many requests one waits, and one is an unreviewed emergency."""
OPEN_ONE_IN, EMERGENCY_ONE_IN, SUBMITTED_ONE_IN, LASTING_ONE_IN = 25, 500, 400, 10
_CLOSED = (RequestState.APPROVED, RequestState.APPROVED, RequestState.REFUSED, RequestState.LAPSED)
_DAY, _HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
_FIRST = (
    "Harrow",
    "明德",
    "Vale",
    "Northgate",
    "华信",
    "Sundby",
    "Keller",
    "东方",
    "Adeyemi",
    "Marchetti",
    "远洋",
    "Bright",
)
_LAST = ("Bearings", "贸易有限公司", "Textiles", "Pumps & Valves", "科技股份公司", "Shipping", "Optics", "机械厂")
_TITLES = ("Offer", "报价单", "Contract", "合同", "Minutes of a meeting", "Drawing", "验收报告", "Price list")


@dataclass(slots=True)
class _Batch:
    """Records of some dossiers, in the order in which their tables depend on each other."""

    dossiers: list[DossierRecord] = field(default_factory=list)
    documents: list[DocumentRecord] = field(default_factory=list)
    versions: list[VersionRecord] = field(default_factory=list)
    requests: list[RequestRecord] = field(default_factory=list)
    decisions: list[DecisionRecord] = field(default_factory=list)
    grants: list[GrantRecord] = field(default_factory=list)


def customer_name(number: int) -> str:
    """The customer of the dossier with this number; no two have the same."""
    return f"{_FIRST[number % len(_FIRST)]} {_LAST[number // 7 % len(_LAST)]} {number:05d}"


def fill_dossiers(company: Company, register: Register) -> None:
    """Every dossier of the register, without duties on it."""
    engine, holders = company.vault.engine, register.holders()
    for first in range(0, len(register.dossiers), BATCH):
        batch = _Batch()
        for number in range(first, min(first + BATCH, len(register.dossiers))):
            _add(company, register, batch, number, holders[number])
        _count_wraps(company, batch)
        for table, records in (
            (dossiers, batch.dossiers),
            (documents, batch.documents),
            (document_versions, batch.versions),
            (requests, batch.requests),
            (request_decisions, batch.decisions),
            (grants, batch.grants),
        ):
            insert_records(engine, table, records)


def _count_wraps(company: Company, batch: _Batch) -> None:
    """What wrapping one by one would have counted in the transaction of each."""
    rings = Counter(each.classification.value for each in batch.dossiers)
    with transaction(company.vault.engine) as tx:
        for ring, number in rings.items():
            version = company.vault.keyroom.keyring.active_version(ring)
            key_queries.count_wraps(tx, ring, version=version, more=number)


def _add(company: Company, register: Register, batch: _Batch, number: int, holders: Holders) -> None:
    vault, dossier_id = company.vault, register.dossiers[number]
    classification, custodian = register.class_of(number), register.people[holders.custodian]
    founded = register.begun - _DAY * (number % 400)
    wrapped = vault.keyroom.keyring.wrap(
        classification.value, new_secret(vault.random), context=dossier_key_context(dossier_id), random=vault.random
    )
    name = customer_name(number)
    [name_token] = name_tokens(vault.keyroom, name)
    dossier = DossierRecord(
        id=dossier_id,
        reference=f"D{founded.year - 10}-{number:05d}",
        classification=classification,
        wrapped_key=wrapped,
        record_sealed=b"",
        name_token=name_token,
        created_at=founded,
        created_by=custodian,
        revision=1,
    )
    key = unwrap_dossier_key(vault.keyroom, dossier)
    record = CustomerRecord(name, "12 Harbour Road", "Purchasing, 9 to 17 h", "good", "Looks for a second supplier.")
    batch.dossiers.append(replace(dossier, record_sealed=seal_record(key, record, random=vault.random)))
    for each in range(register.company.documents_of(number)):
        _add_document(company, register, batch, key, number, each, holders)
    if number % ASKED_ONE_IN == 0 and holders.borrowers:
        _add_request(company, register, batch, key, number, holders)


def _add_document(
    company: Company, register: Register, batch: _Batch, key: DossierKey, number: int, document: int, holders: Holders
) -> None:
    random, place = company.vault.random, register.document_at(number, document)
    document_id, custodian = register.documents[place], register.people[holders.custodian]
    title = f"{_TITLES[place % len(_TITLES)]} {place:06d}.pdf"
    filed = register.begun - _DAY * (place % 300)
    sealed = key.seal_field(TITLE_FIELD, title, owner=document_id, random=random)
    batch.documents.append(DocumentRecord(document_id, key.dossier_id, sealed, 1, filed))
    live = VersionRecord(
        id=VersionId(register.versions[place]),
        document_id=document_id,
        number=1,
        state=VersionState.LIVE,
        fault_code="",
        media_type="application/pdf",
        plaintext_bytes=81_920,
        submitted_by=register.people[holders.author],
        filed_by=custodian,
        direct=False,
        submission_key=f"filled-{place}",
        note_sealed=None,
        page_count=register.company.pages_of(number, document),
        attempts=1,
        created_at=filed,
        changed_at=filed,
    )
    batch.versions.append(live)
    if place % SUBMITTED_ONE_IN == 0:
        waiting = replace(
            live, id=VersionId(new_id("v", random)), number=2, state=VersionState.SUBMITTED, filed_by=None,
            submission_key=f"filled-{place}-2", created_at=register.now - _DAY, changed_at=register.now - _DAY,
        )  # fmt: skip
        batch.versions.append(waiting)


def _add_request(
    company: Company, register: Register, batch: _Batch, key: DossierKey, number: int, holders: Holders
) -> None:
    """One request for more views of the dossier's first document by one of its borrowers, and what became of it."""
    turn, random = number // ASKED_ONE_IN, company.vault.random
    request_id = RequestId(new_id("r", random))
    requester = register.people[next(iter(holders.borrowers))]
    is_emergency, is_open = turn % EMERGENCY_ONE_IN == 1, turn % OPEN_ONE_IN == 0
    state = RequestState.OPEN if is_open else _CLOSED[turn % len(_CLOSED)]
    state = RequestState.UNREVIEWED if is_emergency else state
    kind = GrantKind.EMERGENCY if is_emergency else GrantKind.VIEWS
    asked = register.now - (_DAY * (turn % 5) + _HOUR if is_open or is_emergency else _DAY * (10 + turn % 350))
    document_id = register.documents[register.document_at(number, 0)]
    reason = Reason(ReasonCategory.OFFER, "Preparing the offer for the next quarter", f"C-{number}")
    is_given = state in {RequestState.APPROVED, RequestState.UNREVIEWED}
    waits = state in {RequestState.OPEN, RequestState.UNREVIEWED}
    batch.requests.append(
        RequestRecord(
            id=request_id,
            requester_id=requester,
            kind=kind,
            subject=document_id,
            dossier_id=key.dossier_id,
            document_id=document_id,
            asked=2,
            reason_sealed=sealed_reason(company.vault, key, reason, owner=request_id),
            state=state,
            granted=1 if is_given else 0,
            asked_at=asked,
            lapses_at=asked + 14 * _DAY,
            decided_at=None if waits else asked + _DAY,
        )
    )
    if state in {RequestState.APPROVED, RequestState.REFUSED}:
        approver = register.people[holders.approvers[turn % 2]]
        decision_id = new_id("q", random)
        batch.decisions.append(DecisionRecord(decision_id, request_id, approver, is_given, 1, None, asked + _DAY))
    if is_given:
        lasts = turn % LASTING_ONE_IN == 0 or is_emergency
        given = register.now - _DAY if lasts else asked + _DAY
        batch.grants.append(_grant(request_id, kind, requester, document_id, given, lasts=lasts))


def _grant(
    request_id: RequestId,
    kind: GrantKind,
    person_id: PersonId,
    document_id: DocumentId,
    given: dt.datetime,
    *,
    lasts: bool,
) -> GrantRecord:
    return GrantRecord(
        request_id=request_id,
        kind=kind,
        person_id=person_id,
        document_id=document_id,
        quota_version=0,
        amount=1,
        used=0,
        given_at=given,
        use_by=given + 14 * _DAY,
        lasts_days=14,
        first_used_at=None,
        ends_at=None,
        ended_at=None if lasts else given + 14 * _DAY,
        end_cause="" if lasts else GrantState.LAPSED.value,
        ended_by=None,
        end_note_sealed=None,
    )
