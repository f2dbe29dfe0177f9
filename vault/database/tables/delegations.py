"""Who hands their approving to whom, and until when. The reason stands only in the trail."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

delegations = sa.Table(
    "delegations",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("giver_id", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("delegate_id", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("starts_at", UtcMillis, nullable=False),
    sa.Column("ends_at", UtcMillis, nullable=False),  # the first moment after the last day
    sa.Column("given_at", UtcMillis, nullable=False),
    sa.Column("begun_at", UtcMillis),  # when the delegate was told that it has begun
    sa.Column("ended_at", UtcMillis),  # by somebody, or by the sweep once its time is over
)
