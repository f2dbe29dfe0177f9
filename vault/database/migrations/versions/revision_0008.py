"""Erasures and prunings of the trail, with who agreed to them; holds on a person's entries.

The leaf of a pruned entry becomes empty and keeps its hash, so ``trail_leaves`` stays as it is.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MILLIS = sa.BigInteger  # milliseconds since the epoch, UTC


def upgrade() -> None:
    op.create_table(
        "trail_erasures",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(12), nullable=False, index=True),
        sa.Column("person_id", sa.String(27), nullable=False),
        sa.Column("from_month", sa.String(7), nullable=False),
        sa.Column("until_month", sa.String(7), nullable=False),
        sa.Column("before", MILLIS),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("basis", sa.String(24), nullable=False),
        sa.Column("case_number", sa.String(40), nullable=False),
        sa.Column("requested_by", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("decided_by", sa.String(27), sa.ForeignKey("people.id")),
        sa.Column("created_at", MILLIS, nullable=False),
        sa.Column("decided_at", MILLIS),
        sa.Column("changed_at", MILLIS, nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("cursor", sa.String(64), nullable=False),
        sa.Column("fence", sa.Text, nullable=False),
        sa.Column("periods", sa.Text, nullable=False),
        sa.Column("done", sa.BigInteger, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("claimed_by", sa.String(64), nullable=False),
        sa.Column("claimed_until", MILLIS),
        sa.Column("preflight", sa.Text, nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("fault_code", sa.String(64), nullable=False),
    )
    op.create_table(
        "trail_holds",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("case_number", sa.String(40), nullable=False),
        sa.Column("placed_by", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("placed_at", MILLIS, nullable=False),
        sa.Column("lifted_by", sa.String(27), sa.ForeignKey("people.id")),
        sa.Column("lifted_at", MILLIS),
    )
    op.create_table(
        "trail_prunings",
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("erasure_id", sa.String(27), sa.ForeignKey("trail_erasures.id"), nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("pruned_at", MILLIS, nullable=False),
    )
