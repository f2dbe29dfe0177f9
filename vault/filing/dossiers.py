"""Dossiers: listing one's own, founding one, and saying who holds which duty on it."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from vault.access.closing import EndCause, close_views
from vault.database import document_queries, dossier_queries, people_queries, team_queries, view_queries
from vault.database.dossier_queries import AssignmentRecord, DossierRecord
from vault.database.engine import Connection, reading
from vault.errors import AccessDenied, Conflict, InputError, NotFound, Sealed, TamperError
from vault.filing.dossier_keys import create_dossier_key, unwrap_dossier_key
from vault.filing.holdings import held_duties, load_holding, require_duty
from vault.filing.records import (
    CustomerRecord,
    check_record,
    name_tokens,
    new_name_token,
    normalised_name,
    open_record,
    seal_record,
)
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Actor, Classification, DossierId, Duty, Office, PersonId, new_id
from vault.people.humans import accounts_of
from vault.policy.duties import decide_assignment, decide_ending_custody
from vault.recording import deciding, denial_of, done_by, require, require_office
from vault.runtime import Vault

REFERENCE_DIGITS = 5
PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class DossierDraft:
    """A dossier to be founded."""

    classification: Classification
    record: CustomerRecord


@dataclass(frozen=True, slots=True)
class DossierRow:
    """A dossier in a person's list. ``customer_name`` is '' while the vault is sealed or where it was altered."""

    id: DossierId
    reference: str
    customer_name: str
    classification: Classification
    duties: frozenset[Duty]
    document_count: int


def list_dossiers(
    vault: Vault, actor: Actor, *, customer: str = "", before: str = "", most: int = PAGE_ROWS
) -> list[DossierRow]:
    """The dossiers on which the person holds a duty now, newest first; only those of ``customer`` if given.

    The customer is found by exact full name, whatever its case, width or spacing; Sealed when asked while sealed.
    ``before`` is the id of the dossier that an earlier page ended with. Names are opened of those alone that are shown.
    """
    now = vault.clock.now()
    tokens = name_tokens(vault.keyroom, customer) if customer.strip() else None
    with reading(vault.engine) as tx:
        person = people_queries.load_person(tx, actor.person_id)
        if person is None or not person.works_at(now) or person.office is not Office.STAFF:
            return []
        dossiers = dossier_queries.dossiers_held_now(
            tx, actor.person_id, now=now, limit=most, before=before, name_tokens=tokens
        )
        ids = [dossier.id for dossier in dossiers]
        duties = held_duties(tx, actor.person_id, ids, now=now)
        counts = document_queries.count_live_documents(tx, ids)
    rows = []
    for dossier in dossiers:
        held = frozenset(each.duty for each in duties[dossier.id] if each.is_active(now))
        row = _row(vault, dossier, held, counts.get(dossier.id, 0))
        # 64 bits may collide: the name itself decides
        if held and (tokens is None or normalised_name(row.customer_name) == normalised_name(customer)):
            rows.append(row)
    return rows


def customer_name_of(vault: Vault, dossier: DossierRecord) -> str:
    """The customer's name, or '' while the vault is sealed or where it was altered: one must not hide the others."""
    try:
        return open_record(unwrap_dossier_key(vault.keyroom, dossier), dossier.record_sealed).name
    except (Sealed, TamperError):
        return ""


def require_founder(vault: Vault, actor: Actor) -> None:
    """AccessDenied for whoever may not found dossiers, so that no form is offered to them."""
    with reading(vault.engine) as tx:
        _require_founder(tx, actor)


def create_dossier(vault: Vault, actor: Actor, *, draft: DossierDraft, founding_key: str = "") -> DossierId:
    """A new dossier in the keeping of the person, who must be qualified as custodian. Sealed while sealed.

    A repeated ``founding_key`` is the same founding: whoever retries after an unknown outcome gets the same dossier.
    """
    record = check_record(draft.record)
    vault.keyroom.require_unsealed()
    with deciding(vault, denial_of(Event.DOSSIER_CREATED, actor)) as tx:
        _require_founder(tx, actor)
        dossier_id, now = _dossier_id(vault, actor, founding_key), vault.clock.now()
        if founding_key and dossier_queries.load_dossier(tx, dossier_id) is not None:
            return dossier_id
        name_token = new_name_token(vault.keyroom, tx, record.name)  # first: it waits for whoever replaces keys
        wrapped_key, key = create_dossier_key(
            vault.keyroom, tx, dossier_id=dossier_id, classification=draft.classification, random=vault.random
        )
        dossier = DossierRecord(
            id=dossier_id,
            reference=_next_reference(tx, now),
            classification=draft.classification,
            wrapped_key=wrapped_key,
            record_sealed=seal_record(key, record, random=vault.random),
            name_token=name_token,
            created_at=now,
            created_by=actor.person_id,
            revision=1,
        )
        dossier_queries.store_dossier(tx, dossier)
        _store_assignment(vault, tx, actor, dossier_id, actor.person_id, Duty.CUSTODIAN, now, None)
        facts = {"reference": dossier.reference, "classification": draft.classification.value}
        vault.recorder.append(tx, done_by(actor, Event.DOSSIER_CREATED, dossier=dossier_id, details=facts))
    return dossier_id


