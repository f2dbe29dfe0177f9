"""Rotating a ring: a new active key version, then every key that the old ones wrap is wrapped under it.

::

    begin     one transaction: the active version becomes deactivated, a fresh one active, every process is told
    rewrap    batches in the order of references: each record is opened in its context and wrapped under the new version
    verify    every record once more: it names the new version and opens; counts equal; documents opened at random

Killed anywhere it goes on: what is wrapped by an old version opens all the while, and new keys are wrapped by the new
one from the first moment, because the database counts wraps only under the version that is active in it. A record that
does not open is left as it is and named in the trail; the old version cannot be destroyed before somebody has seen to
it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from keys.errors import KeyStateError, UnwrapError
from keys.keyring import KekRecord, Keyring
from keys.lifecycle import Use, check_transition
from keys.model import EncryptionContext, KeyState, KeyVersion
from keys.wrapping import WrapRecord, dossier_key_context, export_key_context, service_key_context
from vault.custody.keyroom import TRAIL_RING, base_name
from vault.custody.procedures.port import STEP_SECONDS, advance, finish, leftover_of, record_damage
from vault.custody.procedures.sampling import open_sample
from vault.custody.scope import Preflight, Report, Scope, scope_of
from vault.custody.translation import translated_key_errors
from vault.database import dossier_queries, export_queries, key_queries, rewrapping_queries
from vault.database.engine import Connection, reading, transaction
from vault.database.export_queries import WrappedExportKey
from vault.database.operation_queries import OperationRecord
from vault.database.rewrapping_queries import RewrappedKeys, WrappedDossierKey
from vault.errors import Conflict, InputError, TamperError, Unavailable
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.model import Classification
from vault.runtime import Vault

BATCH = 2_000
"""Records between two looks at the clock; a transaction takes as many batches as fit into a step."""
CLASS_RINGS = frozenset(classification.value for classification in Classification)


class RotateRing:
    """See the module."""

    def look(self, vault: Vault, tx: Connection, scope: Scope) -> Preflight:
        """Counts what the ring wraps and opens some of it. What a suspended version wraps cannot be wrapped anew."""
        states = {version.state for version in key_queries.list_key_versions(tx) if version.ring == scope.ring}
        if not states:
            raise InputError("operation.ring")
        if KeyState.SUSPENDED in states:
            raise Conflict("operation.key_state")
        total = count_wrapped(tx, scope.ring)
        sampled, _pages = open_sample(vault, tx, classification=scope.ring) if scope.ring in CLASS_RINGS else (0, 0)
        return Preflight(total=total, sampled=sampled)

    def step(self, vault: Vault, operation: OperationRecord) -> None:
        if operation.phase == "begin":
            _begin(vault, operation)
        elif operation.phase == "rewrap":
            rewrap_step(vault, operation, scope_of(operation).ring)
        else:
            verify_step(vault, operation, scope_of(operation).ring)


def count_wrapped(tx: Connection, ring: str) -> int:
    """How many keys the ring's versions wrap."""
    if ring in CLASS_RINGS:
        return dossier_queries.count_dossiers(tx, ring)
    return sum(service.ring == ring for service in key_queries.named_service_keys(tx)) + len(exports_under(tx, ring))


def exports_under(tx: Connection, ring: str) -> list[WrappedExportKey]:
    """The DEKs of exports of the trail, which the trail's ring wraps; none for any other ring."""
    return export_queries.wrapped_export_keys(tx) if ring == TRAIL_RING else []


def begin_version(vault: Vault, tx: Connection, ring: str, *, retire_to: KeyState = KeyState.DEACTIVATED) -> KekRecord:
    """A fresh active version of the ring in place of the active one, if there is one; told to every process."""
    key_queries.lock_versions(tx)
    versions = [version for version in key_queries.list_key_versions(tx) if version.ring == ring]
    now = vault.clock.now()
    number = KeyVersion(max(version.version for version in versions) + 1)
    root = vault.keyroom.open_root(newest_root_uri(vault, versions))
    with translated_key_errors():
        created = Keyring.create_kek(
            root, ring, version=number, random=vault.random, recovery_public=key_queries.recovery_public(tx)
        )
    fresh = replace(created, root_uri=root.uri)
    for version in versions:
        if version.state is KeyState.ACTIVE:
            change_key_state(vault, tx, version, retire_to)
    key_queries.store_key_version(tx, fresh, root_uri=fresh.root_uri, now=now)
    key_queries.next_generation(tx)
    facts: dict[str, str | int] = {"ring": ring, "number": number, "key": fresh.key_id.hex()}
    vault.recorder.append(tx, Entry(Event.KEY_CREATED, Outcome.SUCCESS, details=facts))
    return fresh


