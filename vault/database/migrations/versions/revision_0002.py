"""Work on keys: operations with their approvals, legal holds, and dossier keys that can be replaced."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MILLIS = sa.BigInteger  # milliseconds since the epoch, UTC


def upgrade() -> None:
    op.add_column("dossiers", sa.Column("key_number", sa.Integer, nullable=False, server_default="1"))
    op.add_column("dossiers", sa.Column("next_wrapped_key", sa.LargeBinary(86)))
    op.add_column("dossiers", sa.Column("shredded_at", MILLIS))
    op.add_column("views", sa.Column("pack_object", sa.String(200), nullable=False, server_default=""))
    op.add_column("key_versions", sa.Column("recovery_sealed", sa.LargeBinary))
    op.create_table(
        "key_operations",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False, index=True),
        sa.Column("requested_by", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("category", sa.String(24), nullable=False),
        sa.Column("case_number", sa.String(40), nullable=False),
        sa.Column("created_at", MILLIS, nullable=False),
        sa.Column("changed_at", MILLIS, nullable=False),
        sa.Column("not_before", MILLIS),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("cursor", sa.String(64), nullable=False),
        sa.Column("done", sa.BigInteger, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("worked_ms", sa.BigInteger, nullable=False),
        sa.Column("claimed_by", sa.String(64), nullable=False),
        sa.Column("claimed_until", MILLIS),
        sa.Column("preflight", sa.Text, nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("fault_code", sa.String(64), nullable=False),
    )
    op.create_table(
        "key_approvals",
        sa.Column("operation_id", sa.String(27), sa.ForeignKey("key_operations.id"), primary_key=True),
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("approved_at", MILLIS, nullable=False),
    )
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("dossier_id", sa.String(27), sa.ForeignKey("dossiers.id"), nullable=False, index=True),
        sa.Column("case_number", sa.String(40), nullable=False),
        sa.Column("placed_by", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("placed_at", MILLIS, nullable=False),
        sa.Column("lifted_by", sa.String(27), sa.ForeignKey("people.id")),
        sa.Column("lifted_at", MILLIS),
    )
