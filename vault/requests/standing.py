"""Where a person stands towards a request, from what is true now: asked for every screen and again for every act."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vault.database import document_queries, dossier_queries, request_queries
from vault.database.delegation_queries import DelegationRecord
from vault.database.document_queries import DocumentRecord
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection
from vault.database.request_queries import DecisionRecord, RequestRecord
from vault.errors import NotFound
from vault.filing.holdings import Holding, holding_of, holding_of_person
from vault.grants.standing import duties_of_human, still_holds
from vault.model import Actor, PersonId
from vault.people.humans import accounts_of
from vault.policy.decision import Decision
from vault.policy.granting import GrantKind
from vault.policy.opening import OpeningFacts
from vault.policy.requesting import decide_deciding, decide_granting
from vault.requests.steads import delegations_held, find_stead
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class Standing:
    """A request, its dossier, its document if that is known, what was decided, and the actor's part in it."""

    request: RequestRecord
    document: DocumentRecord | None
    """None for access while no approver has named the document."""
    holding: Holding
    behind: frozenset[PersonId]
    """Who handed in or filed a version of the document."""
    decisions: tuple[DecisionRecord, ...]
    accounts: frozenset[PersonId]
    """The actor's."""
    decision: Decision
    """May the actor decide the request? Whether they have already plays no part in it."""
    delegation: DelegationRecord | None = None
    """By which they do, who is no approver of the dossier themself."""

    @property
    def dossier(self) -> DossierRecord:
        return self.holding.dossier

    @property
    def is_own(self) -> bool:
        return self.request.requester_id == self.holding.person.id

    @property
    def own_decision(self) -> DecisionRecord | None:
        """What the actor has decided already, by any of their accounts, or a delegate of theirs."""
        return next((each for each in self.decisions if each.deciders & self.accounts), None)


def load_standing(
    vault: Vault, tx: Connection, actor: Actor, request_id: str, *, document_id: str = "", lock: bool = False
) -> Standing:
    """The request and where the actor stands; NotFound when there is no such request. What they may, the rules say.

    ``document_id`` is the document that the actor names for a request for access that has none yet; NotFound if it is
    none of the dossier.
    """
    load = request_queries.lock_request if lock else request_queries.load_request
    request = load(tx, request_id)
    dossier = dossier_queries.load_dossier(tx, request.dossier_id) if request and request.dossier_id else None
    if request is None or dossier is None:
        raise NotFound(recorded_as="not_found.request")
    document = document_queries.load_document(tx, request.document_id or document_id)
    if document is not None and document.dossier_id != dossier.id:
        raise NotFound(recorded_as="not_found.document")
    holding = holding_of(vault, tx, actor, dossier)
    behind = frozenset[PersonId]()
    if document is not None:
        behind = request_queries.people_behind(tx, [document.id]).get(document.id, frozenset())
    accounts = accounts_of(tx, holding.person.id)
    decision = decide_deciding(
        accounts=accounts,
        duties=duties_of_human(vault, tx, holding.person.id, dossier),
        requester=request.requester_id,
        behind=behind,
    )
    decisions = tuple(request_queries.decisions_of(tx, [request.id])[request.id])
    standing = Standing(request, document, holding, behind, decisions, accounts, decision)
    return standing if decision.known else _in_stead(vault, tx, standing, lock=lock)


def _in_stead(vault: Vault, tx: Connection, standing: Standing, *, lock: bool) -> Standing:
    """The same for who may decide by a delegation only; what they decided themself is left out of the question.

    Nobody reviews an emergency in another's stead.
    """
    if standing.request.kind is GrantKind.EMERGENCY:
        return standing
    person = standing.holding.person
    delegations = delegations_held(tx, person.id, now=vault.clock.now(), lock=lock)
    own = standing.own_decision
    if own is not None:
        delegations = [each for each in delegations if each.giver_id == own.in_stead_of]
    found = find_stead(
        vault,
        tx,
        delegations,
        standing.dossier,
        requester=standing.request.requester_id,
        behind=standing.behind,
        decisions=[each for each in standing.decisions if each is not own],
    )
    return standing if found is None else replace(standing, decision=found.decision, delegation=found.delegation)


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
    return decide_granting(facts, standing.request.kind, now=vault.clock.now())


def standing_approvals(vault: Vault, tx: Connection, standing: Standing) -> list[DecisionRecord]:
    """The approvals that count now: who lost the duty, or has become another side of the matter, counts no more."""
    return [
        each
        for each in standing.decisions
        if each.approved
        and still_holds(
            vault,
            tx,
            each,
            standing.dossier,
            requester=standing.request.requester_id,
            behind=standing.behind,
            must_remain=True,
        )
    ]
