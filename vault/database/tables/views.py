"""Views, and the quota they are claimed from."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

view_quotas = sa.Table(
    "view_quotas",
    metadata,
    sa.Column("person_id", sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("document_id", sa.ForeignKey("documents.id"), primary_key=True),
    sa.Column("version_number", sa.Integer, primary_key=True),  # 0: one quota for the document across its versions
    sa.Column("used", sa.Integer, nullable=False),
    sa.Column("granted", sa.Integer, nullable=False),  # approved top-ups, on top of what policy allows
    sa.CheckConstraint("used >= 0", name="used_not_negative"),
)

views = sa.Table(
    "views",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("session_id", sa.ForeignKey("sessions.id"), nullable=False, index=True),
    sa.Column("document_id", sa.ForeignKey("documents.id"), nullable=False, index=True),
    sa.Column("version_id", sa.ForeignKey("document_versions.id"), nullable=False),
    sa.Column("quota_version", sa.Integer, nullable=False),
    sa.Column("idempotency_key", sa.String(64), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("allowed", sa.Integer, nullable=False),
    sa.Column("opened_at", UtcMillis, nullable=False),
    sa.Column("expires_at", UtcMillis, nullable=False, index=True),
    sa.Column("wrapped_key", sa.LargeBinary),  # under the view key; null before (7) and after the end
    sa.Column("place_label", sa.String(200), nullable=False),
    sa.Column("pages_delivered", sa.Integer, nullable=False),
    sa.Column("claim_returned", sa.Boolean, nullable=False),
    sa.Column("ended_at", UtcMillis),
    sa.Column("end_cause", sa.String(32), nullable=False, server_default=""),
    sa.Column("ended_by", sa.ForeignKey("people.id")),
    sa.Column("opening_entry", sa.String(27), nullable=False),
    sa.Column("pack_object", sa.String(200), nullable=False, server_default=""),  # what its key opens; '' before (7)
    sa.Column("is_granted", sa.Boolean, nullable=False, server_default=sa.false()),  # taken from a top-up
    sa.Column("day", sa.String(10), nullable=False, server_default=""),  # the day that it was counted in
    sa.Column("day_class", sa.String(16), nullable=False, server_default=""),  # and the class
    sa.Column("distinct_pages", sa.Integer, nullable=False, server_default="0"),  # counted while a cap holds
    sa.UniqueConstraint("person_id", "idempotency_key"),
)

view_pages = sa.Table(
    "view_pages",
    metadata,
    sa.Column("view_id", sa.ForeignKey("views.id"), primary_key=True),
    sa.Column("page_number", sa.Integer, primary_key=True),
)

view_days = sa.Table(
    "view_days",
    metadata,
    sa.Column("person_id", sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("day", sa.String(10), primary_key=True),  # year-month-day in the policy's time zone
    sa.Column("scope", sa.String(16), primary_key=True),  # a class, or '' for all of them together
    sa.Column("used", sa.Integer, nullable=False),
    sa.CheckConstraint("used >= 0", name="day_used_not_negative"),
)
