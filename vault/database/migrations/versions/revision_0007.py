"""How far each feed to a security monitor has come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MILLIS = sa.BigInteger  # milliseconds since the epoch, UTC


def upgrade() -> None:
    op.create_table(
        "feed_cursors",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("setup", sa.Text, nullable=False),
        sa.Column("created_at", MILLIS, nullable=False),
        sa.Column("first_index", sa.BigInteger, nullable=False),
        sa.Column("next_index", sa.BigInteger, nullable=False),
        sa.Column("claimed_by", sa.String(64), nullable=False),
        sa.Column("claimed_until", MILLIS),
        sa.Column("sent_at", MILLIS),
        sa.Column("failed_at", MILLIS),
        sa.Column("failing_since", MILLIS),
        sa.Column("failure_code", sa.String(64), nullable=False),
        sa.Column("stalled_at", MILLIS),
    )
