"""Confidentiality agreements, their versions and who accepted them."""

from __future__ import annotations

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by the work on agreements."""
