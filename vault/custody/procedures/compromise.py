"""A key version that others may know: it wraps nothing more, the class gets a new one, and every dossier is resealed.

::

    begin     one transaction: the version becomes compromised and, if it was active, a fresh one takes its place
    rewrap    every dossier key from under the old version to the new one, so that documents open again in seconds
    verify    none is left under it, since what is opens for nobody
    reseal    every dossier of the class: new dossier key, new DEKs, new objects (:mod:`.resealing`)

Marking is not delayed by a second person. A compromised version opens only so that what it wraps can be resealed; views
that are open under the class go on, since they hold keys of their own that end with them.
"""

from __future__ import annotations

from keys.errors import KeyStateError
from keys.lifecycle import check_transition
from keys.model import KeyState
from vault.custody.procedures.key_states import count_references, has_active, version_of
from vault.custody.procedures.port import advance
from vault.custody.procedures.resealing import reseal_step
from vault.custody.procedures.rotating import (
    CLASS_RINGS,
    begin_version,
    change_key_state,
    rewrap_step,
    verify_step,
)
from vault.custody.scope import Preflight, Scope, scope_of
from vault.database import key_queries, resealing_queries
from vault.database.engine import Connection, transaction
from vault.database.operation_queries import LONG_PHASE, OperationRecord
from vault.errors import Conflict, InputError
from vault.runtime import Vault


class Compromise:
    """See the module."""

    def look(self, _vault: Vault, tx: Connection, scope: Scope) -> Preflight:
        version = version_of(tx, scope)
        if scope.ring not in CLASS_RINGS:
            raise InputError("operation.ring")
        try:
            check_transition(version.state, KeyState.COMPROMISED)
        except KeyStateError as error:
            raise Conflict("operation.key_state") from error
        objects, total_bytes = resealing_queries.measure_objects(tx, "", classification=scope.ring)
        return Preflight(total=objects, bytes=total_bytes, sampled=count_references(tx, version))

    def step(self, vault: Vault, operation: OperationRecord) -> None:
        scope = scope_of(operation)
        if operation.phase == "rewrap":
            rewrap_step(vault, operation, scope.ring)
            return
        if operation.phase == "verify":
            verify_step(vault, operation, scope.ring, following=LONG_PHASE)
            return
        if operation.phase == LONG_PHASE:
            reseal_step(vault, operation, Scope(ring=scope.ring))
            return
        with transaction(vault.engine) as tx:
            key_queries.lock_versions(tx)
            version = version_of(tx, scope)
            if version.state is KeyState.ACTIVE:
                begin_version(vault, tx, scope.ring, retire_to=KeyState.COMPROMISED)
            else:
                change_key_state(vault, tx, version, KeyState.COMPROMISED)
                if not has_active(tx, scope.ring):  # it was suspended before
                    begin_version(vault, tx, scope.ring)
            advance(vault, tx, operation, phase="rewrap", cursor="")
        vault.keyroom.refresh()
