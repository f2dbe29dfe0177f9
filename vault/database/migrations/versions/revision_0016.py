"""Days in numbers, alerts, campaigns and exceptions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert_cursor",
        sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("next_position", sa.BigInteger, nullable=False),
        sa.Column("digest_week", sa.String(10), nullable=False),
    )
    op.create_table(
        "alert_days",
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("is_workday", sa.Boolean, nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("looks", sa.Integer, nullable=False),
        sa.Column("counted", sa.Integer, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("first_seen", sa.Integer, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("lines", sa.Text, nullable=False),
    )
    op.create_index("ix_alert_days_role", "alert_days", ["role", "is_workday", "day"])
    op.create_index("ix_alert_days_day", "alert_days", ["day", "points"])
    op.create_table(
        "alert_seen",
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("dossier_id", sa.String(27), sa.ForeignKey("dossiers.id"), primary_key=True),
        sa.Column("first_day", sa.String(10), nullable=False),
    )
    _create_alerts()
    op.create_table(
        "alert_campaigns",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("first_day", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("announced_by", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("announced_at", sa.BigInteger, nullable=False),
        sa.Column("announcing_entry", sa.String(27), nullable=False),
        sa.Column("decided_by", sa.String(27), sa.ForeignKey("people.id")),
        sa.Column("decided_at", sa.BigInteger),
    )
    op.create_table(
        "alert_campaign_members",
        sa.Column("campaign_id", sa.String(27), sa.ForeignKey("alert_campaigns.id"), primary_key=True),
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("member_id", sa.String(27), primary_key=True),
    )
    op.create_table(
        "alert_exceptions",
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("feature", sa.String(24), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("until_day", sa.String(10), nullable=False),
        sa.Column("is_lifting", sa.Boolean, nullable=False),
        sa.Column("set_by", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("set_at", sa.BigInteger, nullable=False),
        sa.Column("entry", sa.String(27), nullable=False),
    )


def _create_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(27), primary_key=True),
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("lines", sa.Text, nullable=False),
        sa.Column("policy_version", sa.Integer, nullable=False),
        sa.Column("raised_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("decided_by", sa.String(27), sa.ForeignKey("people.id")),
        sa.Column("decided_at", sa.BigInteger),
        sa.Column("decision_entry", sa.String(27), nullable=False),
        sa.UniqueConstraint("person_id", "day", "number"),
    )
    op.create_index("ix_alerts_person_id", "alerts", ["person_id"])
    op.create_index("ix_alerts_state", "alerts", ["state", "raised_at"])
