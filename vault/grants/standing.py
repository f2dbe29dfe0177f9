"""Which grants of a person hold for a document now: by their clock, and because who agreed to them still could.

Asked for every opening, every page and every screen, so nothing is written here. Whoever uses a grant asks again while
holding its quota row and ends what has fallen (:mod:`vault.grants.using`).
"""

from __future__ import annotations

from dataclasses import dataclass

from vault.database import grant_queries, people_queries, request_queries
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection
from vault.database.grant_queries import GrantRecord
from vault.database.request_queries import DecisionRecord
from vault.filing.holdings import Holding, holding_of_person
from vault.model import DocumentId, Duty, PersonId, RequestId
from vault.people.humans import accounts_of
from vault.policy.delegating import Party, decide_in_stead
from vault.policy.document import Policy
from vault.policy.granting import OVER, GrantKind, GrantState
from vault.policy.requesting import borrows_against_duties, decide_relying
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class StandingGrants:
    """``holding`` hold now, oldest first; of ``spent`` ones nothing is left.

    ``fallen`` were not ended and do not hold any more, each with the cause.
    """

    holding: tuple[GrantRecord, ...] = ()
    spent: tuple[GrantRecord, ...] = ()
    fallen: tuple[tuple[GrantRecord, GrantState], ...] = ()

    @property
    def kinds(self) -> frozenset[GrantKind]:
        """What they let the person do."""
        return frozenset(each.kind for each in self.holding)

    @property
    def usable_copies(self) -> frozenset[RequestId]:
        """Grants of which a prepared copy may be downloaded."""
        return frozenset(each.request_id for each in (*self.holding, *self.spent) if each.kind is GrantKind.COPY)

    @property
    def spent_emergencies(self) -> tuple[RequestId, ...]:
        """Emergencies whose one view was opened: what that view still rests on."""
        return tuple(each.request_id for each in self.spent if each.kind is GrantKind.EMERGENCY)

    @property
    def fallen_views(self) -> int:
        """Views that the quota still counts as granted and that cannot be claimed any more."""
        return sum(grant.left for grant, _ in self.fallen if grant.kind.adds_views)

    @property
    def lease_minutes(self) -> int:
        """The longest lease among them, 0 without one."""
        return max((each.amount for each in self.holding if each.kind is GrantKind.LEASE), default=0)

    def first_of(self, kind: GrantKind) -> GrantRecord | None:
        """The one to use: of leases the longest, else the one that ends or lapses first."""
        found = [each for each in self.holding if each.kind is kind]
        if kind is GrantKind.LEASE:
            return max(found, key=lambda each: each.amount, default=None)
        return min(found, key=lambda each: each.ends_at or each.use_by, default=None)


def standing_grants(
    vault: Vault, tx: Connection, *, holding: Holding, document_id: DocumentId, policy: Policy
) -> StandingGrants:
    """The grants of the person in ``holding`` for the document."""
    grants = grant_queries.unended_grants_on(tx, holding.person.id, document_id)
    if not grants:
        return StandingGrants()
    states = [(each, _state(vault, tx, each, holding, policy)) for each in grants]
    return StandingGrants(
        holding=tuple(each for each, state in states if state in {GrantState.WAITING, GrantState.RUNNING}),
        spent=tuple(each for each, state in states if state is GrantState.SPENT),
        fallen=tuple((each, state) for each, state in states if state in OVER),
    )


def duties_of_human(vault: Vault, tx: Connection, person_id: PersonId, dossier: DossierRecord) -> frozenset[Duty]:
    """The person's duties on the dossier, and whether any account of theirs keeps it."""
    duties = holding_of_person(vault, tx, person_id, dossier).duties
    for other in accounts_of(tx, person_id) - {person_id}:
        duties |= holding_of_person(vault, tx, other, dossier).duties & {Duty.CUSTODIAN}
    return duties


def party_of(vault: Vault, tx: Connection, person_id: PersonId, dossier: DossierRecord) -> Party:
    """A person by all of their accounts, with what any of these holds on the dossier."""
    accounts = accounts_of(tx, person_id)
    return Party(
        accounts, frozenset(duty for each in accounts for duty in holding_of_person(vault, tx, each, dossier).duties)
    )


def still_holds(
    vault: Vault,
    tx: Connection,
    decision: DecisionRecord,
    dossier: DossierRecord,
    *,
    requester: PersonId,
    behind: frozenset[PersonId],
    must_remain: bool,
) -> bool:
    """Whether what was decided can be relied upon now.

    Where a delegate decided, both are asked: the giver as any approver, the delegate without the duty, which was never
    theirs, but as somebody who could still be given it. That the delegation is over by then changes nothing.
    """
    approver = decision.in_stead_of or decision.decider_id
    relied = decide_relying(
        accounts=accounts_of(tx, approver),
        duties=duties_of_human(vault, tx, approver, dossier),
        requester=requester,
        behind=behind,
        must_remain=must_remain,
    )
    if not relied.allowed or decision.in_stead_of is None:
        return relied.allowed
    delegate, now = people_queries.load_person(tx, decision.decider_id), vault.clock.now()
    qualified = delegate is not None and delegate.works_at(now) and Duty.APPROVER in delegate.qualifications
    if must_remain and not qualified:
        return False
    return decide_in_stead(
        delegate=party_of(vault, tx, decision.decider_id, dossier),
        giver=Party(accounts_of(tx, approver), duties_of_human(vault, tx, approver, dossier) | {Duty.APPROVER}),
        requester=requester,
        behind=behind,
    ).allowed


def _state(vault: Vault, tx: Connection, grant: GrantRecord, holding: Holding, policy: Policy) -> GrantState:
    state = grant.state(vault.clock.now())
    if state in OVER:
        return state
    if grant.kind in {GrantKind.ACCESS, GrantKind.EMERGENCY} and borrows_against_duties(holding.duties):
        return GrantState.VOID
    if grant.kind is GrantKind.EMERGENCY:  # rests on nobody's decision; what a reviewer says comes afterwards
        return state
    behind = request_queries.people_behind(tx, [grant.document_id]).get(grant.document_id, frozenset())
    for decision in request_queries.decisions_of(tx, [grant.request_id])[grant.request_id]:
        if not still_holds(
            vault,
            tx,
            decision,
            holding.dossier,
            requester=grant.person_id,
            behind=behind,
            must_remain=policy.requests.approver_must_remain,
        ):
            return GrantState.VOID
    return state