def change_key_state(vault: Vault, tx: Connection, version: KekRecord, target: KeyState) -> None:
    """One legal state change with its entry; Conflict if the version is no longer in the state that was read."""
    try:
        check_transition(version.state, target)
    except KeyStateError as error:
        raise Conflict("operation.key_state") from error
    changed = key_queries.change_key_state(
        tx, version.ring, version=version.version, expected=version.state, target=target, now=vault.clock.now()
    )
    if not changed:
        raise Conflict("operation.key_state")
    key_queries.next_generation(tx)
    facts: dict[str, str | int] = {
        "ring": version.ring,
        "number": version.version,
        "from": version.state.value,
        "to": target.value,
    }
    vault.recorder.append(tx, Entry(Event.KEY_STATE_CHANGED, Outcome.SUCCESS, details=facts))


def newest_root_uri(vault: Vault, versions: list[KekRecord]) -> str:
    """Where new key-encryption keys are wrapped: the further root once keys have moved there, else the configured."""
    moved = {version.root_uri for version in versions if vault.keyroom.knows_root(version.root_uri)}
    return next(iter(moved), "")


def _begin(vault: Vault, operation: OperationRecord) -> None:
    ring = scope_of(operation).ring
    with transaction(vault.engine) as tx:
        begin_version(vault, tx, ring)
        advance(vault, tx, operation, phase="rewrap", cursor="", total=count_wrapped(tx, ring))
    vault.keyroom.refresh()


def rewrap_step(vault: Vault, operation: OperationRecord, ring: str) -> None:
    """The next batches, as many as fit into a step; verification follows after the last one."""
    started_at = vault.monotonic()
    vault.keyroom.refresh()
    active = _active(vault, ring)
    if ring not in CLASS_RINGS:
        _rewrap_service_keys(vault, operation, ring)
        return
    with transaction(vault.engine) as tx:
        seen = changed = 0
        cursor, is_last = operation.cursor, False
        while True:
            batch = _rewrap_batch(vault, tx, ring, active, after=cursor)
            seen, changed = seen + batch.seen, changed + batch.changed
            cursor, is_last = batch.cursor, batch.is_last
            if is_last or vault.monotonic() > started_at + STEP_SECONDS:
                break
        if changed and not key_queries.count_wraps(tx, ring, version=active.version, more=changed):
            raise Conflict("keys.rotated")  # another version is active by now: nothing of this step is kept
        if changed:
            facts: dict[str, str | int] = {"operation": operation.id, "ring": ring, "count": changed}
            vault.recorder.append(tx, Entry(Event.KEY_REWRAPPED, Outcome.SUCCESS, details=facts))
        advance(
            vault,
            tx,
            operation,
            more=seen,
            cursor="" if is_last else cursor,
            phase="verify" if is_last else "rewrap",
            started_at=started_at,
        )


def _rewrap_batch(vault: Vault, tx: Connection, ring: str, active: KekRecord, *, after: str) -> RewrappedKeys:
    """What does not open is passed over: verification counts and names it."""
    begin = WrapRecord(active.key_id, active.version).begin
    with translated_key_errors():
        rewrap = vault.keyroom.keyring.rewrapper(ring, random=vault.random)
        return rewrapping_queries.rewrap_after(
            tx,
            ring,
            after=after,
            limit=BATCH,
            begin=begin,
            rewrap=lambda dossier_id, wrapped: rewrap(wrapped, dossier_key_context(dossier_id)),
        )


def _in_context(batch: list[WrappedDossierKey]) -> list[tuple[bytes, EncryptionContext]]:
    return [(each.wrapped, dossier_key_context(each.dossier_id)) for each in batch]


def _after(batch: list[WrappedDossierKey], cursor: str) -> tuple[str, bool]:
    """Where the next batch begins, and whether this was the last. A dossier that is resealed has two keys."""
    return (batch[-1].reference if batch else cursor), len(batch) < BATCH


def _rewrap_service_keys(vault: Vault, operation: OperationRecord, ring: str) -> None:
    with transaction(vault.engine) as tx:
        worked = 0
        for stored in key_queries.named_service_keys(tx):
            if stored.ring != ring:
                continue
            context = service_key_context(base_name(stored.record.name))
            secret = vault.keyroom.unwrap(stored.record.wrapped, context=context)
            wrapped = vault.keyroom.wrap(tx, ring, secret, context=context)
            before = stored.record.wrapped
            if not key_queries.replace_service_key(tx, stored.record.name, wrapped=wrapped, before=before):
                raise Conflict("keys.rotated")  # the service key itself was replaced meanwhile
            worked += 1
        worked += _rewrap_exports(vault, tx, ring)
        key_queries.next_generation(tx)
        facts: dict[str, str | int] = {"operation": operation.id, "ring": ring, "count": worked}
        vault.recorder.append(tx, Entry(Event.KEY_REWRAPPED, Outcome.SUCCESS, details=facts))
        advance(vault, tx, operation, more=worked, phase="verify", cursor="")


def _rewrap_exports(vault: Vault, tx: Connection, ring: str) -> int:
    """How many were wrapped anew. One that does not open keeps its version from destruction until it has expired."""
    worked = 0
    for export in exports_under(tx, ring):
        context = export_key_context(export.export_id, owner=export.person_id)
        try:
            dek = vault.keyroom.unwrap(export.wrapped, context=context)
        except TamperError:
            continue
        wrapped = vault.keyroom.wrap(tx, ring, dek, context=context)
        worked += export_queries.replace_wrapped_key(tx, export, wrapped=wrapped)
    return worked


