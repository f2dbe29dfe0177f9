"""The trail's tables: what waits to be sequenced, the leaves and their tree, checkpoints, and who the leaves speak of.

Leaves name nobody. Persons stand in ``trail_periods`` (one key per person and month; deleting the row erases) and in
``trail_search`` and ``trail_handles``, which only this database has.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

SELDOM_CONDITIONS = {
    "session_id": "session_id <> ''",
    "reason_category": "reason_category <> ''",
    "place_zone": "place_zone <> ''",
    "outcome": "outcome <> 'success'",
}
"""What the indexes of these columns hold; a query must say it too, or SQLite does not use them."""


def _details() -> list[sa.Column[Any]]:
    """Of an entry's sealed values, what it is found by; NULL is unknown: recorded before these columns were there."""
    return [
        sa.Column("session_id", sa.String(27)),
        sa.Column("reason_category", sa.String(24)),
        sa.Column("place_zone", sa.Text),
        sa.Column("place_source", sa.String(8)),
    ]


def _seldom(name: str, column: str) -> sa.Index:
    where = sa.text(SELDOM_CONDITIONS[column])
    return sa.Index(name, column, "position", sqlite_where=where, postgresql_where=where)


trail_head = sa.Table(
    "trail_head",
    metadata,
    sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),  # 1
    sa.Column("origin", sa.String(128), nullable=False),
    sa.Column("reading_public", sa.LargeBinary(32), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("edge", sa.LargeBinary, nullable=False),  # right edge of the tree, largest subtree first
    sa.Column("logged_at", UtcMillis, nullable=False),
    sa.Column("day_from", sa.BigInteger, nullable=False),  # first index that the running day's close will count
    # before it, search rows may lack what revision 0004 added
    sa.Column("detailed_from", sa.BigInteger, nullable=False, server_default="0"),
)

trail_epochs = sa.Table(
    "trail_epochs",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("public", sa.LargeBinary(32), nullable=False),
    sa.Column("from_size", sa.BigInteger, nullable=False),  # checkpoints of this size and more are signed by it
    sa.Column("created_at", UtcMillis, nullable=False),
    sa.Column("origin", sa.String(128), nullable=False, server_default=""),  # the name that it signs under
)

trail_inbox = sa.Table(
    "trail_inbox",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("transaction_id", sa.BigInteger),  # PostgreSQL: commit order is not id order
    sa.Column("entry_id", sa.String(27), nullable=False, unique=True),
    sa.Column("draft", sa.LargeBinary, nullable=False),  # the leaf without what the sequencer adds
    sa.Column("actor_id", sa.String(27), nullable=False),
    sa.Column("subject_id", sa.String(27), nullable=False),
    sa.Column("handle", sa.String(26), nullable=False),
    *_details(),
)

trail_lanes = sa.Table(
    "trail_lanes",
    metadata,
    sa.Column("node", sa.String(32), primary_key=True),
    sa.Column("lane", sa.String(32), primary_key=True),
    sa.Column("nseq", sa.BigInteger, nullable=False),
)

trail_periods = sa.Table(
    "trail_periods",
    metadata,
    sa.Column("id", sa.String(27), primary_key=True),
    sa.Column("person_id", sa.String(27), nullable=False),  # '' for what nobody is known for
    sa.Column("month", sa.String(7), nullable=False),
    sa.Column("public", sa.LargeBinary(32), nullable=False),
    sa.Column("private_sealed", sa.LargeBinary, nullable=False),  # to the trail-reading key
    sa.UniqueConstraint("person_id", "month"),
)

trail_handles = sa.Table(
    "trail_handles",
    metadata,
    sa.Column("person_id", sa.String(27), primary_key=True),
    sa.Column("handle", sa.String(26), nullable=False, unique=True),
)

trail_disclosures = sa.Table(
    "trail_disclosures",
    metadata,
    sa.Column("entry_id", sa.String(27), primary_key=True),
    sa.Column("part", sa.String(8), primary_key=True),  # actor, subject
    sa.Column("period_id", sa.String(27), nullable=False, index=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)

trail_leaves = sa.Table(
    "trail_leaves",
    metadata,
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("entry_id", sa.String(27), nullable=False, unique=True),
    sa.Column("leaf", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
)

trail_nodes = sa.Table(
    "trail_nodes",
    metadata,
    sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),  # 1 and more; level 0 stands with its leaf
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
)

trail_checkpoints = sa.Table(
    "trail_checkpoints",
    metadata,
    sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("signed_at", UtcMillis, nullable=False),
)

trail_counters = sa.Table(
    "trail_counters",
    metadata,
    sa.Column("kind", sa.String(1), primary_key=True),  # d: document, u: handle of a person
    sa.Column("subject", sa.String(27), primary_key=True),
    sa.Column("last", sa.BigInteger, nullable=False),
)

trail_search = sa.Table(
    "trail_search",
    metadata,
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("time", UtcMillis, nullable=False),
    sa.Column("logged", UtcMillis, nullable=False, index=True),
    sa.Column("event", sa.String(32), nullable=False),
    sa.Column("outcome", sa.String(8), nullable=False),
    sa.Column("actor_id", sa.String(27), nullable=False),
    sa.Column("subject_id", sa.String(27), nullable=False),
    sa.Column("dossier_id", sa.String(27), nullable=False),
    sa.Column("document_id", sa.String(27), nullable=False),
    sa.Column("view_id", sa.String(27), nullable=False),
    *_details(),
    sa.Index("ix_trail_search_actor", "actor_id", "position"),
    sa.Index("ix_trail_search_subject", "subject_id", "position"),
    sa.Index("ix_trail_search_document", "document_id", "position"),
    sa.Index("ix_trail_search_dossier", "dossier_id", "position"),
    sa.Index("ix_trail_search_view", "view_id", "position"),
    sa.Index("ix_trail_search_event", "event", "position"),
    _seldom("ix_trail_search_session", "session_id"),
    _seldom("ix_trail_search_reason", "reason_category"),
    _seldom("ix_trail_search_place", "place_zone"),
    _seldom("ix_trail_search_outcome", "outcome"),
)

trail_tallies = sa.Table(
    "trail_tallies",  # how many entries an hour (UTC, by the time of logging) has; rebuilt by ``trail reindex``
    metadata,
    sa.Column("kind", sa.String(1), primary_key=True),  # p: a person acted or was meant, a: acted, e: event, o: outcome
    sa.Column("subject", sa.String(32), primary_key=True),
    sa.Column("hour", sa.Integer, primary_key=True, autoincrement=False),  # since the epoch
    sa.Column("number", sa.BigInteger, nullable=False),
)
