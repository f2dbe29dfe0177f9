"""Proposals of the policy, with who proposed and who decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_proposals",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("base_version", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("proposed_by", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("proposed_at", sa.BigInteger, nullable=False),
        sa.Column("lapses_at", sa.BigInteger, nullable=False),
        sa.Column("note_sealed", sa.LargeBinary, nullable=False),
        sa.Column("decided_by", sa.String(27), sa.ForeignKey("people.id")),
        sa.Column("decided_at", sa.BigInteger),
        sa.Column("decision_sealed", sa.LargeBinary),
        sa.Column("version", sa.Integer, unique=True),
    )
    op.create_index("ix_policy_proposals_state", "policy_proposals", ["state", "lapses_at"])
