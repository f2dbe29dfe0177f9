"""Who may order and who must approve work on keys: how many people besides the requester, and never the same one twice.

Stopping harm is never delayed (suspending a key, marking it compromised, calling a destruction off); whatever could
lose a key or a dossier for ever takes two people more. Persons are told apart by their immutable ids.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType

from vault.model import PersonId
from vault.policy.decision import ALLOWED, Decision, denied


class OperationKind(enum.Enum):
    """What can be done with keys; the value is stored and stands in the trail."""

    ROTATE_RING = "rotate_ring"
    MOVE_ROOT = "move_root"
    ROTATE_TRAIL_KEY = "rotate_trail_key"
    ROTATE_INDEX_KEY = "rotate_index_key"
    END_SESSIONS = "end_sessions"
    RESEAL = "reseal"
    COMPROMISE = "compromise"
    SUSPEND_KEY = "suspend_key"
    RESTORE_KEY = "restore_key"
    DESTROY_KEY = "destroy_key"
    SHRED_DOSSIER = "shred_dossier"


APPROVALS_NEEDED: Mapping[OperationKind, int] = MappingProxyType(
    {
        OperationKind.ROTATE_RING: 1,
        OperationKind.MOVE_ROOT: 1,
        OperationKind.ROTATE_TRAIL_KEY: 1,
        OperationKind.ROTATE_INDEX_KEY: 1,
        OperationKind.END_SESSIONS: 0,
        OperationKind.RESEAL: 1,
        OperationKind.COMPROMISE: 0,
        OperationKind.SUSPEND_KEY: 0,
        OperationKind.RESTORE_KEY: 1,
        OperationKind.DESTROY_KEY: 2,
        OperationKind.SHRED_DOSSIER: 2,
    }
)
"""People who must approve, the requester not among them."""

WAITS = frozenset({OperationKind.DESTROY_KEY, OperationKind.SHRED_DOSSIER})
"""What is done only after the waiting period, and can be called off until then."""


STOPS_HARM = frozenset({OperationKind.SUSPEND_KEY, OperationKind.COMPROMISE})
"""What waits for no other work: it may be ordered beside it, and is worked on first."""


def decide_approving(*, approver: PersonId, requester: PersonId, approved_by: frozenset[PersonId]) -> Decision:
    """May this person approve? Asked when it is shown and again when it is used."""
    if approver == requester:
        return denied("denied.own_operation")
    if approver in approved_by:
        return denied("denied.approved_already")
    return ALLOWED
