"""Inserting unless the key is there, on both databases."""

from __future__ import annotations

import sqlalchemy as sa

from vault.database.engine import create_engine, transaction
from vault.database.upserts import insert_or_ignore

_METADATA = sa.MetaData()
_CLAIMS = sa.Table(
    "claims",
    _METADATA,
    sa.Column("place", sa.String(8), primary_key=True),
    sa.Column("token", sa.LargeBinary(4), primary_key=True),
    sa.Column("owner", sa.String(8), nullable=False, unique=True),
)


def test_first_insert_is_told_from_a_second_of_the_same_key(database_url: str) -> None:
    """Whoever claims by inserting learns whether the claim is theirs, by primary key and by any unique one."""
    engine = create_engine(database_url)
    _METADATA.create_all(engine)
    claim = {"place": "here", "token": b"t", "owner": "anne"}
    with transaction(engine) as tx:
        assert insert_or_ignore(tx, _CLAIMS, claim) is True
        assert insert_or_ignore(tx, _CLAIMS, {**claim, "owner": "bo"}) is False
        assert insert_or_ignore(tx, _CLAIMS, {**claim, "token": b"u"}) is False
        assert insert_or_ignore(tx, _CLAIMS, {**claim, "token": b"u", "owner": "bo"}) is True
    with transaction(engine) as tx:
        assert [row.owner for row in tx.execute(sa.select(_CLAIMS).order_by(_CLAIMS.c.owner))] == ["anne", "bo"]
    engine.dispose()
