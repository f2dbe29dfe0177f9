"""A new key for the index of customer names: every dossier's token is made anew from its opened record.

::

    begin     the successor is stored as ``name_index.next``; from now on names are looked for under both keys
    retoken   batches in the order of ids: each record is opened and its token made under the successor
    finish    the successor takes the place of the key, in one transaction

While it goes on a customer is found by either token (:func:`vault.filing.records.name_tokens`), so that nobody is
missed; what is founded meanwhile gets the successor's. A dossier whose record does not open has no name to be found by:
it is named in the trail and passed over.
"""

from __future__ import annotations

from keys.primitives import new_secret
from keys.wrapping import service_key_context
from vault.custody.keyroom import ServiceKey
from vault.custody.procedures.port import STEP_SECONDS, advance, finish, leftover_of, record_damage
from vault.custody.scope import Preflight, Report, Scope
from vault.database import dossier_queries, key_queries
from vault.database.engine import Connection, transaction
from vault.database.key_queries import ServiceKeyRecord
from vault.database.operation_queries import OperationRecord
from vault.errors import TamperError
from vault.filing.dossier_keys import unwrap_dossier_key
from vault.filing.records import NEXT_NAME_KEY, name_token, open_record
from vault.runtime import Vault

BATCH = 500


class RotateIndexKey:
    """See the module."""

    def look(self, _vault: Vault, tx: Connection, _scope: Scope) -> Preflight:
        return Preflight(total=dossier_queries.count_dossiers(tx))

    def step(self, vault: Vault, operation: OperationRecord) -> None:
        if operation.phase == "begin":
            _begin(vault, operation)
        else:
            _retoken(vault, operation)


def _begin(vault: Vault, operation: OperationRecord) -> None:
    name = ServiceKey.NAME_INDEX
    with transaction(vault.engine) as tx:
        key_queries.lock_keys(tx)  # whoever founds a dossier with the old token has committed before
        known = {each.name for each in key_queries.list_service_keys(tx)}
        if NEXT_NAME_KEY not in known:  # else one that failed has left it
            context = service_key_context(name.value)
            wrapped = vault.keyroom.wrap(tx, name.ring, new_secret(vault.random), context=context)
            key_queries.store_service_key(tx, ServiceKeyRecord(NEXT_NAME_KEY, wrapped, None), now=vault.clock.now())
        key_queries.next_generation(tx)
        advance(vault, tx, operation, phase="retoken", cursor="", total=dossier_queries.count_dossiers(tx))
    vault.keyroom.refresh()


def _retoken(vault: Vault, operation: OperationRecord) -> None:
    started_at = vault.monotonic()
    vault.keyroom.refresh()
    successor = vault.keyroom.named_key(NEXT_NAME_KEY)
    with transaction(vault.engine) as tx:
        batch = dossier_queries.dossiers_after(tx, operation.cursor, limit=BATCH)
        worked, cursor, left = 0, operation.cursor, leftover_of(operation)
        for dossier in batch:
            try:
                record = open_record(unwrap_dossier_key(vault.keyroom, dossier), dossier.record_sealed)
            except TamperError as error:
                record_damage(vault, tx, operation, dossier.id, code=error.code)
                left += 1
            else:
                dossier_queries.set_name_token(tx, dossier.id, name_token(successor, record.name))
            worked, cursor = worked + 1, dossier.id
            if vault.monotonic() - started_at > STEP_SECONDS:
                break
        if worked < len(batch) or len(batch) == BATCH:
            advance(vault, tx, operation, more=worked, cursor=cursor, started_at=started_at, leftover=left)
            return
        key_queries.lock_keys(tx)
        key_queries.remove_service_key(tx, ServiceKey.NAME_INDEX.value)
        key_queries.rename_service_key(tx, NEXT_NAME_KEY, ServiceKey.NAME_INDEX.value)
        key_queries.next_generation(tx)
        done = operation.done + worked
        finish(vault, tx, operation, Report(worked=done, verified=done - left, leftover=left))
    vault.keyroom.refresh()
