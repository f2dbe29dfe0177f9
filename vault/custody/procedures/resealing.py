"""Resealing: new dossier keys, new DEKs and new objects; the only remedy once a key may be known to others.

For each dossier in turn::

    next      one transaction: the dossier gets its next key, under the class's active version; new DEKs use it at once
    object    each live object is opened under its old DEK, sealed under a new one as a new object, read back whole,
              and put in the old one's place in one transaction; the old one stays for the views that are open on it
    swap      one transaction: record, titles, notes and reasons are sealed under the next key, which becomes the key

Every opened byte is sealed again before it rests anywhere. Killed anywhere, the dossier opens all the while: a DEK's
record names which of the two keys wraps it. Garbage that a killed step leaves is pending and swept.

A next key that the operation finds was made by an earlier one, perhaps under a key that has been found compromised
since: such a dossier is first brought to its end under it, and then resealed once more. So the cursor says not only
which dossier was the last, but also which one got its next key from this operation. A dossier in which something is
damaged keeps both keys, is named in the trail, and holds up no other.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from typing import BinaryIO, cast

from keys.lifecycle import Use
from keys.model import Secret
from keys.primitives import new_secret, sealed_length
from keys.wrapping import dossier_key_context
from vault.custody.procedures.port import advance, finish, leftover_of, record_damage
from vault.custody.procedures.rotating import CLASS_RINGS
from vault.custody.procedures.sampling import open_sample
from vault.custody.scope import Preflight, Report, Scope, scope_of
from vault.database import document_queries, dossier_queries, resealing_queries
from vault.database.document_queries import ObjectPart, ObjectRecord, ObjectState, VersionRecord
from vault.database.dossier_queries import DossierRecord
from vault.database.engine import Connection, reading, transaction
from vault.database.operation_queries import OperationRecord
from vault.errors import Conflict, InputError, NotFound, TamperError
from vault.filing.documents import new_object_key, object_identities, pending_object
from vault.filing.dossier_keys import DossierKey, key_for_dek, unwrap_dossier_key, unwrap_next_dossier_key, wraps_under
from vault.filing.resealing import reseal_fields
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.runtime import Vault
from vault.sealing.contexts import object_context
from vault.sealing.envelope import SealingReader, open_sealed, verify_stored
from vault.sealing.opened_stream import OpenedStream
from vault.sealing.page_pack import PackIndex, PackWriter, PartKind, read_part
from vault.storage.port import ObjectKey

_IN_MEMORY_BYTES = 32 << 20
"""A page pack up to this size waits in memory: to write it twice would cost as much as all the rest."""


@dataclass(frozen=True, slots=True)
class _Sealed:
    """What the sealing of a new object found out, for its row."""

    header: bytes
    sealed_bytes: int
    sha256: bytes
    index_sealed: bytes | None


class Reseal:
    """One dossier, one class, or with an empty scope everything."""

    def look(self, vault: Vault, tx: Connection, scope: Scope) -> Preflight:
        if scope.dossier:
            dossier = dossier_queries.load_dossier(tx, scope.dossier)
            if dossier is None or dossier.is_shredded:
                raise InputError("operation.dossier")
        elif scope.ring and scope.ring not in CLASS_RINGS:
            raise InputError("operation.ring")
        objects, total_bytes = resealing_queries.measure_objects(tx, scope.dossier, classification=scope.ring)
        sampled, _pages = open_sample(vault, tx, classification=scope.ring, dossier_id=scope.dossier)
        return Preflight(total=objects, bytes=total_bytes, sampled=sampled)

    def step(self, vault: Vault, operation: OperationRecord) -> None:
        reseal_step(vault, operation, scope_of(operation))


def reseal_step(vault: Vault, operation: OperationRecord, scope: Scope) -> None:
    """The next piece: begins a dossier, reseals an object of it, or ends it; after the last one the operation ends."""
    vault.keyroom.refresh()
    place = _Place.of(operation.cursor)
    with reading(vault.engine) as tx:
        dossier = _current(tx, place, scope)
    if dossier is None:
        _finish(vault, operation, scope)
        return
    try:
        _work_on(vault, operation, dossier, place)
    except (TamperError, NotFound) as error:
        _leave_over(vault, operation, dossier, error.code)


@dataclass(frozen=True, slots=True)
class _Place:
    """How far the operation has come: the last dossier that is done, and the one that has its next key from here."""

    last: str
    begun: str

    @classmethod
    def of(cls, cursor: str) -> _Place:
        last, _sign, begun = cursor.partition(">")
        return cls(last, begun)

    def __str__(self) -> str:
        return f"{self.last}>{self.begun}" if self.begun else self.last


def _current(tx: Connection, place: _Place, scope: Scope) -> DossierRecord | None:
    """The dossier at work: the one whose id follows the last one. None when there is no further one."""
    if scope.dossier:
        dossier = dossier_queries.load_dossier(tx, scope.dossier) if place.last < scope.dossier else None
        return None if dossier is None or dossier.is_shredded else dossier
    return dossier_queries.next_dossier(tx, place.last, classification=scope.ring)


def _work_on(vault: Vault, operation: OperationRecord, dossier: DossierRecord, place: _Place) -> None:
    is_begun = place.begun == dossier.id
    if dossier.next_wrapped_key is None and is_begun:  # another operation has brought it to its end
        with transaction(vault.engine) as tx:
            advance(vault, tx, operation, cursor=dossier.id)
        return
    if dossier.next_wrapped_key is None:
        _begin_dossier(vault, operation, dossier, place)
        return
    with reading(vault.engine) as tx:
        waiting = _next_object(tx, dossier)
    if waiting is not None:
        _reseal_object(vault, operation, dossier, *waiting)
    else:
        _swap(vault, operation, dossier, done=dossier.id if is_begun else place.last)


def _begin_dossier(vault: Vault, operation: OperationRecord, dossier: DossierRecord, place: _Place) -> None:
    with transaction(vault.engine) as tx:
        locked = dossier_queries.lock_dossier(tx, dossier.id)
        if locked is None or locked.next_wrapped_key is not None or locked.is_shredded:
            return  # looked at again
        secret, ring = new_secret(vault.random), locked.classification.value
        wrapped = vault.keyroom.wrap(tx, ring, secret, context=dossier_key_context(dossier.id))
        dossier_queries.store_next_key(tx, dossier.id, wrapped)
        advance(vault, tx, operation, cursor=str(replace(place, begun=dossier.id)))


def _leave_over(vault: Vault, operation: OperationRecord, dossier: DossierRecord, code: str) -> None:
    """Something in it is damaged: it stays as it is, with both keys, until a person has seen to it."""
    with transaction(vault.engine) as tx:
        record_damage(vault, tx, operation, dossier.id, code=code)
        advance(vault, tx, operation, cursor=dossier.id, leftover=leftover_of(operation) + 1)


def _next_object(tx: Connection, dossier: DossierRecord) -> tuple[VersionRecord, ObjectRecord] | None:
    """A live object whose DEK the current key wraps, not the next one."""
    for version, each in resealing_queries.live_objects_of_dossier(tx, dossier.id):
        if not wraps_under(each.wrapped_dek, dossier.key_number + 1):
            return version, each
    return None


def _reseal_object(
    vault: Vault, operation: OperationRecord, dossier: DossierRecord, version: VersionRecord, old: ObjectRecord
) -> None:
    started_at = vault.monotonic()
    old_key = key_for_dek(vault.keyroom, dossier, old.wrapped_dek, use=Use.RESEAL)
    old_dek = old_key.unwrap_dek(
        old.wrapped_dek, identities=object_identities(old_key, version, old.part), header=old.header
    )
    new_dek, object_key = new_secret(vault.random), new_object_key(vault)
    with transaction(vault.engine) as tx:
        document_queries.store_object(tx, pending_object(vault, version.id, old.part, object_key))
        advance(vault, tx, operation)
    copy = _copy_original if old.part is ObjectPart.ORIGINAL else _copy_pack
    try:
        sealed = copy(vault, dossier, version, old, old_dek, new_dek, object_key)
        verify_stored(vault.store, object_key, expected_bytes=sealed.sealed_bytes, expected_sha256=sealed.sha256)
    except (TamperError, NotFound):
        with reading(vault.engine) as tx:
            if resealing_queries.is_live(tx, old.object_key):
                raise
        return  # refused, replaced or shredded while it was read, and swept
    with transaction(vault.engine) as tx:
        locked = dossier_queries.lock_dossier(tx, dossier.id)
        following = unwrap_next_dossier_key(vault.keyroom, locked, use=Use.RESEAL) if locked else None
        if following is None or not resealing_queries.retire_object(tx, old.object_key, now=vault.clock.now()):
            return  # the new object is garbage for the sweep
        identities = object_identities(following, version, old.part)
        fresh = ObjectRecord(
            object_key=object_key,
            version_id=version.id,
            part=old.part,
            state=ObjectState.LIVE,
            wrapped_dek=following.wrap_dek(new_dek, identities=identities, header=sealed.header, random=vault.random),
            header=sealed.header,
            sealed_bytes=sealed.sealed_bytes,
            sha256=sealed.sha256,
            index_sealed=sealed.index_sealed,
            created_at=vault.clock.now(),
        )
        if not document_queries.settle_object(tx, fresh):
            raise Conflict("operation.taken")  # swept as abandoned: the old one keeps its place
        advance(vault, tx, operation, more=1, started_at=started_at)


def _copy_original(
    vault: Vault,
    dossier: DossierRecord,
    version: VersionRecord,
    old: ObjectRecord,
    old_dek: Secret,
    new_dek: Secret,
    object_key: ObjectKey,
) -> _Sealed:
    """From the store through memory to the store: opened and sealed again in blocks of 256 KiB."""
    context = object_context(
        dossier_id=dossier.id, document_id=version.document_id, version=version.number, part=ObjectPart.ORIGINAL.value
    )
    with vault.store.open_stream(ObjectKey(old.object_key)) as stream:
        blocks = open_sealed(stream, old_dek, context=context, header=old.header, expected_bytes=old.sealed_bytes)
        size = version.plaintext_bytes
        sealing = SealingReader(OpenedStream(blocks), new_dek, context=context, plaintext_bytes=size)
        vault.store.put(object_key, sealing, size=sealed_length(size))
    return _Sealed(sealing.header, sealing.sealed_bytes, sealing.sha256, None)


def _copy_pack(
    vault: Vault,
    dossier: DossierRecord,
    version: VersionRecord,
    old: ObjectRecord,
    old_dek: Secret,
    new_dek: Secret,
    object_key: ObjectKey,
) -> _Sealed:
    """Page by page, each opened whole and sealed again; what waits for the put, on the disk if large, is ciphertext."""
    if old.index_sealed is None:
        raise TamperError("tamper.row_missing")
    ids = {"dossier_id": dossier.id, "document_id": version.document_id}
    index = PackIndex.open(old.index_sealed, old_dek, version=version.number, **ids)
    with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES, dir=str(vault.spool)) as waiting:
        spooled = cast("BinaryIO", waiting)
        writer = PackWriter(spooled, new_dek, version=version.number, **ids)
        for number, page in enumerate(index.pages, start=1):
            image = _part(vault, old, old_dek, index, number, PartKind.IMAGE)
            text = _part(vault, old, old_dek, index, number, PartKind.TEXT).decode("utf-8")
            writer.add_page(number, image=image, width=page.width, height=page.height, text=text)
        summary = writer.finish()
        spooled.seek(0)
        _put(vault, object_key, spooled, summary.sealed_bytes)
    return _Sealed(summary.header, summary.sealed_bytes, summary.sha256, summary.index_sealed)


def _part(vault: Vault, old: ObjectRecord, dek: Secret, index: PackIndex, number: int, kind: PartKind) -> bytes:
    page = index.pages[number - 1]
    part = page.image if kind is PartKind.IMAGE else page.text
    return read_part(vault.store, ObjectKey(old.object_key), part, dek, index=index)


def _put(vault: Vault, key: ObjectKey, content: BinaryIO, size: int) -> None:
    vault.store.put(key, content, size=size)


def _swap(vault: Vault, operation: OperationRecord, dossier: DossierRecord, *, done: str) -> None:
    """The next key becomes the key, if nothing is left under the old one; the operation's place is ``done`` then."""
    with transaction(vault.engine) as tx:
        locked = dossier_queries.lock_dossier(tx, dossier.id)
        if locked is None or locked.is_shredded:
            return
        following = unwrap_next_dossier_key(vault.keyroom, locked, use=Use.RESEAL)
        if following is None or _next_object(tx, locked) is not None:
            return  # looked at again
        current = unwrap_dossier_key(vault.keyroom, locked, use=Use.RESEAL)
        resealed = reseal_fields(vault, tx, locked, current=current, following=following)
        dossier_queries.take_next_key(tx, resealed)
        _record_resealed(vault, tx, operation, following)
        advance(vault, tx, operation, cursor=done)


def _record_resealed(vault: Vault, tx: Connection, operation: OperationRecord, key: DossierKey) -> None:
    facts: dict[str, str | int] = {"operation": operation.id, "number": key.number}
    vault.recorder.append(tx, Entry(Event.DOSSIER_RESEALED, Outcome.SUCCESS, dossier=key.dossier_id, details=facts))


def _finish(vault: Vault, operation: OperationRecord, scope: Scope) -> None:
    left = leftover_of(operation)
    with reading(vault.engine) as tx:
        _dossiers, opened = open_sample(
            vault, tx, classification=scope.ring, dossier_id=scope.dossier, skip_damaged=left > 0
        )
    report = Report(worked=operation.done, verified=operation.done, opened=opened, leftover=left)
    with transaction(vault.engine) as tx:
        finish(vault, tx, replace(operation, total=0), report)
