"""Approving handed to another person for a time, and in whose stead a request was decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("giver_id", sa.String(27), sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("delegate_id", sa.String(27), sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("starts_at", sa.BigInteger, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
        sa.Column("given_at", sa.BigInteger, nullable=False),
        sa.Column("begun_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
    )
    op.add_column("request_decisions", sa.Column("in_stead_of", sa.String(27)))
