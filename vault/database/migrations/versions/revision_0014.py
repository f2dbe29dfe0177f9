"""Views counted within a window and by the day, and the different pages of a view."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("views", sa.Column("is_granted", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("views", sa.Column("day", sa.String(10), nullable=False, server_default=""))
    op.add_column("views", sa.Column("day_class", sa.String(16), nullable=False, server_default=""))
    op.add_column("views", sa.Column("distinct_pages", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "view_pages",
        sa.Column("view_id", sa.String(27), sa.ForeignKey("views.id"), primary_key=True),
        sa.Column("page_number", sa.Integer, primary_key=True),
    )
    op.create_table(
        "view_days",
        sa.Column("person_id", sa.String(27), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("scope", sa.String(16), primary_key=True),
        sa.Column("used", sa.Integer, nullable=False),
        sa.CheckConstraint("used >= 0", name="day_used_not_negative"),
    )
