"""Who may change the policy, and through which states a proposal goes: two people, never the same one.

An administrator, who keeps the rules, proposes. Another administrator or a security officer decides: both answer for
the rules and neither opens a dossier. The auditor, who judges whether they were kept, changes nothing. Persons are told
apart by their immutable ids, so a new office or a new name makes nobody a second person.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType

from vault.model import Office, PersonId
from vault.policy.decision import ALLOWED, Decision, denied

PROPOSERS = frozenset({Office.ADMINISTRATOR})
DECIDERS = frozenset({Office.ADMINISTRATOR, Office.SECURITY_OFFICER})
READERS = frozenset({Office.ADMINISTRATOR, Office.SECURITY_OFFICER, Office.AUDITOR})


class ProposalState(enum.Enum):
    """Life of a proposal."""

    AWAITING = "awaiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class ProposalStep(enum.Enum):
    """What moves it. LAPSE is the clock's."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


NEXT_STATE: Mapping[tuple[ProposalState, ProposalStep], ProposalState] = MappingProxyType(
    {
        (ProposalState.AWAITING, ProposalStep.APPROVE): ProposalState.APPROVED,
        (ProposalState.AWAITING, ProposalStep.REFUSE): ProposalState.REFUSED,
        (ProposalState.AWAITING, ProposalStep.WITHDRAW): ProposalState.WITHDRAWN,
        (ProposalState.AWAITING, ProposalStep.LAPSE): ProposalState.LAPSED,
    }
)
"""Every move there is. What was decided is changed by a new proposal and by nothing else."""


def decide_deciding(*, decider: PersonId, decider_office: Office, proposer: PersonId) -> Decision:
    """May this person approve or refuse it? Asked when it is shown and again when it is decided."""
    if decider_office not in DECIDERS:
        return denied("denied.office")
    if decider == proposer:
        return denied("denied.own_proposal")
    return ALLOWED


def decide_withdrawing(*, person: PersonId, proposer: PersonId) -> Decision:
    """Only whoever proposed it takes it back; anybody else refuses it, with a reason."""
    return ALLOWED if person == proposer else denied("denied.not_own_proposal")
