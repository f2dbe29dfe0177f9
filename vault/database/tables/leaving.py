"""People who leave: until when, who takes over, and the hand-over of each of their duties."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

leavings = sa.Table(
    "leavings",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("successor_id", sa.ForeignKey("people.id")),
    sa.Column("state", sa.String(12), nullable=False),  # announced, called_off, ended
    sa.Column("last_day", sa.String(10), nullable=False),  # ISO 8601, in the zone below
    sa.Column("timezone", sa.String(64), nullable=False),  # the company's, when the day was set
    sa.Column("ends_at", UtcMillis, nullable=False),  # the first moment after the last day
    sa.Column("announced_by", sa.ForeignKey("people.id"), nullable=False),  # the reason stands only in the trail
    sa.Column("announced_at", UtcMillis, nullable=False),
    sa.Column("changed_at", UtcMillis, nullable=False),
    sa.Column("ended_at", UtcMillis),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Index(
        "uq_leavings_announced",
        "person_id",
        unique=True,
        sqlite_where=sa.text("state = 'announced'"),
        postgresql_where=sa.text("state = 'announced'"),
    ),
)

handovers = sa.Table(
    "handovers",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("leaving_id", sa.ForeignKey("leavings.id"), nullable=False),
    sa.Column("assignment_id", sa.ForeignKey("assignments.id"), nullable=False, index=True),  # the leaver's
    sa.Column("dossier_id", sa.ForeignKey("dossiers.id"), nullable=False, index=True),
    sa.Column("duty", sa.String(12), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),  # open, done, dropped
    sa.Column("successor_id", sa.ForeignKey("people.id"), index=True),
    sa.Column("proposed_by", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("custodian_id", sa.ForeignKey("people.id")),  # who confirmed as custodian
    sa.Column("custodian_at", UtcMillis),
    sa.Column("successor_at", UtcMillis),  # when the successor confirmed
    sa.Column("done_at", UtcMillis),
    sa.UniqueConstraint("leaving_id", "assignment_id"),
)
