"""Dossiers with their sealed record, who holds which duty, and the documents filed in them with their versions."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

dossiers = sa.Table(
    "dossiers",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("reference", sa.String(32), nullable=False, unique=True),
    sa.Column("classification", sa.String(20), nullable=False),
    sa.Column("wrapped_key", sa.LargeBinary(86), nullable=False),
    sa.Column("record_sealed", sa.LargeBinary, nullable=False),
    sa.Column("name_token", sa.LargeBinary(8), nullable=False, index=True),
    sa.Column("created_at", UtcMillis, nullable=False),
    sa.Column("created_by", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("key_number", sa.Integer, nullable=False, server_default="1"),  # version of the dossier's key
    sa.Column("next_wrapped_key", sa.LargeBinary(86)),  # while the dossier is resealed: what new DEKs are wrapped by
    sa.Column("shredded_at", UtcMillis),  # its key is destroyed, and what it sealed with it
)

assignments = sa.Table(
    "assignments",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("dossier_id", sa.ForeignKey("dossiers.id"), nullable=False, index=True),
    sa.Column("person_id", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("duty", sa.String(12), nullable=False),
    sa.Column("starts_at", UtcMillis, nullable=False),
    sa.Column("ends_at", UtcMillis),
    sa.Column("assigned_by", sa.ForeignKey("people.id"), nullable=False),
    sa.Index("ix_assignments_holder", "person_id", "duty", "dossier_id"),
)

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("dossier_id", sa.ForeignKey("dossiers.id"), nullable=False, index=True),
    sa.Column("title_sealed", sa.LargeBinary, nullable=False),
    sa.Column("current_version", sa.Integer),  # null until a version is live
    sa.Column("created_at", UtcMillis, nullable=False),
)

document_versions = sa.Table(
    "document_versions",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("document_id", sa.ForeignKey("documents.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    # pending (intent row) -> stored -> converting -> submitted or live; quarantined, refused, replaced
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("fault_code", sa.String(64), nullable=False, server_default=""),
    sa.Column("media_type", sa.String(64), nullable=False),
    sa.Column("plaintext_bytes", sa.BigInteger, nullable=False),
    sa.Column("submitted_by", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("filed_by", sa.ForeignKey("people.id")),
    sa.Column("direct", sa.Boolean, nullable=False),  # filed by the custodian's own hand: live once converted
    sa.Column("submission_key", sa.String(64), nullable=False),  # idempotency of the upload
    sa.Column("note_sealed", sa.LargeBinary),  # why the custodian refused it
    sa.Column("page_count", sa.Integer, nullable=False, server_default="0"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("created_at", UtcMillis, nullable=False),
    sa.Column("changed_at", UtcMillis, nullable=False, index=True),
    sa.UniqueConstraint("document_id", "number"),
    sa.UniqueConstraint("submitted_by", "submission_key"),
    sa.Index("ix_document_versions_state", "state"),
)

sealed_objects = sa.Table(
    "sealed_objects",
    metadata,
    sa.Column("object_key", sa.String(200), primary_key=True),
    sa.Column("version_id", sa.ForeignKey("document_versions.id"), nullable=False, index=True),
    sa.Column("part", sa.String(16), nullable=False),  # original, pages
    sa.Column("state", sa.String(8), nullable=False),  # pending, live, retired, garbage
    sa.Column("wrapped_dek", sa.LargeBinary, nullable=False),
    sa.Column("header", sa.LargeBinary, nullable=False),
    sa.Column("sealed_bytes", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.LargeBinary(32), nullable=False),
    sa.Column("index_sealed", sa.LargeBinary),  # page packs: the sealed index, also at the end of the object
    sa.Column("created_at", UtcMillis, nullable=False),
)

filed_contents = sa.Table(
    "filed_contents",
    metadata,
    sa.Column("dossier_id", sa.ForeignKey("dossiers.id"), primary_key=True),
    sa.Column("content_token", sa.LargeBinary(32), primary_key=True),  # keyed digest of the plaintext
    sa.Column("version_id", sa.ForeignKey("document_versions.id"), nullable=False, unique=True),
)
