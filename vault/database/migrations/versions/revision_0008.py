"""Erasures and prunings of the trail, with who agreed to them."""

from __future__ import annotations

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by the work on erasure."""
