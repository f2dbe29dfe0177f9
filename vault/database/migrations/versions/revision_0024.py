"""The entry of a copy's release, for as long as no entry says what came of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("released_copies", sa.Column("release_entry", sa.String(27)))
    unanswered = sa.text("release_entry IS NOT NULL")
    op.create_index(
        "ix_released_copies_unanswered",
        "released_copies",
        ["downloaded_at"],
        sqlite_where=unanswered,
        postgresql_where=unanswered,
    )
