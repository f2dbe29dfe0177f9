"""What people ask for beyond the policy, who decided what, what was granted and used, and copies made of it."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

requests = sa.Table(
    "requests",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("requester_id", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("subject", sa.String(32), nullable=False),  # the document's id; for access the reference that was typed
    sa.Column("dossier_id", sa.ForeignKey("dossiers.id"), index=True),  # null: a reference that no dossier has
    sa.Column("document_id", sa.ForeignKey("documents.id"), index=True),  # access: null until an approver names it
    sa.Column("asked", sa.Integer, nullable=False),  # views, copies, minutes or days, by the kind
    sa.Column("reason_sealed", sa.LargeBinary, nullable=False),  # under the dossier's key; empty without one
    sa.Column("state", sa.String(12), nullable=False),  # open, approved, refused, withdrawn, lapsed
    sa.Column("granted", sa.Integer, nullable=False),
    sa.Column("asked_at", UtcMillis, nullable=False),
    sa.Column("lapses_at", UtcMillis, nullable=False),
    sa.Column("decided_at", UtcMillis),  # when it was closed, however
    sa.Index("ix_requests_state", "state", "asked_at"),
    sa.Index("ix_requests_asked_at", "asked_at"),
    sa.Index("ix_requests_requester", "requester_id", "asked_at"),
    sa.Index(
        "uq_requests_open",
        "requester_id",
        "kind",
        "subject",
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
)

request_decisions = sa.Table(
    "request_decisions",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("request_id", sa.ForeignKey("requests.id"), nullable=False),
    sa.Column("decider_id", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("approved", sa.Boolean, nullable=False),
    sa.Column("amount", sa.Integer, nullable=False),
    sa.Column("note_sealed", sa.LargeBinary),
    sa.Column("decided_at", UtcMillis, nullable=False),
    sa.Column("in_stead_of", sa.String(27)),  # the approver whose delegate decided
    sa.UniqueConstraint("request_id", "decider_id"),
)

request_drafts = sa.Table(
    "request_drafts",
    metadata,
    sa.Column("person_id", sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("document_id", sa.ForeignKey("documents.id"), primary_key=True),
    sa.Column("draft_sealed", sa.LargeBinary, nullable=False),  # under the dossier's key
    sa.Column("saved_at", UtcMillis, nullable=False, index=True),
)

grants = sa.Table(
    "grants",
    metadata,
    sa.Column("request_id", sa.ForeignKey("requests.id"), primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("person_id", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("document_id", sa.ForeignKey("documents.id"), nullable=False),
    sa.Column("quota_version", sa.Integer, nullable=False),
    sa.Column("amount", sa.Integer, nullable=False),
    sa.Column("used", sa.Integer, nullable=False),
    sa.Column("given_at", UtcMillis, nullable=False),
    sa.Column("use_by", UtcMillis, nullable=False),
    sa.Column("lasts_days", sa.Integer, nullable=False),  # from the first use
    sa.Column("first_used_at", UtcMillis),
    sa.Column("ends_at", UtcMillis),  # null before the first use
    sa.Column("ended_at", UtcMillis),
    sa.Column("end_cause", sa.String(12), nullable=False),
    sa.Column("ended_by", sa.ForeignKey("people.id")),
    sa.Column("end_note_sealed", sa.LargeBinary),
    sa.CheckConstraint("used >= 0 AND used <= amount", name="used_within_amount"),
    sa.Index("ix_grants_of_person", "person_id", "document_id"),
)

grant_uses = sa.Table(
    "grant_uses",
    metadata,
    sa.Column("request_id", sa.ForeignKey("grants.request_id"), primary_key=True),
    sa.Column("view_id", sa.ForeignKey("views.id"), primary_key=True, index=True),
    sa.Column("taken", sa.Boolean, nullable=False),  # whether it takes one of the amount
)

_UNANSWERED = sa.text("release_entry IS NOT NULL")
released_copies = sa.Table(
    "released_copies",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),  # stands on every page of the copy
    sa.Column("request_id", sa.ForeignKey("grants.request_id"), nullable=False, index=True),
    sa.Column("person_id", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("document_id", sa.ForeignKey("documents.id"), nullable=False, index=True),
    sa.Column("version_id", sa.ForeignKey("document_versions.id"), nullable=False),
    sa.Column("password_sealed", sa.LargeBinary),  # under the dossier's key, until its time is over
    sa.Column("declared_place", sa.String(60), nullable=False),  # where the network is not known
    sa.Column("prepared_at", UtcMillis, nullable=False),
    sa.Column("until", UtcMillis, nullable=False),
    sa.Column("downloaded_at", UtcMillis),
    sa.Column("pages", sa.Integer, nullable=False),
    sa.Column("file_bytes", sa.BigInteger, nullable=False),
    sa.Column("release_entry", sa.String(27)),  # copy.released, until it is answered
    sa.Index("ix_released_copies_unanswered", "downloaded_at", sqlite_where=_UNANSWERED, postgresql_where=_UNANSWERED),
)
