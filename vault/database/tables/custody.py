"""Key records: key-encryption keys by ring and version, and keys that serve one purpose, all wrapped."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

key_versions = sa.Table(
    "key_versions",
    metadata,
    sa.Column("ring", sa.String(32), primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("key_id", sa.LargeBinary(16), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("root_uri", sa.String(500), nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("wraps", sa.BigInteger, nullable=False),
    sa.Column("created_at", UtcMillis, nullable=False),
    sa.Column("changed_at", UtcMillis, nullable=False),
    sa.Column("recovery_sealed", sa.LargeBinary),  # to the recovery key's public half, where there is one
)

service_keys = sa.Table(
    "service_keys",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),  # name_index, content_index, trail_signing, trail_reading
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("public", sa.LargeBinary),
    sa.Column("created_at", UtcMillis, nullable=False),
)

vault_facts = sa.Table(
    "vault_facts",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),  # schema identity, high-water mark of wall time
    sa.Column("value", sa.String(200), nullable=False),
)
