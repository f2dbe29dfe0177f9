"""Suspending and restoring a key version, and destroying one: states, and the proof that nothing is lost by it.

A suspended version opens nothing until it is restored; views that are open under its class end with it. Destruction
is scheduled only with proof that nothing is wrapped by the version, waits, and needs the proof again when it is due.
"""

from __future__ import annotations

from collections.abc import Sequence

from keys.errors import KeyStateError
from keys.keyring import KekRecord
from keys.lifecycle import check_transition
from keys.model import KeyState, KeyVersion
from keys.wrapping import WRAP_RECORD_BYTES, WRAP_RECORD_FORM, WrapRecord
from vault.access.closing import EndCause, close_views
from vault.custody.procedures.port import finish
from vault.custody.procedures.rotating import CLASS_RINGS, change_key_state, exports_under, names
from vault.custody.scope import Preflight, Report, Scope, scope_of
from vault.database import key_queries, rewrapping_queries, view_queries
from vault.database.engine import Connection, reading, transaction
from vault.database.operation_queries import OperationRecord
from vault.database.rewrapping_queries import NamedVersion
from vault.errors import Conflict, InputError
from vault.runtime import Vault


class SuspendKey:
    """ACTIVE to SUSPENDED, at once."""

    def look(self, _vault: Vault, tx: Connection, scope: Scope) -> Preflight:
        _require_transition(version_of(tx, scope), KeyState.SUSPENDED)
        return Preflight(total=count_references(tx, version_of(tx, scope)))

    def step(self, vault: Vault, operation: OperationRecord) -> None:
        scope = scope_of(operation)
        with transaction(vault.engine) as tx:
            key_queries.lock_versions(tx)
            change_key_state(vault, tx, version_of(tx, scope), KeyState.SUSPENDED)
            end_views_of_class(vault, tx, scope.ring)
            finish(vault, tx, operation, Report(worked=1, verified=1, old_version=scope.version))
        vault.keyroom.refresh()


class RestoreKey:
    """SUSPENDED back to ACTIVE, or to DEACTIVATED when another version has become active."""

    def look(self, _vault: Vault, tx: Connection, scope: Scope) -> Preflight:
        _require_transition(version_of(tx, scope), KeyState.DEACTIVATED)
        if version_of(tx, scope).state is not KeyState.SUSPENDED:
            raise Conflict("operation.key_state")
        return Preflight(total=count_references(tx, version_of(tx, scope)))

    def step(self, vault: Vault, operation: OperationRecord) -> None:
        scope = scope_of(operation)
        with transaction(vault.engine) as tx:
            key_queries.lock_versions(tx)
            target = KeyState.DEACTIVATED if has_active(tx, scope.ring) else KeyState.ACTIVE
            change_key_state(vault, tx, version_of(tx, scope), target)
            finish(vault, tx, operation, Report(worked=1, verified=1, new_version=scope.version))
        vault.keyroom.refresh()


class DestroyKey:
    """A version that wraps nothing any more: destroyed once everybody agreed and the time has passed."""

    def look(self, _vault: Vault, tx: Connection, scope: Scope) -> Preflight:
        version = version_of(tx, scope)
        _require_transition(version, KeyState.DESTROY_SCHEDULED)
        require_unreferenced(tx, version)
        return Preflight(total=1)

    def step(self, vault: Vault, operation: OperationRecord) -> None:
        """A version in this state wraps nothing new, so what the proof saw before the transaction holds in it."""
        scope = scope_of(operation)
        with reading(vault.engine) as tx:
            require_unreferenced(tx, version_of(tx, scope))
        with transaction(vault.engine) as tx:
            key_queries.lock_versions(tx)
            version = version_of(tx, scope)
            change_key_state(vault, tx, version, KeyState.DESTROYED)
            finish(vault, tx, operation, Report(worked=1, verified=1, old_version=scope.version))
        vault.keyroom.refresh()


def version_of(tx: Connection, scope: Scope) -> KekRecord:
    """The key version that is meant; InputError ``operation.version``."""
    for version in key_queries.list_key_versions(tx):
        if (version.ring, version.version) == (scope.ring, scope.version):
            return version
    raise InputError("operation.version")


def has_active(tx: Connection, ring: str) -> bool:
    """Whether a version of the ring wraps now."""
    versions = key_queries.list_key_versions(tx)
    return any(each.ring == ring and each.state is KeyState.ACTIVE for each in versions)


def count_references(tx: Connection, version: KekRecord) -> int:
    """How many records this version wraps, by looking at every one of its ring; one that is spoilt may be any's."""
    return count_all_references(tx, [version])[version.ring, version.version]


def count_all_references(tx: Connection, versions: Sequence[KekRecord]) -> dict[tuple[str, KeyVersion], int]:
    """The same for many versions, those of classes in one scan."""
    of_classes = [each for each in versions if each.ring in CLASS_RINGS]
    named = [NamedVersion(each.ring, WrapRecord(each.key_id, each.version).begin) for each in of_classes]
    counts = rewrapping_queries.count_keys_under(tx, named, form=WRAP_RECORD_FORM, length=WRAP_RECORD_BYTES)
    found = {(each.ring, each.version): count for each, count in zip(of_classes, counts, strict=True)}
    for each in versions:
        if each.ring not in CLASS_RINGS:
            found[each.ring, each.version] = _count_services(tx, each)
    return found


def _count_services(tx: Connection, version: KekRecord) -> int:
    stored = (each for each in key_queries.named_service_keys(tx) if each.ring == version.ring)
    services = sum(names(each.record.wrapped, version) for each in stored)
    return services + sum(names(each.wrapped, version) for each in exports_under(tx, version.ring))


def require_unreferenced(tx: Connection, version: KekRecord) -> None:
    """Conflict ``operation.referenced`` with the number of keys that would be lost."""
    count = count_references(tx, version)
    if count:
        raise Conflict("operation.referenced", count=count)


def end_views_of_class(vault: Vault, tx: Connection, ring: str) -> None:
    """A key that must open nothing lets no open view go on: views hold keys that it once unwrapped."""
    if ring in CLASS_RINGS:
        close_views(vault, tx, view_queries.unended_views_of_class(tx, ring), cause=EndCause.REVOKED, code="key")


def _require_transition(version: KekRecord, target: KeyState) -> None:
    try:
        check_transition(version.state, target)
    except KeyStateError as error:
        raise Conflict("operation.key_state") from error