def assign(
    vault: Vault,
    actor: Actor,
    *,
    dossier_id: str,
    person_id: str,
    duty: Duty,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
) -> str:
    """Gives a person a duty on a dossier in the actor's keeping, from now or later, with or without an end."""
    with deciding(vault, denial_of(Event.DOSSIER_ASSIGNED, actor, dossier=dossier_id)) as tx:
        holding = load_holding(vault, tx, actor, dossier_id)
        require_duty(holding, Duty.CUSTODIAN)
        dossier_queries.lock_dossier(tx, dossier_id)
        return give_duty(vault, tx, actor, holding.dossier, person_id, duty, starts_at=starts_at, ends_at=ends_at)


def give_duty(
    vault: Vault,
    tx: Connection,
    actor: Actor,
    dossier: DossierRecord,
    person_id: str,
    duty: Duty,
    *,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
) -> str:
    """The same in a transaction that holds the dossier's row, for whoever has been found to be entitled; its id."""
    person = people_queries.lock_person(tx, person_id)
    now = vault.clock.now()
    if person is None or not person.works_at(now):
        raise NotFound("person.unknown", recorded_as="not_found.person")
    if person.leaves_at is not None:
        raise AccessDenied("duties.leaving")
    start = max(starts_at or now, now)
    if ends_at is not None and ends_at <= start:
        raise InputError("assignment.ends_before_start")
    held = _lasting_assignments(tx, dossier.id, person.id, now)
    if any(each.duty is duty for each in held):
        raise Conflict("assignment.exists")
    require(
        decide_assignment(
            duty=duty,
            held=_duties_of_human(tx, dossier.id, person.id, now),
            office=person.office,
            qualifications=person.qualifications,
            clearance=person.clearance,
            classification=dossier.classification,
        )
    )
    return _store_assignment(vault, tx, actor, dossier.id, person.id, duty, start, ends_at)


def unassign(vault: Vault, actor: Actor, *, assignment_id: str) -> None:
    """Ends an assignment now; a borrower's live views of the dossier end with it. The last custodian stays."""
    with deciding(vault, denial_of(Event.DOSSIER_UNASSIGNED, actor)) as tx:
        assignment = dossier_queries.load_assignment(tx, assignment_id)
        if assignment is None:
            raise NotFound(recorded_as="not_found.assignment")
        holding = load_holding(vault, tx, actor, assignment.dossier_id)
        require_duty(holding, Duty.CUSTODIAN)
        dossier_queries.lock_dossier(tx, holding.dossier.id)
        now = vault.clock.now()
        if assignment.duty is Duty.CUSTODIAN:
            others = _kept_until(tx, holding.dossier.id, now, besides=assignment.person_id)
            require(decide_ending_custody(ends_at=assignment.ends_at, others=others))
        if not end_duty(vault, tx, actor, assignment):
            raise Conflict("assignment.ended")


def end_duty(vault: Vault, tx: Connection, actor: Actor | None, assignment: AssignmentRecord) -> bool:
    """Ends a duty now in a transaction that holds the dossier's row; False if it had ended. Nobody: by its time."""
    if not dossier_queries.end_assignment(tx, assignment.id, now=vault.clock.now()):
        return False
    if assignment.duty is Duty.BORROWER:
        views = view_queries.unended_views(tx, person_id=assignment.person_id, dossier_id=assignment.dossier_id)
        close_views(vault, tx, views, cause=EndCause.RIGHT_LOST, actor=actor)
    vault.recorder.append(
        tx,
        Entry(
            Event.DOSSIER_UNASSIGNED,
            Outcome.SUCCESS,
            actor=actor.person_id if actor else None,
            session=actor.session_id if actor else "",
            place=actor.place if actor else None,
            subject_person=assignment.person_id,
            dossier=assignment.dossier_id,
            details={"duty": assignment.duty.value},
        ),
    )
    return True


