"""Every version of the policy that was ever in force."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

policy_versions = sa.Table(
    "policy_versions",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),  # from 1; 0 is never stored
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("in_force_from", UtcMillis, nullable=False),
)
