"""How far the trail was verified before: a copy for convenience, worth what the leaf is worth that names its digest."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

trail_verified = sa.Table(
    "trail_verified",
    metadata,
    sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),  # 1
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("state", sa.LargeBinary, nullable=False),
    sa.Column("verified_at", UtcMillis, nullable=False),
)
