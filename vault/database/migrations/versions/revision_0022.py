"""Accounts that were one person's until they were taken apart: what was opened until then counts for both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_links",
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("other_id", sa.String(27), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