@dataclass(frozen=True, slots=True)
class _Checked:
    """What was found: whether a record is still under an old version, and the dossiers whose record does not open."""

    is_stale: bool
    damaged: list[str]
    cursor: str
    is_last: bool


def verify_step(vault: Vault, operation: OperationRecord, ring: str, *, following: str = "") -> None:
    """Reads everything again, in steps; what is still under an old version sends the operation back to rewrapping.

    After the last batch the operation ends, or goes on with the phase ``following``.
    """
    started_at = vault.monotonic()
    vault.keyroom.refresh()
    active = _active(vault, ring)
    left = leftover_of(operation)
    with reading(vault.engine) as tx:
        found = _check(vault, tx, ring, active, operation.cursor, until=started_at + STEP_SECONDS)
        left += len(found.damaged)
        is_end = found.is_last and not found.is_stale and not following
        opened = _opened_at_random(vault, tx, ring, skip_damaged=left > 0) if is_end else 0
    with transaction(vault.engine) as tx:
        if found.is_stale:
            advance(vault, tx, operation, phase="rewrap", cursor="", more=-operation.done, leftover=0)
            return
        if not following:  # else the next phase names them
            for dossier_id in found.damaged:
                record_damage(vault, tx, operation, dossier_id, code="tamper.key")
        if not found.is_last:
            advance(vault, tx, operation, cursor=found.cursor, leftover=left, started_at=started_at)
        elif following:
            advance(vault, tx, operation, phase=following, cursor="", more=-operation.done, leftover=0)
        else:
            finish(vault, tx, operation, _report(tx, operation, ring, active, opened=opened, left=left))


def _report(
    tx: Connection, operation: OperationRecord, ring: str, active: KekRecord, *, opened: int, left: int
) -> Report:
    return Report(
        worked=operation.total,
        verified=count_wrapped(tx, ring) - left,
        opened=opened,
        leftover=left,
        old_version=active.version - 1,
        new_version=active.version,
    )


def _opened_at_random(vault: Vault, tx: Connection, ring: str, *, skip_damaged: bool) -> int:
    if ring not in CLASS_RINGS:
        return 0
    return open_sample(vault, tx, classification=ring, skip_damaged=skip_damaged)[1]


def _check(vault: Vault, tx: Connection, ring: str, active: KekRecord, cursor: str, *, until: float) -> _Checked:
    """The next records, until time is up or one is found stale. A service key that does not open: TamperError."""
    if ring not in CLASS_RINGS:
        return _Checked(_check_service_keys(vault, tx, ring, active), [], "", is_last=True)
    begin = WrapRecord(active.key_id, active.version).begin
    is_stale, damaged = False, set[str]()
    while True:
        batch = rewrapping_queries.wrapped_keys_after(tx, ring, after=cursor, limit=BATCH)
        with translated_key_errors():
            opened = vault.keyroom.keyring.opens(_in_context(batch), use=Use.RESEAL)
        for each, is_open in zip(batch, opened, strict=True):
            if not is_open:
                damaged.add(each.dossier_id)
            elif not each.wrapped.startswith(begin):
                is_stale = True
        cursor, is_last = _after(batch, cursor)
        if is_last or is_stale or vault.monotonic() > until:
            return _Checked(is_stale, sorted(damaged), cursor, is_last)


def _check_service_keys(vault: Vault, tx: Connection, ring: str, active: KekRecord) -> bool:
    """Whether one is still under an old version. They are few, and one that does not open is for a person."""
    is_stale = False
    for stored in key_queries.named_service_keys(tx):
        if stored.ring == ring:
            context = service_key_context(base_name(stored.record.name))
            vault.keyroom.unwrap(stored.record.wrapped, context=context)
            is_stale = is_stale or not names(stored.record.wrapped, active)
    return is_stale or any(_is_left_behind(vault, each, active) for each in exports_under(tx, ring))


def _is_left_behind(vault: Vault, export: WrappedExportKey, active: KekRecord) -> bool:
    """Whether the DEK opens, under another version than the active one."""
    if names(export.wrapped, active):
        return False
    try:
        vault.keyroom.unwrap(export.wrapped, context=export_key_context(export.export_id, owner=export.person_id))
    except TamperError:
        return False
    return True


def names(wrapped: bytes, version: KekRecord) -> bool:
    """Whether a wrap record names this version as its key. What is none names none."""
    try:
        return WrapRecord.parse(wrapped) == (version.key_id, version.version)
    except UnwrapError:
        return False


def _active(vault: Vault, ring: str) -> KekRecord:
    for version in vault.keyroom.keyring.versions:
        if version.ring == ring and version.state is KeyState.ACTIVE:
            return version
    raise Unavailable("keys.state")
