"""What an export lacks because it was damaged where the vault keeps it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("trail_exports", sa.Column("left_out", sa.Text))
