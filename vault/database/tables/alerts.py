"""What people did by day in numbers, the alerts that came of it, and what was said about them beforehand.

No reason, title or customer stands here: why somebody decided, announced or excepted is read from the trail's entry.
"""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

alert_cursor = sa.Table(
    "alert_cursor",
    metadata,
    sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),  # 1
    sa.Column("next_position", sa.BigInteger, nullable=False),  # everything below was scored
    sa.Column("digest_week", sa.String(10), nullable=False),  # Monday of the last week that digests were made of
)

alert_days = sa.Table(
    "alert_days",
    metadata,
    sa.Column("person_id", sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("day", sa.String(10), primary_key=True),  # ISO, by the person's own calendar
    sa.Column("is_workday", sa.Boolean, nullable=False),
    sa.Column("role", sa.String(64), nullable=False),  # the duties that the person could have
    sa.Column("looks", sa.Integer, nullable=False),
    sa.Column("counted", sa.Integer, nullable=False),  # of the looks: those compared with what is usual
    sa.Column("pages", sa.Integer, nullable=False),
    sa.Column("first_seen", sa.Integer, nullable=False),
    sa.Column("points", sa.Integer, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),  # JSON
    sa.Column("lines", sa.Text, nullable=False),  # JSON
    sa.Index("ix_alert_days_role", "role", "is_workday", "day"),
    sa.Index("ix_alert_days_day", "day", "points"),
)

alert_seen = sa.Table(
    "alert_seen",
    metadata,
    sa.Column("person_id", sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("dossier_id", sa.ForeignKey("dossiers.id"), primary_key=True),
    sa.Column("first_day", sa.String(10), nullable=False),
)

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("day", sa.String(10), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),  # 1, and more where the day went on after a decision
    sa.Column("state", sa.String(12), nullable=False),  # open, escalated, dismissed
    sa.Column("points", sa.Integer, nullable=False),
    sa.Column("lines", sa.Text, nullable=False),  # JSON
    sa.Column("policy_version", sa.Integer, nullable=False),
    sa.Column("raised_at", UtcMillis, nullable=False),
    sa.Column("changed_at", UtcMillis, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("decided_by", sa.ForeignKey("people.id")),
    sa.Column("decided_at", UtcMillis),
    sa.Column("decision_entry", sa.String(27), nullable=False),  # holds the reason; '' while open
    sa.UniqueConstraint("person_id", "day", "number"),
    sa.Index("ix_alerts_state", "state", "raised_at"),
)

alert_campaigns = sa.Table(
    "alert_campaigns",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("state", sa.String(12), nullable=False),  # announced, confirmed, refused, ended
    sa.Column("first_day", sa.String(10), nullable=False),
    sa.Column("last_day", sa.String(10), nullable=False),
    sa.Column("announced_by", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("announced_at", UtcMillis, nullable=False),
    sa.Column("announcing_entry", sa.String(27), nullable=False),
    sa.Column("decided_by", sa.ForeignKey("people.id")),
    sa.Column("decided_at", UtcMillis),
)

alert_campaign_members = sa.Table(
    "alert_campaign_members",
    metadata,
    sa.Column("campaign_id", sa.ForeignKey("alert_campaigns.id"), primary_key=True),
    sa.Column("kind", sa.String(8), primary_key=True),  # person, dossier
    sa.Column("member_id", sa.String(27), primary_key=True),
)

alert_exceptions = sa.Table(
    "alert_exceptions",
    metadata,
    sa.Column("person_id", sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("feature", sa.String(24), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("until_day", sa.String(10), nullable=False),  # the last on which it holds
    sa.Column("is_lifting", sa.Boolean, nullable=False),
    sa.Column("set_by", sa.ForeignKey("people.id"), nullable=False),
    sa.Column("set_at", UtcMillis, nullable=False),
    sa.Column("entry", sa.String(27), nullable=False),
)

alert_digests = sa.Table(
    "alert_digests",
    metadata,
    sa.Column("custodian_id", sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("week", sa.String(10), primary_key=True),  # its Monday
    sa.Column("person_id", sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("points", sa.Integer, nullable=False),
    sa.Column("looks", sa.Integer, nullable=False),  # at documents in dossiers of the custodian's keeping
)
