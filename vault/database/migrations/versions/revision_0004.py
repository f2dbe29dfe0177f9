"""What searching the trail needs beside the row of an entry: session, place, category of the reason, and tallies.

Entries that were recorded before keep NULL there, which means unknown: no search by session, place or category finds
them until ``dossier-vault trail reindex`` has filled the columns from what is sealed beside the leaves.
``detailed_from`` says up to where that may be so. The tallies begin there too, and count nothing that is older.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Each waiting entry may be placed after the closing of a day, which takes a place too.
_DETAILED_FROM = """
UPDATE trail_head SET detailed_from = size + 2 * (SELECT count(*) FROM trail_inbox) + 1
"""


def upgrade() -> None:
    op.add_column("trail_head", sa.Column("detailed_from", sa.BigInteger, nullable=False, server_default="0"))
    op.execute(_DETAILED_FROM)
    for table in ("trail_inbox", "trail_search"):
        op.add_column(table, sa.Column("session_id", sa.String(27)))
        op.add_column(table, sa.Column("reason_category", sa.String(24)))
        op.add_column(table, sa.Column("place_zone", sa.Text))
        op.add_column(table, sa.Column("place_source", sa.String(8)))
    _partial_index("ix_trail_search_session", "session_id", "session_id <> ''")
    _partial_index("ix_trail_search_reason", "reason_category", "reason_category <> ''")
    _partial_index("ix_trail_search_place", "place_zone", "place_zone <> ''")
    _partial_index("ix_trail_search_outcome", "outcome", "outcome <> 'success'")
    op.create_table(
        "trail_tallies",
        sa.Column("kind", sa.String(1), primary_key=True),
        sa.Column("subject", sa.String(32), primary_key=True),
        sa.Column("hour", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
    )


def _partial_index(name: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "trail_search", [column, "position"], sqlite_where=where, postgresql_where=where)