def _require_founder(tx: Connection, actor: Actor) -> None:
    person = require_office(tx, actor, Office.STAFF)
    if Duty.CUSTODIAN not in person.qualifications:
        raise AccessDenied("denied.no_founder")


def _dossier_id(vault: Vault, actor: Actor, founding_key: str) -> DossierId:
    """Random; by a founding key, the id that this person and this key always lead to, and nobody else's do."""
    if not founding_key:
        return DossierId(new_id("d", vault.random))
    digest = hashlib.sha256(f"{actor.person_id}/{founding_key}".encode()).digest()
    return DossierId(new_id("d", lambda size: digest[:size]))


def _row(vault: Vault, dossier: DossierRecord, duties: frozenset[Duty], count: int) -> DossierRow:
    return DossierRow(
        id=dossier.id,
        reference=dossier.reference,
        customer_name=customer_name_of(vault, dossier),
        classification=dossier.classification,
        duties=duties,
        document_count=count,
    )


def _next_reference(tx: Connection, now: dt.datetime) -> str:
    """``D2026-00017``: the next number of the year. Two founders at once: one waits for the other."""
    prefix = f"D{now.year}-"
    highest = dossier_queries.highest_reference(tx, prefix)
    number = int(highest.removeprefix(prefix)) + 1 if highest else 1
    return f"{prefix}{number:0{REFERENCE_DIGITS}d}"


def _lasting_assignments(
    tx: Connection, dossier_id: DossierId, person_id: str, now: dt.datetime
) -> list[AssignmentRecord]:
    """What the person holds on the dossier now or will hold: conflicts with either count."""
    return [
        each
        for each in dossier_queries.assignments_of_dossier(tx, dossier_id)
        if each.person_id == person_id and (each.ends_at is None or each.ends_at > now)
    ]


def _duties_of_human(tx: Connection, dossier_id: DossierId, person_id: PersonId, now: dt.datetime) -> frozenset[Duty]:
    """What the person holds on the dossier or will, by any of their accounts, themself or through a team."""
    held: set[Duty] = set()
    for account in accounts_of(tx, person_id):
        held |= {each.duty for each in _lasting_assignments(tx, dossier_id, account, now)}
        if _is_lent_through_teams(tx, dossier_id, account, now):
            held.add(Duty.BORROWER)
    return frozenset(held)


def _is_lent_through_teams(tx: Connection, dossier_id: DossierId, person_id: PersonId, now: dt.datetime) -> bool:
    """Now or later: a conflicting duty would silently take the loan away."""
    borrowings = team_queries.borrowings_of_person_on(tx, person_id, [dossier_id])
    return any(each.ends_at is None or each.ends_at > now for each in borrowings)


def _kept_until(
    tx: Connection, dossier_id: DossierId, now: dt.datetime, *, besides: PersonId
) -> list[dt.datetime | None]:
    """When the custody of each other custodian ends. Who is suspended or holds an office by now keeps nothing."""
    held = [
        each
        for each in dossier_queries.assignments_of_dossier(tx, dossier_id)
        if each.duty is Duty.CUSTODIAN and each.is_active(now) and each.person_id != besides
    ]
    people = people_queries.people_by_id(tx, {each.person_id for each in held})
    able = {each.id for each in people.values() if each.works_at(now) and each.office is Office.STAFF}
    return [each.ends_at for each in held if each.person_id in able]


def _store_assignment(
    vault: Vault,
    tx: Connection,
    actor: Actor,
    dossier_id: DossierId,
    person_id: str,
    duty: Duty,
    starts_at: dt.datetime,
    ends_at: dt.datetime | None,
) -> str:
    assignment = AssignmentRecord(
        id=new_id("a", vault.random),
        dossier_id=dossier_id,
        person_id=PersonId(person_id),
        duty=duty,
        starts_at=starts_at,
        ends_at=ends_at,
        assigned_by=actor.person_id,
    )
    dossier_queries.store_assignment(tx, assignment)
    vault.recorder.append(
        tx,
        done_by(
            actor,
            Event.DOSSIER_ASSIGNED,
            subject_person=assignment.person_id,
            dossier=dossier_id,
            details={"duty": duty.value, "assignment": assignment.id},
        ),
    )
    return assignment.id
