"""Notices, and where people get them by e-mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MILLIS = sa.BigInteger  # milliseconds since the epoch, UTC


def upgrade() -> None:
    op.add_column("people", sa.Column("email", sa.String(254), nullable=False, server_default=""))
    op.create_table(
        "notices",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("dossier_id", sa.String(27), nullable=False, server_default=""),
        sa.Column("document_id", sa.String(27), nullable=False, server_default=""),
        sa.Column("request_id", sa.String(27), nullable=False, server_default=""),
        sa.Column("subject_id", sa.String(27), nullable=False, server_default=""),
        sa.Column("details", sa.String(400), nullable=False, server_default="{}"),
        sa.Column("told_at", MILLIS, nullable=False),
        sa.Column("read_at", MILLIS),
        sa.Column("mail_state", sa.String(8), nullable=False),
        sa.Column("mail_attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("mail_due_at", MILLIS),
        sa.Column("mail_fault", sa.String(64), nullable=False, server_default=""),
        sa.Index("ix_notices_person_told", "person_id", "told_at"),
        sa.Index("ix_notices_mail_due", "mail_due_at"),
    )
