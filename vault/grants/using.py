"""Using grants: what of them a view needs is found out, started and counted in the transaction that claims the view.

The caller holds the quota row of the person and the document, which whoever ends a grant takes first.
"""

from __future__ import annotations

from dataclasses import dataclass

from vault.database import grant_queries
from vault.database.engine import Connection
from vault.database.grant_queries import GrantRecord
from vault.errors import AccessDenied
from vault.filing.holdings import Holding
from vault.grants.ending import end_fallen
from vault.grants.standing import StandingGrants, standing_grants
from vault.model import DocumentId, ViewId
from vault.policy.document import Policy
from vault.policy.granting import GrantKind
from vault.runtime import Vault


@dataclass(frozen=True, slots=True)
class UsedGrants:
    """The grants that one view uses, started and counted."""

    grants: tuple[GrantRecord, ...] = ()

    @property
    def kinds(self) -> frozenset[GrantKind]:
        """What they are for."""
        return frozenset(each.kind for each in self.grants)

    @property
    def words(self) -> str:
        """The ids of their requests, for the trail."""
        return " ".join(each.request_id for each in self.grants)

    def note(self, tx: Connection, view_id: ViewId) -> None:
        """Once the view is stored."""
        for each in self.grants:
            grant_queries.note_use(tx, each.request_id, view_id, taken=each.kind.is_counted)


def settle_grants(
    vault: Vault, tx: Connection, *, holding: Holding, document_id: DocumentId, policy: Policy
) -> StandingGrants:
    """What holds now, after everything that does not hold any more was ended: the quota is then what can be claimed."""
    found = standing_grants(vault, tx, holding=holding, document_id=document_id, policy=policy)
    for grant, cause in found.fallen:
        end_fallen(vault, tx, grant, cause)
    return StandingGrants(holding=found.holding, spent=found.spent)


def use_grants(vault: Vault, tx: Connection, standing: StandingGrants, kinds: frozenset[GrantKind]) -> UsedGrants:
    """Starts the clock of one grant of each kind, and takes a view from one of views, if there is one left.

    A view beyond the policy needs none of views where older top-ups still count, which have no grant. AccessDenied
    ``denied.grant_over`` if one has ended at this very moment.
    """
    used = []
    for kind in sorted(kinds, key=lambda each: each.value):
        grant = standing.first_of(kind)
        if grant is None:
            continue
        started = grant_queries.use_grant(tx, grant, now=vault.clock.now(), takes_one=kind.is_counted)
        if started is None:
            raise AccessDenied("denied.grant_over")
        used.append(started)
    return UsedGrants(tuple(used))
