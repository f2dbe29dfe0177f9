"""What is known of anchors: the state of each, what was placed there, and whether the database agrees with them.

None of this is believed where it matters: an older copy of the database holds an older copy of these rows. Whether the
trail goes on is decided by what the anchors themselves hold (``vault/anchors/proving.py``).
"""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

trail_anchors = sa.Table(
    "trail_anchors",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("next_at", UtcMillis, nullable=False),  # nobody tries before; moved on by whoever takes the turn
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("failure_code", sa.String(64), nullable=False),  # '' while it works
    sa.Column("failing_since", UtcMillis),
    sa.Column("alarmed_at", UtcMillis),  # recorded once in each outage
    sa.Column("placed_size", sa.BigInteger, nullable=False),
    sa.Column("placed_at", UtcMillis),
    sa.Column("recorded_day", sa.String(10), nullable=False),  # the last day whose first placement is in the trail
    sa.Column("weakness", sa.String(64), nullable=False),  # what it does not hold although it works; '' if nothing
)

trail_anchorings = sa.Table(
    "trail_anchorings",
    metadata,
    sa.Column("anchor", sa.String(32), primary_key=True),
    sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("origin", sa.String(128), primary_key=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("receipt", sa.LargeBinary, nullable=False),
    sa.Column("locator", sa.String(300), nullable=False),
    sa.Column("placed_at", UtcMillis, nullable=False),
    sa.Index("ix_trail_anchorings_size", "size"),
)

trail_outside = sa.Table(
    "trail_outside",
    metadata,
    sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),  # 1
    sa.Column("state", sa.String(12), nullable=False),  # agreed, unproven, behind, differs
    sa.Column("anchor", sa.String(32), nullable=False),
    sa.Column("own_size", sa.BigInteger, nullable=False),
    sa.Column("outside_size", sa.BigInteger, nullable=False),
    sa.Column("since", UtcMillis, nullable=False),
)
