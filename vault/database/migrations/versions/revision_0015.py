"""People who leave, and the hand-over of their duties."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MILLIS = sa.BigInteger  # milliseconds since the epoch, UTC


def upgrade() -> None:
    op.create_table(
        "leavings",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("successor_id", sa.String(27), sa.ForeignKey("people.id")),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("ends_at", MILLIS, nullable=False),
        sa.Column("announced_by", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("announced_at", MILLIS, nullable=False),
        sa.Column("changed_at", MILLIS, nullable=False),
        sa.Column("ended_at", MILLIS),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Index(
            "uq_leavings_announced",
            "person_id",
            unique=True,
            sqlite_where=sa.text("state = 'announced'"),
            postgresql_where=sa.text("state = 'announced'"),
        ),
    )
    op.create_table(
        "handovers",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("leaving_id", sa.String(27), sa.ForeignKey("leavings.id"), nullable=False),
        sa.Column("assignment_id", sa.String(27), sa.ForeignKey("assignments.id"), nullable=False, index=True),
        sa.Column("dossier_id", sa.String(27), sa.ForeignKey("dossiers.id"), nullable=False, index=True),
        sa.Column("duty", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("successor_id", sa.String(27), sa.ForeignKey("people.id"), index=True),
        sa.Column("proposed_by", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("custodian_id", sa.String(27), sa.ForeignKey("people.id")),
        sa.Column("custodian_at", MILLIS),
        sa.Column("successor_at", MILLIS),
        sa.Column("done_at", MILLIS),
        sa.UniqueConstraint("leaving_id", "assignment_id"),
    )
