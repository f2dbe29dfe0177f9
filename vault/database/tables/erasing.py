"""What is taken out of the trail by law or by age: who asked, who decided, how far it is; holds; what was pruned."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

trail_erasures = sa.Table(
    "trail_erasures",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(12), nullable=False, index=True),
    sa.Column("person_id", sa.String(27), nullable=False),  # '' for pruning, and once the person is erased
    sa.Column("from_month", sa.String(7), nullable=False),
    sa.Column("until_month", sa.String(7), nullable=False),  # inclusive
    sa.Column("before", UtcMillis),  # pruning: entries logged before this
    sa.Column("size", sa.BigInteger, nullable=False),  # pruning: entries below this index
    sa.Column("basis", sa.String(24), nullable=False),  # the free text of the reason stands only in the trail
    sa.Column("case_number", sa.String(40), nullable=False),
    sa.Column("requested_by", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("decided_by", sa.ForeignKey("people.id")),
    sa.Column("created_at", UtcMillis, nullable=False),
    sa.Column("decided_at", UtcMillis),
    sa.Column("changed_at", UtcMillis, nullable=False),
    sa.Column("phase", sa.String(16), nullable=False),
    sa.Column("cursor", sa.String(64), nullable=False),
    sa.Column("fence", sa.Text, nullable=False),  # PostgreSQL: transactions that may still use an erased key
    sa.Column("periods", sa.Text, nullable=False),  # ids still to be erased, in their order, fixed when approved
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("claimed_by", sa.String(64), nullable=False),
    sa.Column("claimed_until", UtcMillis),
    sa.Column("preflight", sa.Text, nullable=False),  # JSON
    sa.Column("report", sa.Text, nullable=False),  # JSON, '' until it is finished
    sa.Column("fault_code", sa.String(64), nullable=False),
)

trail_holds = sa.Table(
    "trail_holds",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("case_number", sa.String(40), nullable=False),
    sa.Column("placed_by", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("placed_at", UtcMillis, nullable=False),
    sa.Column("lifted_by", sa.ForeignKey("people.id")),
    sa.Column("lifted_at", UtcMillis),
)

trail_prunings = sa.Table(
    "trail_prunings",
    metadata,
    sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),  # bodies below this index are gone
    sa.Column("erasure_id", sa.ForeignKey("trail_erasures.id"), nullable=False),
    sa.Column("state", sa.LargeBinary, nullable=False),  # what a verification carries at this size; its digest: a leaf
    sa.Column("pruned_at", UtcMillis, nullable=False),
)
