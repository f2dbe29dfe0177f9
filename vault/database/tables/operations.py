"""Work on keys: what was planned, by whom it was approved, how far it has come; and the holds that forbid shredding."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

key_operations = sa.Table(
    "key_operations",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("scope", sa.Text, nullable=False),  # JSON: ring and version, dossier, or the new root's URI
    sa.Column("state", sa.String(12), nullable=False, index=True),
    sa.Column("requested_by", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("category", sa.String(24), nullable=False),  # the free text of a reason stands only in the trail
    sa.Column("case_number", sa.String(40), nullable=False),
    sa.Column("created_at", UtcMillis, nullable=False),
    sa.Column("changed_at", UtcMillis, nullable=False),
    sa.Column("not_before", UtcMillis),  # destruction waits
    sa.Column("phase", sa.String(16), nullable=False),
    sa.Column("cursor", sa.String(64), nullable=False),  # the last row worked on: its id or reference
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("worked_ms", sa.BigInteger, nullable=False),  # time spent working, for the time left
    sa.Column("claimed_by", sa.String(64), nullable=False),
    sa.Column("claimed_until", UtcMillis),
    sa.Column("preflight", sa.Text, nullable=False),  # JSON
    sa.Column("report", sa.Text, nullable=False),  # JSON, '' until verified
    sa.Column("fault_code", sa.String(64), nullable=False),
)

key_approvals = sa.Table(
    "key_approvals",
    metadata,
    sa.Column("operation_id", sa.ForeignKey("key_operations.id"), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("approved_at", UtcMillis, nullable=False),
)

legal_holds = sa.Table(
    "legal_holds",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("dossier_id", sa.ForeignKey("dossiers.id"), nullable=False, index=True),
    sa.Column("case_number", sa.String(40), nullable=False),
    sa.Column("placed_by", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("placed_at", UtcMillis, nullable=False),
    sa.Column("lifted_by", sa.ForeignKey("people.id")),
    sa.Column("lifted_at", UtcMillis),
)
