"""The first schema: people, keys, dossiers, views and the trail. What each column means stands with the tables.

Written out rather than taken from ``vault.database.tables``, which will move on: this is what version 0.1 created.
Constraints get their names from the naming convention of the metadata. One long list and not several revisions,
because no database ever had a part of it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MILLIS = sa.BigInteger  # milliseconds since the epoch, UTC


def upgrade() -> None:
    _people()
    _custody()
    _dossiers()
    _views()
    _trail()


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("login", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("staff_number", sa.String(32), nullable=False, unique=True),
        sa.Column("office", sa.String(20), nullable=False),
        sa.Column("qualifications", sa.String(64), nullable=False),
        sa.Column("clearance", sa.String(20), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("password_phc", sa.String(200), nullable=False),
        sa.Column("password_is_initial", sa.Boolean, nullable=False),
        sa.Column("created_at", MILLIS, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("token_digest", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("user_agent", sa.String(200), nullable=False),
        sa.Column("created_at", MILLIS, nullable=False),
        sa.Column("last_seen_at", MILLIS, nullable=False),
        sa.Column("expires_at", MILLIS, nullable=False),
        sa.Column("ended_at", MILLIS),
        sa.Column("end_cause", sa.String(32), nullable=False, server_default=""),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("subject", sa.LargeBinary(32), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("blocked_until", MILLIS, nullable=False),
        sa.Column("changed_at", MILLIS, nullable=False, index=True),
    )


def _custody() -> None:
    op.create_table(
        "key_versions",
        sa.Column("ring", sa.String(32), primary_key=True),
        sa.Column("version", sa.BigInteger, primary_key=True),
        sa.Column("key_id", sa.LargeBinary(16), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("root_uri", sa.String(500), nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("wraps", sa.BigInteger, nullable=False),
        sa.Column("created_at", MILLIS, nullable=False),
        sa.Column("changed_at", MILLIS, nullable=False),
    )
    op.create_table(
        "service_keys",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("public", sa.LargeBinary),
        sa.Column("created_at", MILLIS, nullable=False),
    )
    op.create_table(
        "vault_facts",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", sa.String(200), nullable=False),
    )


def _dossiers() -> None:
    op.create_table(
        "dossiers",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("reference", sa.String(32), nullable=False, unique=True),
        sa.Column("classification", sa.String(20), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(86), nullable=False),
        sa.Column("record_sealed", sa.LargeBinary, nullable=False),
        sa.Column("name_token", sa.LargeBinary(8), nullable=False, index=True),
        sa.Column("created_at", MILLIS, nullable=False),
        sa.Column("created_by", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("dossier_id", sa.String(27), sa.ForeignKey("dossiers.id"), nullable=False, index=True),
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("duty", sa.String(12), nullable=False),
        sa.Column("starts_at", MILLIS, nullable=False),
        sa.Column("ends_at", MILLIS),
        sa.Column("assigned_by", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("dossier_id", sa.String(27), sa.ForeignKey("dossiers.id"), nullable=False, index=True),
        sa.Column("title_sealed", sa.LargeBinary, nullable=False),
        sa.Column("current_version", sa.Integer),
        sa.Column("created_at", MILLIS, nullable=False),
    )
    op.create_table(
        "document_versions",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("document_id", sa.String(27), sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("fault_code", sa.String(64), nullable=False, server_default=""),
        sa.Column("media_type", sa.String(64), nullable=False),
        sa.Column("plaintext_bytes", sa.BigInteger, nullable=False),
        sa.Column("submitted_by", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("filed_by", sa.String(27), sa.ForeignKey("people.id")),
        sa.Column("direct", sa.Boolean, nullable=False),
        sa.Column("submission_key", sa.String(64), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary),
        sa.Column("page_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created_at", MILLIS, nullable=False),
        sa.Column("changed_at", MILLIS, nullable=False, index=True),
        sa.UniqueConstraint("submitted_by", "submission_key"),
        sa.UniqueConstraint("document_id", "number"),
    )
    op.create_index("ix_document_versions_state", "document_versions", ["state"])
    op.create_table(
        "sealed_objects",
        sa.Column("object_key", sa.String(200), primary_key=True),
        sa.Column("version_id", sa.String(27), sa.ForeignKey("document_versions.id"), nullable=False, index=True),
        sa.Column("part", sa.String(16), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("wrapped_dek", sa.LargeBinary, nullable=False),
        sa.Column("header", sa.LargeBinary, nullable=False),
        sa.Column("sealed_bytes", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("index_sealed", sa.LargeBinary),
        sa.Column("created_at", MILLIS, nullable=False),
    )
    op.create_table(
        "filed_contents",
        sa.Column("dossier_id", sa.String(27), sa.ForeignKey("dossiers.id"), primary_key=True),
        sa.Column("content_token", sa.LargeBinary(32), primary_key=True),
        sa.Column("version_id", sa.String(27), sa.ForeignKey("document_versions.id"), nullable=False, unique=True),
    )


def _views() -> None:
    op.create_table(
        "view_quotas",
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("document_id", sa.String(27), sa.ForeignKey("documents.id"), primary_key=True),
        sa.Column("version_number", sa.Integer, primary_key=True),
        sa.Column("used", sa.Integer, nullable=False),
        sa.Column("granted", sa.Integer, nullable=False),
        sa.CheckConstraint("used >= 0", name="used_not_negative"),
    )
    op.create_table(
        "views",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("session_id", sa.String(27), sa.ForeignKey("sessions.id"), nullable=False, index=True),
        sa.Column("document_id", sa.String(27), sa.ForeignKey("documents.id"), nullable=False, index=True),
        sa.Column("version_id", sa.String(27), sa.ForeignKey("document_versions.id"), nullable=False),
        sa.Column("quota_version", sa.Integer, nullable=False),
        sa.Column("idempotency_key", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("allowed", sa.Integer, nullable=False),
        sa.Column("opened_at", MILLIS, nullable=False),
        sa.Column("expires_at", MILLIS, nullable=False, index=True),
        sa.Column("wrapped_key", sa.LargeBinary),
        sa.Column("place_label", sa.String(200), nullable=False),
        sa.Column("pages_delivered", sa.Integer, nullable=False),
        sa.Column("claim_returned", sa.Boolean, nullable=False),
        sa.Column("ended_at", MILLIS),
        sa.Column("end_cause", sa.String(32), nullable=False, server_default=""),
        sa.Column("ended_by", sa.String(27), sa.ForeignKey("people.id")),
        sa.Column("opening_entry", sa.String(27), nullable=False),
        sa.UniqueConstraint("person_id", "idempotency_key"),
    )
    op.create_table(
        "view_requests",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("requester_id", sa.String(27), sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("document_id", sa.String(27), sa.ForeignKey("documents.id"), nullable=False, index=True),
        sa.Column("views_asked", sa.Integer, nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("views_granted", sa.Integer, nullable=False),
        sa.Column("decided_by", sa.String(27), sa.ForeignKey("people.id")),
        sa.Column("decision_sealed", sa.LargeBinary),
        sa.Column("asked_at", MILLIS, nullable=False),
        sa.Column("lapses_at", MILLIS, nullable=False),
        sa.Column("decided_at", MILLIS),
    )
    op.create_index(
        "uq_view_requests_open",
        "view_requests",
        ["requester_id", "document_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _trail() -> None:
    op.create_table(
        "trail_head",
        sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("origin", sa.String(128), nullable=False),
        sa.Column("reading_public", sa.LargeBinary(32), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("edge", sa.LargeBinary, nullable=False),
        sa.Column("logged_at", MILLIS, nullable=False),
        sa.Column("day_from", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "trail_epochs",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("public", sa.LargeBinary(32), nullable=False),
        sa.Column("from_size", sa.BigInteger, nullable=False),
        sa.Column("created_at", MILLIS, nullable=False),
    )
    op.create_table(
        "trail_inbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("transaction_id", sa.BigInteger),
        sa.Column("entry_id", sa.String(27), nullable=False, unique=True),
        sa.Column("draft", sa.LargeBinary, nullable=False),
        sa.Column("actor_id", sa.String(27), nullable=False),
        sa.Column("subject_id", sa.String(27), nullable=False),
        sa.Column("handle", sa.String(26), nullable=False),
    )
    op.create_table(
        "trail_lanes",
        sa.Column("node", sa.String(32), primary_key=True),
        sa.Column("lane", sa.String(32), primary_key=True),
        sa.Column("nseq", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "trail_periods",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("person_id", sa.String(27), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("public", sa.LargeBinary(32), nullable=False),
        sa.Column("private_sealed", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("person_id", "month"),
    )
    op.create_table(
        "trail_handles",
        sa.Column("person_id", sa.String(27), primary_key=True),
        sa.Column("handle", sa.String(26), nullable=False, unique=True),
    )
    op.create_table(
        "trail_disclosures",
        sa.Column("entry_id", sa.String(27), primary_key=True),
        sa.Column("part", sa.String(8), primary_key=True),
        sa.Column("period_id", sa.String(27), nullable=False, index=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "trail_leaves",
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("entry_id", sa.String(27), nullable=False, unique=True),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
    )
    op.create_table(
        "trail_nodes",
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
    )
    op.create_table(
        "trail_checkpoints",
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("signed_at", MILLIS, nullable=False),
    )
    op.create_table(
        "trail_counters",
        sa.Column("kind", sa.String(1), primary_key=True),
        sa.Column("subject", sa.String(27), primary_key=True),
        sa.Column("last", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "trail_search",
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("time", MILLIS, nullable=False),
        sa.Column("logged", MILLIS, nullable=False, index=True),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("actor_id", sa.String(27), nullable=False),
        sa.Column("subject_id", sa.String(27), nullable=False),
        sa.Column("dossier_id", sa.String(27), nullable=False),
        sa.Column("document_id", sa.String(27), nullable=False),
        sa.Column("view_id", sa.String(27), nullable=False),
    )
    op.create_index("ix_trail_search_actor", "trail_search", ["actor_id", "position"])
    op.create_index("ix_trail_search_subject", "trail_search", ["subject_id", "position"])
    op.create_index("ix_trail_search_document", "trail_search", ["document_id", "position"])
    op.create_index("ix_trail_search_dossier", "trail_search", ["dossier_id", "position"])
    op.create_index("ix_trail_search_view", "trail_search", ["view_id", "position"])
    op.create_index("ix_trail_search_event", "trail_search", ["event", "position"])
