"""Weekly digests of custodians."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_digests",
        sa.Column("custodian_id", sa.String(27), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("week", sa.String(10), primary_key=True),
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("looks", sa.Integer, nullable=False),
    )
