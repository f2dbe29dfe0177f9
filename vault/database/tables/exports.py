"""Exports of the trail: what was ordered by whom, how far it is made, where its sealed file lies until it expires."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

trail_exports = sa.Table(
    "trail_exports",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("state", sa.String(12), nullable=False, index=True),
    sa.Column("format", sa.String(12), nullable=False),
    sa.Column("headers", sa.String(8), nullable=False),
    sa.Column("locale", sa.String(16), nullable=False),
    sa.Column("timezone", sa.String(64), nullable=False),
    sa.Column("category", sa.String(24), nullable=False),
    sa.Column("case_number", sa.String(40), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),  # of the checkpoint that it is pinned to
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.LargeBinary(32), nullable=False),  # over index and hash of every selected entry
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("claimed_by", sa.String(64), nullable=False),
    sa.Column("claimed_until", UtcMillis),
    sa.Column("created_at", UtcMillis, nullable=False),
    sa.Column("changed_at", UtcMillis, nullable=False),
    sa.Column("expires_at", UtcMillis),  # of the file, once it is made
    sa.Column("query_sealed", sa.LargeBinary, nullable=False),  # with the reason's words, under the DEK
    sa.Column(
        "wrapped_dek", sa.LargeBinary(86), nullable=False
    ),  # under the ring of the trail; empty once it has ended
    sa.Column("object_key", sa.String(200), nullable=False),
    sa.Column("file_bytes", sa.BigInteger, nullable=False),  # of the opened file
    sa.Column("sha256", sa.LargeBinary(32), nullable=False),  # of the opened file
    sa.Column("note", sa.Text, nullable=False),  # signed: what the file is
    sa.Column("fault_code", sa.String(64), nullable=False),
    sa.Column("downloads", sa.Integer, nullable=False),
    sa.Column("download_session", sa.String(27), nullable=False),  # in which the last recorded download began
    sa.Column("closing", sa.String(27), nullable=False),  # entry that shows what a bundle is complete up to
    sa.Column("left_out", sa.Text),  # what a bundle lacks, in JSON, where that is anything
)
