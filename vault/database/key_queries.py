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


def store_key_version(tx: sa.Connection, kek: KekRecord, *, root_uri: str, now: dt.datetime) -> None:
    tx.execute(
        sa.insert(key_versions).values(
            ring=kek.ring,
            version=kek.version,
            key_id=kek.key_id,
            state=kek.state.value,
            root_uri=root_uri,
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
        )
        for row in tx.execute(query)
    ]


def count_wraps(tx: sa.Connection, ring: str, *, version: KeyVersion, more: int) -> None:
    of_version = sa.and_(key_versions.c.ring == ring, key_versions.c.version == version)
    tx.execute(sa.update(key_versions).where(of_version).values(wraps=key_versions.c.wraps + more))


def store_service_key(tx: sa.Connection, key: ServiceKeyRecord, *, now: dt.datetime) -> None:
    tx.execute(sa.insert(service_keys).values(name=key.name, wrapped=key.wrapped, public=key.public, created_at=now))


def list_service_keys(tx: sa.Connection) -> list[ServiceKeyRecord]:
    rows = tx.execute(sa.select(service_keys))
    return [ServiceKeyRecord(name=row.name, wrapped=row.wrapped, public=row.public) for row in rows]


def read_fact(tx: sa.Connection, name: str) -> str | None:
    value: str | None = tx.execute(
        sa.select(vault_facts.c.value).where(vault_facts.c.name == name)
    ).scalar_one_or_none()
    return value


def write_fact(tx: sa.Connection, name: str, value: str) -> None:
    if not insert_or_ignore(tx, vault_facts, {"name": name, "value": value}):
        tx.execute(sa.update(vault_facts).where(vault_facts.c.name == name).values(value=value))
