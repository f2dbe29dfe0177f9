"""Requests of every kind with each approver's decision, drafts, grants with their clock and uses, and released copies.

Requests for views come along with their decision. The note of one that was decided is sealed for the request's id, so
its decision gets that id. What they granted stays in the quotas it was added to, without an end.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MILLIS = sa.BigInteger  # milliseconds since the epoch, UTC


def upgrade() -> None:
    _requests()
    _grants()
    op.execute(
        "INSERT INTO requests (id, requester_id, kind, subject, dossier_id, document_id, asked, reason_sealed, state,"
        " granted, asked_at, lapses_at, decided_at)"
        " SELECT old.id, old.requester_id, 'views', old.document_id, documents.dossier_id, old.document_id,"
        " old.views_asked, old.reason_sealed, old.state, old.views_granted, old.asked_at, old.lapses_at, old.decided_at"
        " FROM view_requests AS old JOIN documents ON documents.id = old.document_id"
    )
    op.execute(
        "INSERT INTO request_decisions (id, request_id, decider_id, approved, amount, note_sealed, decided_at)"
        " SELECT id, id, decided_by, state = 'approved', views_granted, decision_sealed, decided_at"
        " FROM view_requests WHERE decided_by IS NOT NULL"
    )
    op.drop_table("view_requests")


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("requester_id", sa.String(27), sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("dossier_id", sa.String(27), sa.ForeignKey("dossiers.id"), index=True),
        sa.Column("document_id", sa.String(27), sa.ForeignKey("documents.id"), index=True),
        sa.Column("asked", sa.Integer, nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("granted", sa.Integer, nullable=False),
        sa.Column("asked_at", MILLIS, nullable=False),
        sa.Column("lapses_at", MILLIS, nullable=False),
        sa.Column("decided_at", MILLIS),
    )
    op.create_index(
        "uq_requests_open",
        "requests",
        ["requester_id", "kind", "subject"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "request_decisions",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("request_id", sa.String(27), sa.ForeignKey("requests.id"), nullable=False),
        sa.Column("decider_id", sa.String(27), sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("approved", sa.Boolean, nullable=False),
        sa.Column("amount", sa.Integer, nullable=False),
        sa.Column("note_sealed", sa.LargeBinary),
        sa.Column("decided_at", MILLIS, nullable=False),
        sa.UniqueConstraint("request_id", "decider_id"),
    )
    op.create_table(
        "request_drafts",
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("document_id", sa.String(27), sa.ForeignKey("documents.id"), primary_key=True),
        sa.Column("draft_sealed", sa.LargeBinary, nullable=False),
        sa.Column("saved_at", MILLIS, nullable=False, index=True),
    )


def _grants() -> None:
    op.create_table(
        "grants",
        sa.Column("request_id", sa.String(27), sa.ForeignKey("requests.id"), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("document_id", sa.String(27), sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("quota_version", sa.Integer, nullable=False),
        sa.Column("amount", sa.Integer, nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
        sa.Column("given_at", MILLIS, nullable=False),
        sa.Column("use_by", MILLIS, nullable=False),
        sa.Column("lasts_days", sa.Integer, nullable=False),
        sa.Column("first_used_at", MILLIS),
        sa.Column("ends_at", MILLIS),
        sa.Column("ended_at", MILLIS),
        sa.Column("end_cause", sa.String(12), nullable=False),
        sa.Column("ended_by", sa.String(27), sa.ForeignKey("people.id")),
        sa.Column("end_note_sealed", sa.LargeBinary),
        sa.CheckConstraint("used >= 0 AND used <= amount", name="used_within_amount"),
    )
    op.create_index("ix_grants_of_person", "grants", ["person_id", "document_id"])
    op.create_table(
        "grant_uses",
        sa.Column("request_id", sa.String(27), sa.ForeignKey("grants.request_id"), primary_key=True),
        sa.Column("view_id", sa.String(27), sa.ForeignKey("views.id"), primary_key=True, index=True),
        sa.Column("taken", sa.Boolean, nullable=False),
    )
    op.create_table(
        "released_copies",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("request_id", sa.String(27), sa.ForeignKey("grants.request_id"), nullable=False, index=True),
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("document_id", sa.String(27), sa.ForeignKey("documents.id"), nullable=False, index=True),
        sa.Column("version_id", sa.String(27), sa.ForeignKey("document_versions.id"), nullable=False),
        sa.Column("password_sealed", sa.LargeBinary),
        sa.Column("declared_place", sa.String(60), nullable=False),
        sa.Column("prepared_at", MILLIS, nullable=False),
        sa.Column("until", MILLIS, nullable=False),
        sa.Column("downloaded_at", MILLIS),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("file_bytes", sa.BigInteger, nullable=False),
    )
