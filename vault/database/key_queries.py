"""Wrapped keys as rows: versions of key-encryption keys, and keys that serve one purpose."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from keys.keyring import KekRecord
from keys.model import KeyId, KeyState, KeyVersion
from vault.database.tables.custody import key_versions, service_keys, vault_facts
from vault.database.upserts import insert_or_ignore


@dataclass(frozen=True, slots=True)
class ServiceKeyRecord:
    """A key with one purpose: its wrap record, and the public half if it is a pair."""

    name: str
    wrapped: bytes
    public: bytes | None


@dataclass(frozen=True, slots=True)
class RingedServiceKey:
    ring: str
    record: ServiceKeyRecord


GENERATION_FACT = "keys_generation"
_ORDER_LOCK = 0x6B657973  # "keys" in ASCII
_VERSIONS_LOCK = 0x76657273  # "vers"
RECOVERY_FACT = "recovery_public"
SEALED_FACT = "sealed_by_order"


def store_key_version(tx: sa.Connection, kek: KekRecord, *, root_uri: str, now: dt.datetime) -> None:
    tx.execute(
        sa.insert(key_versions).values(
            ring=kek.ring,
            version=kek.version,
            key_id=kek.key_id,
            state=kek.state.value,
            root_uri=root_uri,
            recovery_sealed=kek.recovery_sealed,
            wrapped=kek.wrapped,
            wraps=kek.wraps,
            created_at=now,
            changed_at=now,
        )
    )


def list_key_versions(tx: sa.Connection) -> list[KekRecord]:
    query = sa.select(key_versions).order_by(key_versions.c.ring, key_versions.c.version)
    return [
        KekRecord(
            ring=row.ring,
            key_id=KeyId(row.key_id),
            version=KeyVersion(row.version),
            state=KeyState(row.state),
            wrapped=row.wrapped,
            wraps=row.wraps,
            root_uri=row.root_uri,
            recovery_sealed=row.recovery_sealed,
        )
        for row in tx.execute(query)
    ]


def key_version_times(tx: sa.Connection) -> dict[tuple[str, int], tuple[dt.datetime, dt.datetime]]:
    """When each version was made and last changed, by ring and number."""
    rows = tx.execute(sa.select(key_versions))
    return {(row.ring, row.version): (row.created_at, row.changed_at) for row in rows}


def count_wraps(tx: sa.Connection, ring: str, *, version: KeyVersion, more: int) -> bool:
    """Counts wraps under a version; False, and nothing may be wrapped, unless it is the ring's active one."""
    change = (
        sa.update(key_versions)
        .where(key_versions.c.ring == ring, key_versions.c.version == version)
        .where(key_versions.c.state == KeyState.ACTIVE.value)
        .values(wraps=key_versions.c.wraps + more)
    )
    return tx.execute(change).rowcount == 1


def change_key_state(
    tx: sa.Connection, ring: str, *, version: int, expected: KeyState, target: KeyState, now: dt.datetime
) -> bool:
    """The state change as a conditional update; a destroyed version keeps its row and loses its wrapped key."""
    values: dict[str, object] = {"state": target.value, "changed_at": now}
    if target is KeyState.DESTROYED:
        values |= {"wrapped": b"", "recovery_sealed": None}
    change = (
        sa.update(key_versions)
        .where(key_versions.c.ring == ring, key_versions.c.version == version)
        .where(key_versions.c.state == expected.value)
        .values(**values)
    )
    return tx.execute(change).rowcount == 1


def move_key_version(tx: sa.Connection, moved: KekRecord, *, before: bytes) -> bool:
    """Stores a version wrapped by another root key; False if it changed meanwhile."""
    change = (
        sa.update(key_versions)
        .where(key_versions.c.ring == moved.ring, key_versions.c.version == moved.version)
        .where(key_versions.c.wrapped == before)
        .values(wrapped=moved.wrapped, root_uri=moved.root_uri)
    )
    return tx.execute(change).rowcount == 1


