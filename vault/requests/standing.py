"""Where a person stands towards a request, from what is true now: asked for every screen and again for every act."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import document_queries, dossier_queries, people_queries, request_queries
from vault.database.document_queries import DocumentRecord
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection
from vault.database.request_queries import RequestRecord
from vault.errors import NotFound
from vault.filing.holdings import Holding, holding_of, holding_of_person
from vault.model import Actor, DossierId, Duty, Office, PersonId
from vault.policy.decision import Decision
from vault.policy.opening import OpeningFacts
from vault.policy.requesting import decide_deciding, decide_granting
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class Standing:
    """A request, its document and dossier, and the actor's part in it."""

    request: RequestRecord
    document: DocumentRecord
    holding: Holding
    behind: frozenset[PersonId]
    """Who handed in or filed a version of the document."""
    decision: Decision
    """May the actor decide the request?"""

    @property
    def dossier(self) -> DossierRecord:
        return self.holding.dossier

    @property
    def is_own(self) -> bool:
        return self.request.requester_id == self.holding.person.id


def load_standing(vault: Vault, tx: Connection, actor: Actor, request_id: str) -> Standing:
    """The request and where the actor stands; NotFound when there is no such request. What they may, the rules say."""
    request = request_queries.load_request(tx, request_id)
    document = document_queries.load_document(tx, request.document_id) if request else None
    dossier = dossier_queries.load_dossier(tx, document.dossier_id) if document else None
    if request is None or document is None or dossier is None:
        raise NotFound(recorded_as="not_found.request")
    holding = holding_of(vault, tx, actor, dossier)
    behind = request_queries.people_behind(tx, [document.id]).get(document.id, frozenset())
    decision = decide_deciding(
        decider=holding.person.id, duties=holding.duties, requester=request.requester_id, behind=behind
    )
    return Standing(request, document, holding, behind, decision)


def decide_for_requester(vault: Vault, tx: Connection, standing: Standing) -> Decision:
    """May the requester be granted what they ask for, as their rights stand now?"""
    holding = holding_of_person(vault, tx, standing.request.requester_id, standing.dossier)
    facts = OpeningFacts(
        person_state=holding.state,
        office=holding.person.office,
        clearance=holding.person.clearance,
        duties=holding.held,
        classification=holding.dossier.classification,
        version_is_live=True,
        place_is_known=True,
        agreements_are_accepted=True,
    )
    return decide_granting(facts, now=vault.clock.now())


def deciders_of(tx: Connection, dossier_id: DossierId, *, without: frozenset[PersonId], now: dt.datetime) -> list[str]:
    """Names of the dossier's approvers, those left out who have another part in the matter."""
    keepers = _holders(tx, dossier_id, Duty.CUSTODIAN, now)
    return _names(tx, _holders(tx, dossier_id, Duty.APPROVER, now) - keepers - without, now)


def custodians_of(tx: Connection, dossier_id: DossierId, *, now: dt.datetime) -> list[str]:
    """Whom to ask when there is nobody who can decide."""
    return _names(tx, _holders(tx, dossier_id, Duty.CUSTODIAN, now), now)


def _holders(tx: Connection, dossier_id: DossierId, duty: Duty, now: dt.datetime) -> set[PersonId]:
    assignments = dossier_queries.assignments_of_dossier(tx, dossier_id)
    return {each.person_id for each in assignments if each.duty is duty and each.is_active(now)}


def _names(tx: Connection, person_ids: set[PersonId], now: dt.datetime) -> list[str]:
    """Of those who can act at all."""
    people = people_queries.people_by_id(tx, person_ids).values()
    return sorted(each.name for each in people if each.works_at(now) and each.office is Office.STAFF)
