"""Every version of the policy that was ever in force, and every proposal of one."""

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

policy_proposals = sa.Table(
    "policy_proposals",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("base_version", sa.Integer, nullable=False),  # what was in force when it was proposed
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("proposed_by", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
    sa.Column("proposed_at", UtcMillis, nullable=False),
    sa.Column("lapses_at", UtcMillis, nullable=False),
    sa.Column("note_sealed", sa.LargeBinary, nullable=False),
    sa.Column("decided_by", sa.String(27), sa.ForeignKey("people.id")),
    sa.Column("decided_at", UtcMillis),  # when it left its first state, whoever or whatever moved it
    sa.Column("decision_sealed", sa.LargeBinary),
    sa.Column("version", sa.Integer, unique=True),  # that it became
    sa.Index("ix_policy_proposals_state", "state", "lapses_at"),
)
