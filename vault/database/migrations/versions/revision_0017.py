"""Teams, their members and the dossiers lent to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MILLIS = sa.BigInteger  # milliseconds since the epoch, UTC


def upgrade() -> None:
    op.create_table(
        "teams",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("name_folded", sa.String(200), nullable=False, unique=True),
        sa.Column("created_at", MILLIS, nullable=False),
        sa.Column("created_by", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("ended_at", MILLIS),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.create_table(
        "team_members",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("team_id", sa.String(27), sa.ForeignKey("teams.id"), nullable=False, index=True),
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("starts_at", MILLIS, nullable=False),
        sa.Column("ends_at", MILLIS),
        sa.Column("added_by", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
    )
    op.create_table(
        "team_loans",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("dossier_id", sa.String(27), sa.ForeignKey("dossiers.id"), nullable=False, index=True),
        sa.Column("team_id", sa.String(27), sa.ForeignKey("teams.id"), nullable=False, index=True),
        sa.Column("starts_at", MILLIS, nullable=False),
        sa.Column("ends_at", MILLIS),
        sa.Column("lent_by", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
    )
