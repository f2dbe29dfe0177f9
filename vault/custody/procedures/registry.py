"""Which procedure works each kind of operation off."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from vault.custody.procedures.compromise import Compromise
from vault.custody.procedures.index_key import RotateIndexKey
from vault.custody.procedures.key_states import DestroyKey, RestoreKey, SuspendKey
from vault.custody.procedures.moving_root import MoveRoot
from vault.custody.procedures.port import Procedure
from vault.custody.procedures.resealing import Reseal
from vault.custody.procedures.rotating import RotateRing
from vault.custody.procedures.sessions import EndSessions
from vault.custody.procedures.shredding import ShredDossier
from vault.custody.procedures.trail_key import RotateTrailKey
from vault.policy.custody import OperationKind

PROCEDURES: Mapping[OperationKind, Procedure] = MappingProxyType(
    {
        OperationKind.ROTATE_RING: RotateRing(),
        OperationKind.MOVE_ROOT: MoveRoot(),
        OperationKind.ROTATE_TRAIL_KEY: RotateTrailKey(),
        OperationKind.ROTATE_INDEX_KEY: RotateIndexKey(),
        OperationKind.END_SESSIONS: EndSessions(),
        OperationKind.RESEAL: Reseal(),
        OperationKind.COMPROMISE: Compromise(),
        OperationKind.SUSPEND_KEY: SuspendKey(),
        OperationKind.RESTORE_KEY: RestoreKey(),
        OperationKind.DESTROY_KEY: DestroyKey(),
        OperationKind.SHRED_DOSSIER: ShredDossier(),
    }
)
