"""Confidentiality agreements, their versions and who accepted them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MILLIS = sa.BigInteger  # milliseconds since the epoch, UTC


def upgrade() -> None:
    op.create_table(
        "agreements",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("asked_from", sa.Integer, nullable=False),
        sa.Column("audience", sa.String(12), nullable=False),
        sa.Column("classes", sa.String(64), nullable=False),
        sa.Column("created_at", MILLIS, nullable=False),
        sa.Column("withdrawn_at", MILLIS),
    )
    op.create_table(
        "agreement_versions",
        sa.Column("agreement_id", sa.String(27), sa.ForeignKey("agreements.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("audience", sa.String(12), nullable=False),
        sa.Column("classes", sa.String(64), nullable=False),
        sa.Column("is_material", sa.Boolean, nullable=False),
        sa.Column("content_hash", sa.LargeBinary(32)),
        sa.Column("written_by", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("written_at", MILLIS, nullable=False),
        sa.Column("published_by", sa.String(27), sa.ForeignKey("people.id")),
        sa.Column("published_at", MILLIS),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.create_table(
        "agreement_texts",
        sa.Column("agreement_id", sa.String(27), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("language", sa.String(12), primary_key=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        _of_version("number"),
    )
    op.create_table(
        "agreement_answers",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("agreement_id", sa.String(27), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("answer", sa.String(12), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("answered_at", MILLIS, nullable=False),
        sa.Column("entry_id", sa.String(27), nullable=False),
        _of_version("version"),
        sa.UniqueConstraint("agreement_id", "person_id", "ordinal"),
    )


def _of_version(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agreement_id", column], ["agreement_versions.agreement_id", "agreement_versions.number"]
    )
