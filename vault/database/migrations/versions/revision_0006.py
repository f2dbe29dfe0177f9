"""How far the trail was verified before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MILLIS = sa.BigInteger  # milliseconds since the epoch, UTC


def upgrade() -> None:
    op.create_table(
        "trail_verified",
        sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("verified_at", MILLIS, nullable=False),
    )
