"""Feeds to security monitors: how far each has come, who sends it now, and how it last went."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

feed_cursors = sa.Table(
    "feed_cursors",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("setup", sa.Text, nullable=False),  # JSON: format, output, target and people, as last sent with
    sa.Column("created_at", UtcMillis, nullable=False),
    sa.Column("first_index", sa.BigInteger, nullable=False),  # where it began; nothing before is sent again by itself
    sa.Column("next_index", sa.BigInteger, nullable=False),  # everything below was handed over
    sa.Column("claimed_by", sa.String(64), nullable=False),
    sa.Column("claimed_until", UtcMillis),
    sa.Column("sent_at", UtcMillis),
    sa.Column("failed_at", UtcMillis),
    sa.Column("failing_since", UtcMillis),  # the first failure after the last success
    sa.Column("failure_code", sa.String(64), nullable=False),
    sa.Column("stalled_at", UtcMillis),  # when the trail was told that it does not get on
)
