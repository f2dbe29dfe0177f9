"""Where checkpoints were anchored, the state of each anchor, and the name that each signing epoch signs under."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MILLIS = sa.BigInteger  # milliseconds since the epoch, UTC


def upgrade() -> None:
    op.add_column("trail_epochs", sa.Column("origin", sa.String(128), nullable=False, server_default=""))
    op.execute("UPDATE trail_epochs SET origin = (SELECT origin FROM trail_head)")
    op.create_table(
        "trail_anchors",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("next_at", MILLIS, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failure_code", sa.String(64), nullable=False),
        sa.Column("failing_since", MILLIS),
        sa.Column("alarmed_at", MILLIS),
        sa.Column("placed_size", sa.BigInteger, nullable=False),
        sa.Column("placed_at", MILLIS),
        sa.Column("recorded_day", sa.String(10), nullable=False),
        sa.Column("weakness", sa.String(64), nullable=False),
    )
    op.create_table(
        "trail_anchorings",
        sa.Column("anchor", sa.String(32), primary_key=True),
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("origin", sa.String(128), primary_key=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("receipt", sa.LargeBinary, nullable=False),
        sa.Column("locator", sa.String(300), nullable=False),
        sa.Column("placed_at", MILLIS, nullable=False),
    )
    op.create_index("ix_trail_anchorings_size", "trail_anchorings", ["size"])
    op.create_table(
        "trail_outside",
        sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("anchor", sa.String(32), nullable=False),
        sa.Column("own_size", sa.BigInteger, nullable=False),
        sa.Column("outside_size", sa.BigInteger, nullable=False),
        sa.Column("since", MILLIS, nullable=False),
    )
