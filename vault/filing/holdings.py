"""Which dossiers a person has a part in, and what part: asked at the start of every use case on a dossier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from vault.database import document_queries, dossier_queries, people_queries, team_queries
from vault.database.document_queries import DocumentRecord
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection
from vault.database.people_queries import PersonRecord
from vault.errors import AccessDenied, NotFound
from vault.model import Actor, DossierId, Duty, Office, PersonId, PersonState
from vault.policy.duties import holds_through_teams
from vault.policy.opening import HeldDuty
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class Holding:
    """A dossier, the person as they stand now, and every duty they hold or held on it."""

    dossier: DossierRecord
    person: PersonRecord
    held: tuple[HeldDuty, ...]
    duties: frozenset[Duty]
    """Those in force now."""
    state: PersonState
    """Whether the person may do anything now."""


def load_holding(vault: Vault, tx: Connection, actor: Actor, dossier_id: str) -> Holding:
    """The actor's part in a dossier; NotFound when there is none, so that strangers learn nothing."""
    dossier = dossier_queries.load_dossier(tx, dossier_id)
    if dossier is None:
        raise NotFound(recorded_as="not_found.dossier")
    holding = holding_of(vault, tx, actor, dossier)
    if not holding.duties:
        raise NotFound(recorded_as="denied.not_assigned")
    if dossier.is_shredded:
        raise NotFound("dossier.shredded")
    return holding


def load_document_holding(
    vault: Vault, tx: Connection, actor: Actor, document_id: str
) -> tuple[DocumentRecord, Holding]:
    """A document and the actor's part in its dossier; NotFound when there is none."""
    document = document_queries.load_document(tx, document_id)
    if document is None:
        raise NotFound(recorded_as="not_found.document")
    return document, load_holding(vault, tx, actor, document.dossier_id)


def holding_of(vault: Vault, tx: Connection, actor: Actor, dossier: DossierRecord) -> Holding:
    """The actor's part in this dossier, which may be none. Suspended people and other offices hold nothing."""
    return holding_of_person(vault, tx, actor.person_id, dossier)


def holding_of_person(vault: Vault, tx: Connection, person_id: PersonId, dossier: DossierRecord) -> Holding:
    """Anybody's part in this dossier, as :func:`holding_of`."""
    person = people_queries.load_person(tx, person_id)
    if person is None:
        raise NotFound(recorded_as="denied.suspended")
    now = vault.clock.now()
    held = held_duties(tx, person_id, [dossier.id], now=now)[dossier.id]
    works = person.works_at(now) and person.office is Office.STAFF
    duties = frozenset(duty.duty for duty in held if works and duty.is_active(now))
    return Holding(dossier, person, held, duties, person.state_at(now))


def held_duties(
    tx: Connection, person_id: PersonId, dossier_ids: Collection[DossierId], *, now: dt.datetime
) -> dict[DossierId, tuple[HeldDuty, ...]]:
    """Every duty that the person holds, held or will hold on each of these dossiers, by themself or through a team."""
    held: dict[DossierId, list[HeldDuty]] = {each: [] for each in dossier_ids}
    for assignment in dossier_queries.assignments_of_person_on(tx, person_id, list(dossier_ids)):
        duty = HeldDuty(assignment.duty, assignment.starts_at, assignment.ends_at)
        held[assignment.dossier_id].append(duty)
    direct = {each: frozenset(duty.duty for duty in duties if duty.is_active(now)) for each, duties in held.items()}
    for loan in team_queries.borrowings_of_person_on(tx, person_id, dossier_ids):
        if holds_through_teams(direct[loan.dossier_id]):
            held[loan.dossier_id].append(HeldDuty(Duty.BORROWER, loan.starts_at, loan.ends_at))
    return {each: tuple(duties) for each, duties in held.items()}


def require_duty(holding: Holding, *duties: Duty) -> None:
    """AccessDenied ``denied.duty`` unless one of the duties is held now."""
    if not holding.duties & set(duties):
        raise AccessDenied("denied.duty")
