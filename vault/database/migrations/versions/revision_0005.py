"""Exports of the trail, which are made in the background."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MILLIS = sa.BigInteger  # milliseconds since the epoch, UTC


def upgrade() -> None:
    op.create_table(
        "trail_exports",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("state", sa.String(12), nullable=False, index=True),
        sa.Column("format", sa.String(12), nullable=False),
        sa.Column("headers", sa.String(8), nullable=False),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("category", sa.String(24), nullable=False),
        sa.Column("case_number", sa.String(40), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("done", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("claimed_by", sa.String(64), nullable=False),
        sa.Column("claimed_until", MILLIS),
        sa.Column("created_at", MILLIS, nullable=False),
        sa.Column("changed_at", MILLIS, nullable=False),
        sa.Column("expires_at", MILLIS),
        sa.Column("query_sealed", sa.LargeBinary, nullable=False),
        sa.Column("wrapped_dek", sa.LargeBinary(86), nullable=False),
        sa.Column("object_key", sa.String(200), nullable=False),
        sa.Column("file_bytes", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("fault_code", sa.String(64), nullable=False),
        sa.Column("downloads", sa.Integer, nullable=False),
        sa.Column("download_session", sa.String(27), nullable=False),
        sa.Column("closing", sa.String(27), nullable=False),
    )
