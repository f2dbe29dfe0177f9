"""Moving to another root key: every key-encryption key is wrapped by it, in one transaction.

There are tens of them, not millions, so nothing is left half moved. A provider may take its time: both are asked before
the transaction begins, and their answers are kept only if no version has been made meanwhile. The new root's place is
named in the configuration (``keys.next_root``) before, so that a gateway that starts in the middle of it opens either;
when it is done the operator writes it as ``keys.root``. The old root key stays valid for old backups: destroying it is
the operator's decision, and says so in the runbook.
"""

from __future__ import annotations

from keys.errors import KeysError
from keys.keyring import KekRecord, Keyring
from keys.model import KeyState
from keys.root.port import RootKey
from vault.custody.procedures.port import advance, finish
from vault.custody.scope import Preflight, Report, Scope, scope_of
from vault.custody.translation import translated_key_errors
from vault.database import key_queries
from vault.database.engine import Connection, reading, transaction
from vault.database.operation_queries import OperationRecord
from vault.errors import Conflict, InputError
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.runtime import Vault


class MoveRoot:
    """See the module."""

    def look(self, vault: Vault, tx: Connection, scope: Scope) -> Preflight:
        """The new root must be configured, and answer now."""
        if not vault.keyroom.knows_root(scope.root):
            raise InputError("operation.root")
        target = vault.keyroom.open_root(scope.root)
        try:
            target.check()
        except KeysError:
            return Preflight(total=_count(tx), provider="keys.unavailable")
        return Preflight(total=_count(tx), provider="ok")

    def step(self, vault: Vault, operation: OperationRecord) -> None:
        if operation.phase == "begin":
            _move(vault, operation)
        else:
            _verify(vault, operation)


def _target(vault: Vault, uri: str) -> RootKey:
    """The new root; InputError ``operation.root`` if the configuration has ceased to name it."""
    if not vault.keyroom.knows_root(uri):
        raise InputError("operation.root")
    return vault.keyroom.open_root(uri)


def _count(tx: Connection) -> int:
    return sum(version.state is not KeyState.DESTROYED for version in key_queries.list_key_versions(tx))


def _waiting(tx: Connection, uri: str) -> list[KekRecord]:
    """The versions that are not under the root key at ``uri`` yet."""
    versions = key_queries.list_key_versions(tx)
    return [each for each in versions if each.state is not KeyState.DESTROYED and each.root_uri != uri]


def _move(vault: Vault, operation: OperationRecord) -> None:
    uri = scope_of(operation).root
    old, new = vault.keyroom.open_root(), _target(vault, uri)
    with reading(vault.engine) as tx:
        waiting = _waiting(tx, uri)
    with translated_key_errors():
        wrapped = {version.wrapped: Keyring.move_kek(old, new, version, random=vault.random) for version in waiting}
    with transaction(vault.engine) as tx:
        key_queries.lock_versions(tx)
        moved = 0
        for version in _waiting(tx, uri):
            if version.wrapped not in wrapped:
                raise Conflict("keys.rotated")  # made meanwhile: all of it once more
            key_queries.move_key_version(tx, wrapped[version.wrapped], before=version.wrapped)
            moved += 1
        key_queries.next_generation(tx)
        facts: dict[str, str | int] = {"operation": operation.id, "count": moved, "root": new.key_id.hex()}
        vault.recorder.append(tx, Entry(Event.ROOT_MOVED, Outcome.SUCCESS, details=facts))
        advance(vault, tx, operation, more=moved, phase="verify")


def _verify(vault: Vault, operation: OperationRecord) -> None:
    """A keyring of its own opens everything through the new root, as a gateway that starts afterwards would."""
    new = _target(vault, scope_of(operation).root)
    with reading(vault.engine) as tx:
        versions = key_queries.list_key_versions(tx)
    fresh = Keyring.sealed()
    with translated_key_errors():
        fresh.unseal(new, versions)
        lost = len(fresh.lost_versions)
        fresh.seal()
    if lost:
        raise Conflict("operation.key_state")
    vault.keyroom.refresh()
    with transaction(vault.engine) as tx:
        finish(vault, tx, operation, Report(worked=operation.total, verified=_count(tx)))