def seal_version_for_recovery(tx: sa.Connection, ring: str, *, version: int, sealed: bytes) -> None:
    change = sa.update(key_versions).where(key_versions.c.ring == ring, key_versions.c.version == version)
    tx.execute(change.values(recovery_sealed=sealed))


def recovery_public(tx: sa.Connection) -> bytes | None:
    """The recovery key's public half, if the vault has one."""
    stored = read_fact(tx, RECOVERY_FACT)
    return bytes.fromhex(stored) if stored else None


def replace_service_key(tx: sa.Connection, name: str, *, wrapped: bytes, before: bytes) -> bool:
    """The same service key wrapped anew; False if it changed meanwhile."""
    change = sa.update(service_keys).where(service_keys.c.name == name, service_keys.c.wrapped == before)
    return tx.execute(change.values(wrapped=wrapped)).rowcount == 1


def rename_service_key(tx: sa.Connection, name: str, new_name: str) -> None:
    """A successor takes the place of the key whose row was removed before."""
    tx.execute(sa.update(service_keys).where(service_keys.c.name == name).values(name=new_name))


def remove_service_key(tx: sa.Connection, name: str) -> None:
    tx.execute(sa.delete(service_keys).where(service_keys.c.name == name))


def key_generation(tx: sa.Connection) -> int:
    """Counts up with every change of keys, so that other processes notice."""
    return int(read_fact(tx, GENERATION_FACT) or 0)


def next_generation(tx: sa.Connection) -> None:
    """Tells every process to follow once this transaction has committed."""
    write_fact(tx, GENERATION_FACT, str(key_generation(tx) + 1))


def lock_keys(tx: sa.Connection) -> None:
    """Orders of work on keys come one after the other, so that no two are accepted for the same keys."""
    if tx.dialect.name == "postgresql":
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_ORDER_LOCK)))


def share_keys(tx: sa.Connection) -> None:
    """What uses keys that :func:`lock_keys` replaces waits for it, and it for that; many at once do not wait."""
    if tx.dialect.name == "postgresql":
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_ORDER_LOCK)))


def lock_versions(tx: sa.Connection) -> None:
    """Whoever adds versions, changes their states or wraps them anew reads them after this, one after the other.

    Two at once could leave two active versions, or one that a move of the root missed. Taken after :func:`lock_keys`.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_VERSIONS_LOCK)))


def is_sealed_by_order(tx: sa.Connection) -> bool:
    """Whether somebody sealed the vault for every process."""
    return read_fact(tx, SEALED_FACT) == "yes"


def set_sealed_by_order(tx: sa.Connection, *, sealed: bool) -> None:
    write_fact(tx, SEALED_FACT, "yes" if sealed else "no")


def store_service_key(tx: sa.Connection, key: ServiceKeyRecord, *, now: dt.datetime) -> None:
    tx.execute(sa.insert(service_keys).values(name=key.name, wrapped=key.wrapped, public=key.public, created_at=now))


def list_service_keys(tx: sa.Connection) -> list[ServiceKeyRecord]:
    rows = tx.execute(sa.select(service_keys))
    return [ServiceKeyRecord(name=row.name, wrapped=row.wrapped, public=row.public) for row in rows]


def ring_of_service_key(name: str) -> str:
    """Keys of the trail are wrapped in a ring of their own, so that it can go on while all else is lost."""
    return "trail" if name.startswith("trail_") else "service"


def named_service_keys(tx: sa.Connection) -> list[RingedServiceKey]:
    """Every service key with the ring that wraps it."""
    return [RingedServiceKey(ring_of_service_key(each.name), each) for each in list_service_keys(tx)]


def read_fact(tx: sa.Connection, name: str) -> str | None:
    value: str | None = tx.execute(
        sa.select(vault_facts.c.value).where(vault_facts.c.name == name)
    ).scalar_one_or_none()
    return value


def write_fact(tx: sa.Connection, name: str, value: str) -> None:
    if not insert_or_ignore(tx, vault_facts, {"name": name, "value": value}):
        tx.execute(sa.update(vault_facts).where(vault_facts.c.name == name).values(value=value))
