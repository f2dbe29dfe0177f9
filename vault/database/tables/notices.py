"""What people are told, and whether it was read and mailed."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("dossier_id", sa.String(27), nullable=False, server_default=""),
    sa.Column("document_id", sa.String(27), nullable=False, server_default=""),
    sa.Column("request_id", sa.String(27), nullable=False, server_default=""),
    sa.Column("subject_id", sa.String(27), nullable=False, server_default=""),  # the other person it is about
    sa.Column("details", sa.String(400), nullable=False, server_default="{}"),  # JSON: codes and numbers, no words
    sa.Column("told_at", UtcMillis, nullable=False),
    sa.Column("read_at", UtcMillis),
    sa.Column("mail_state", sa.String(8), nullable=False),  # none, waiting, sent, failed
    sa.Column("mail_attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("mail_due_at", UtcMillis),  # when it is tried next; null when no mail waits
    sa.Column("mail_fault", sa.String(64), nullable=False, server_default=""),
    sa.Index("ix_notices_person_told", "person_id", "told_at"),
    sa.Index("ix_notices_mail_due", "mail_due_at"),
    sa.Index(
        "ix_notices_unread",
        "person_id",
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    ),
)
