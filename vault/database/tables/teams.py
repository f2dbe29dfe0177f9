"""Teams: who is in them from when to when, and which dossiers are lent to them."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

teams = sa.Table(
    "teams",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("name_folded", sa.String(200), nullable=False, unique=True),  # no two that look alike
    sa.Column("created_at", UtcMillis, nullable=False),
    sa.Column("created_by", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("ended_at", UtcMillis),
    sa.Column("revision", sa.Integer, nullable=False),
)

team_members = sa.Table(
    "team_members",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("team_id", sa.ForeignKey("teams.id"), nullable=False, index=True),
    sa.Column("person_id", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("starts_at", UtcMillis, nullable=False),
    sa.Column("ends_at", UtcMillis),
    sa.Column("added_by", sa.ForeignKey("people.id"), nullable=False),
)

team_loans = sa.Table(
    "team_loans",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("dossier_id", sa.ForeignKey("dossiers.id"), nullable=False, index=True),
    sa.Column("team_id", sa.ForeignKey("teams.id"), nullable=False, index=True),
    sa.Column("starts_at", UtcMillis, nullable=False),
    sa.Column("ends_at", UtcMillis),
    sa.Column("lent_by", sa.ForeignKey("people.id"), nullable=False),
)
