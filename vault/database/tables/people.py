"""People, their sessions, and how often a sign-in failed."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("login", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("staff_number", sa.String(32), nullable=False, unique=True),
    sa.Column("office", sa.String(20), nullable=False),
    sa.Column("qualifications", sa.String(64), nullable=False),  # comma-separated duties that may be assigned
    sa.Column("clearance", sa.String(20), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("locale", sa.String(16), nullable=False),
    sa.Column("timezone", sa.String(64), nullable=False),
    sa.Column("email", sa.String(254), nullable=False, server_default=""),
    sa.Column("password_phc", sa.String(200), nullable=False),
    sa.Column("password_is_initial", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcMillis, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("token_digest", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("person_id", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("address", sa.String(45), nullable=False),
    sa.Column("user_agent", sa.String(200), nullable=False),
    sa.Column("created_at", UtcMillis, nullable=False),
    sa.Column("last_seen_at", UtcMillis, nullable=False),
    sa.Column("expires_at", UtcMillis, nullable=False),
    sa.Column("ended_at", UtcMillis),
    sa.Column("end_cause", sa.String(32), nullable=False, server_default=""),
)

sign_in_failures = sa.Table(
    "sign_in_failures",
    metadata,
    sa.Column("subject", sa.LargeBinary(32), primary_key=True),  # digest of login and address together
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("blocked_until", UtcMillis, nullable=False),
    sa.Column("changed_at", UtcMillis, nullable=False, index=True),
)
