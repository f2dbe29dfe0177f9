"""New keys for the two indexes, of customer names and of filed contents: every token is made anew.

::

    begin     the successors are stored (``name_index.next``, ``content_index.next``); from now on both are asked with
    names     batches in the order of ids: each record is opened and its token made under the successor
    contents  one original after another is opened, and its token made under the successor
    finish    the successors take the places of the keys, in one transaction

While it goes on a customer is found, and a file that is there already is known, by either token
(:mod:`vault.filing.index_keys`); what is filed meanwhile gets the successor's. What does not open has nothing to make a
token from: it is named in the trail and passed over.
"""

from __future__ import annotations

import hashlib

from keys.primitives import new_secret
from keys.wrapping import service_key_context
from vault.custody.keyroom import ServiceKey
from vault.custody.procedures.port import STEP_SECONDS, advance, finish, leftover_of, record_damage
from vault.custody.scope import Preflight, Report, Scope
from vault.database import content_queries, document_queries, dossier_queries, key_queries, resealing_queries
from vault.database.content_queries import FiledContent
from vault.database.document_queries import ObjectPart, ObjectRecord
from vault.database.engine import Connection, reading, transaction
from vault.database.key_queries import ServiceKeyRecord
from vault.database.operation_queries import OperationRecord
from vault.errors import NotFound, TamperError
from vault.filing.content import content_token
from vault.filing.documents import object_identities
from vault.filing.dossier_keys import key_for_dek, unwrap_dossier_key
from vault.filing.index_keys import successor_of
from vault.filing.records import name_token, open_record
from vault.runtime import Vault
from vault.sealing.contexts import object_context
from vault.sealing.envelope import open_sealed
from vault.storage.port import ObjectKey

BATCH = 500
_INDEXES = (ServiceKey.NAME_INDEX, ServiceKey.CONTENT_INDEX)


class RotateIndexKey:
    """See the module."""

    def look(self, _vault: Vault, tx: Connection, _scope: Scope) -> Preflight:
        return Preflight(total=_count(tx))

    def step(self, vault: Vault, operation: OperationRecord) -> None:
        if operation.phase == "begin":
            _begin(vault, operation)
        elif operation.phase == "contents":
            _retoken_content(vault, operation)
        elif operation.phase == "finish":
            _finish(vault, operation)
        else:
            _retoken_names(vault, operation)


def _count(tx: Connection) -> int:
    return dossier_queries.count_dossiers(tx) + content_queries.count_contents(tx)


def _begin(vault: Vault, operation: OperationRecord) -> None:
    with transaction(vault.engine) as tx:
        key_queries.lock_keys(tx)  # whoever files something with the old token has committed before
        known = {each.name for each in key_queries.list_service_keys(tx)}
        for index in _INDEXES:
            if successor_of(index) in known:  # one that failed has left it
                continue
            context = service_key_context(index.value)
            wrapped = vault.keyroom.wrap(tx, index.ring, new_secret(vault.random), context=context)
            successor = ServiceKeyRecord(successor_of(index), wrapped, None)
            key_queries.store_service_key(tx, successor, now=vault.clock.now())
        key_queries.next_generation(tx)
        advance(vault, tx, operation, phase="names", cursor="", total=_count(tx))
    vault.keyroom.refresh()


def _retoken_names(vault: Vault, operation: OperationRecord) -> None:
    started_at = vault.monotonic()
    vault.keyroom.refresh()
    successor = vault.keyroom.named_key(successor_of(ServiceKey.NAME_INDEX))
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
        is_last = worked == len(batch) < BATCH
        advance(
            vault,
            tx,
            operation,
            more=worked,
            cursor="" if is_last else cursor,
            phase="contents" if is_last else "names",
            started_at=started_at,
            leftover=left,
        )


def _retoken_content(vault: Vault, operation: OperationRecord) -> None:
    """One original, however long it takes to read it; the transaction comes after."""
    started_at = vault.monotonic()
    vault.keyroom.refresh()
    successor = vault.keyroom.named_key(successor_of(ServiceKey.CONTENT_INDEX))
    with reading(vault.engine) as tx:
        filed = content_queries.content_after(tx, operation.cursor)
        original = document_queries.live_object(tx, filed.version_id, ObjectPart.ORIGINAL) if filed else None
    if filed is None:
        with transaction(vault.engine) as tx:
            advance(vault, tx, operation, phase="finish", cursor="")
        return
    left, token, code = leftover_of(operation), b"", "tamper.object_missing"
    if original is not None:
        try:
            token = content_token(successor, filed.dossier_id, _digest_of(vault, filed, original))
        except (TamperError, NotFound) as error:
            code = error.code
            with reading(vault.engine) as tx:
                if not resealing_queries.is_live(tx, original.object_key):
                    return  # sealed anew, released or shredded while it was read: looked at again
    with transaction(vault.engine) as tx:
        if token:
            content_queries.replace_token(tx, filed, token)
        elif content_queries.is_filed(tx, filed):
            record_damage(vault, tx, operation, filed.dossier_id, code=code)
            left += 1
        advance(vault, tx, operation, more=1, cursor=filed.version_id, started_at=started_at, leftover=left)


def _digest_of(vault: Vault, filed: FiledContent, original: ObjectRecord) -> bytes:
    """SHA-256 of an original, all of it verified."""
    with reading(vault.engine) as tx:
        dossier = dossier_queries.load_dossier(tx, filed.dossier_id)
        version = document_queries.load_version(tx, filed.version_id)
    if dossier is None or version is None:
        raise TamperError("tamper.row_missing")
    key = key_for_dek(vault.keyroom, dossier, original.wrapped_dek)
    identities = object_identities(key, version, ObjectPart.ORIGINAL)
    dek = key.unwrap_dek(original.wrapped_dek, identities=identities, header=original.header)
    context = object_context(
        dossier_id=dossier.id, document_id=version.document_id, version=version.number, part=ObjectPart.ORIGINAL.value
    )
    digest = hashlib.sha256()
    with vault.store.open_stream(ObjectKey(original.object_key)) as stream:
        for block in open_sealed(
            stream, dek, context=context, header=original.header, expected_bytes=original.sealed_bytes
        ):
            digest.update(block)
    return digest.digest()


def _finish(vault: Vault, operation: OperationRecord) -> None:
    """By itself: whoever files something holds the keys before any row, and so does this."""
    left = leftover_of(operation)
    with transaction(vault.engine) as tx:
        key_queries.lock_keys(tx)
        for index in _INDEXES:
            key_queries.remove_service_key(tx, index.value)
            key_queries.rename_service_key(tx, successor_of(index), index.value)
        key_queries.next_generation(tx)
        finish(vault, tx, operation, Report(worked=operation.done, verified=operation.done - left, leftover=left))
    vault.keyroom.refresh()
