"""Accounts that belong to one person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_links",
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("human_id", sa.String(27), nullable=False, index=True),
        sa.Column("linked_at", sa.BigInteger, nullable=False),
        sa.Column("linked_by", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
    )
