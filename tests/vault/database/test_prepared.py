"""Statements that are compiled once: run by SQLite's driver itself, with the toolkit's errors and listeners."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from vault.database.engine import create_engine, reading, transaction
from vault.database.prepared import Prepared
from vault.errors import Conflict, Unavailable

THINGS = sa.Table("things", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("word", sa.Text))
INSERT = sa.insert(THINGS)


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    engine = create_engine(f"sqlite:///{tmp_path / 'things.db'}")
    with transaction(engine) as tx:
        THINGS.create(tx)
    return engine


def stored(engine: sa.Engine) -> list[tuple[int, str]]:
    with reading(engine) as tx:
        return [(number, word) for number, word in tx.execute(sa.select(THINGS).order_by(THINGS.c.id))]


def store(engine: sa.Engine, *rows: tuple[int, str], most_pages: int = 1_000_000) -> None:
    """In one transaction."""
    with transaction(engine) as tx:
        tx.exec_driver_sql(f"PRAGMA max_page_count = {most_pages:d}")
        for number, word in rows:
            assert Prepared(INSERT, names=("id", "word")).execute(tx, {"id": number, "word": word}) == 1


def test_statement_is_part_of_the_transaction(engine: sa.Engine) -> None:
    """Committed and taken back with all else."""
    store(engine, (1, "一"), (2, "two"))
    with pytest.raises(Conflict, match=r"database\.constraint"):
        store(engine, (3, "three"), (1, "another"))

    assert stored(engine) == [(1, "一"), (2, "two")]


def test_database_that_does_not_serve_is_unavailable(engine: sa.Engine) -> None:
    """Full, or without the table."""
    with pytest.raises(Unavailable, match=r"database\.unavailable"):
        store(engine, (1, "x" * 100_000), most_pages=3)
    with transaction(engine) as tx:
        THINGS.drop(tx)
    with pytest.raises(Unavailable, match=r"database\.schema"):
        store(engine, (1, "one"))


def test_whoever_listens_to_statements_hears_of_it(engine: sa.Engine) -> None:
    """So that failures can be set before it."""
    heard: list[str] = []
    insert = Prepared(INSERT, names=("id", "word"))
    with transaction(engine) as tx:
        insert.execute(tx, {"id": 1, "word": "one"})
    sa.event.listen(engine, "before_cursor_execute", lambda *told: heard.append(told[2]))
    with transaction(engine) as tx:
        insert.execute(tx, {"id": 2, "word": "two"})

    assert [each.split(" ")[0] for each in heard] == ["BEGIN", "INSERT"]
    assert stored(engine) == [(1, "one"), (2, "two")]
