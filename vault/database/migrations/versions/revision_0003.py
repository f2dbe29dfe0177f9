"""Where checkpoints were anchored, and the state of each anchor."""

from __future__ import annotations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by the work on anchors."""
