"""Confidentiality agreements: what is in force, every version with its texts, and every answer that was given."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

agreements = sa.Table(
    "agreements",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),  # the published one in force; 0 before the first
    sa.Column("asked_from", sa.Integer, nullable=False),  # the last material one: who accepted it or a later one has
    sa.Column("audience", sa.String(12), nullable=False),  # these two as in the version in force
    sa.Column("classes", sa.String(64), nullable=False),  # comma-separated
    sa.Column("created_at", UtcMillis, nullable=False),
    sa.Column("withdrawn_at", UtcMillis),
)

agreement_versions = sa.Table(
    "agreement_versions",
    metadata,
    sa.Column("agreement_id", sa.ForeignKey("agreements.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("audience", sa.String(12), nullable=False),
    sa.Column("classes", sa.String(64), nullable=False),
    sa.Column("is_material", sa.Boolean, nullable=False),
    sa.Column("content_hash", sa.LargeBinary(32)),  # from publication on
    sa.Column("written_by", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("written_at", UtcMillis, nullable=False),
    sa.Column("published_by", sa.ForeignKey("people.id")),
    sa.Column("published_at", UtcMillis),
    sa.Column("revision", sa.Integer, nullable=False),
)

agreement_texts = sa.Table(
    "agreement_texts",
    metadata,
    sa.Column("agreement_id", sa.String(27), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("language", sa.String(12), primary_key=True),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(
        ["agreement_id", "number"], ["agreement_versions.agreement_id", "agreement_versions.number"]
    ),
)

agreement_answers = sa.Table(
    "agreement_answers",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("agreement_id", sa.String(27), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("person_id", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("ordinal", sa.Integer, nullable=False),  # this person's answers to this agreement, from 1
    sa.Column("answer", sa.String(12), nullable=False),
    sa.Column("language", sa.String(12), nullable=False),  # the one it was shown in
    sa.Column("answered_at", UtcMillis, nullable=False),
    sa.Column("entry_id", sa.String(27), nullable=False),  # where and in which session stands in the trail alone
    sa.ForeignKeyConstraint(
        ["agreement_id", "version"], ["agreement_versions.agreement_id", "agreement_versions.number"]
    ),
    sa.UniqueConstraint("agreement_id", "person_id", "ordinal"),
)
