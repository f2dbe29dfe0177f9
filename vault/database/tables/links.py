"""Accounts that belong to one person, now or until they were taken apart."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.tables.metadata import UtcMillis, metadata

account_links = sa.Table(
    "account_links",
    metadata,
    sa.Column("person_id", sa.ForeignKey("people.id"), primary_key=True),
    sa.Column("human_id", sa.String(27), nullable=False, index=True),  # the same for all accounts of one person
    sa.Column("linked_at", UtcMillis, nullable=False),
    sa.Column("linked_by", sa.ForeignKey("people.id"), nullable=False),
)

former_links = sa.Table(
    "former_links",
    metadata,
    sa.Column("person_id", sa.ForeignKey("people.id"), primary_key=True),  # against whose limits it counts
    sa.Column("other_id", sa.ForeignKey("people.id"), primary_key=True),  # what this account opened
    sa.Column("until", UtcMillis, nullable=False),  # until this moment
)
