"""What lists and the numbers in the top bar are found by in a company with tens of thousands of dossiers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_assignments_holder", "assignments", ["person_id", "duty", "dossier_id"])
    op.drop_index("ix_assignments_person_id", "assignments")
    op.create_index("ix_requests_state", "requests", ["state", "asked_at"])
    op.create_index("ix_requests_asked_at", "requests", ["asked_at"])
    op.create_index("ix_requests_requester", "requests", ["requester_id", "asked_at"])
    op.drop_index("ix_requests_requester_id", "requests")
    unread = sa.text("read_at IS NULL")
    op.create_index("ix_notices_unread", "notices", ["person_id"], sqlite_where=unread, postgresql_where=unread)
