"""Feeds as rows, on both databases: one claim at a time, and a cursor that only its holder moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from vault.database import feed_queries
from vault.database.engine import create_engine, reading, transaction
from vault.database.feed_queries import FeedRecord
from vault.database.migrating import migrate

NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    engine = create_engine(database_url)
    migrate(engine)
    with transaction(engine) as tx:
        assert feed_queries.begin_feed(tx, "soc", first_index=3, now=NOON)
    yield engine
    engine.dispose()


def row(engine: sa.Engine) -> FeedRecord:
    with reading(engine) as tx:
        found = feed_queries.load_feed(tx, "soc")
    assert found is not None
    return found


def claim(engine: sa.Engine, holder: str, now: dt.datetime) -> bool:
    with transaction(engine) as tx:
        return feed_queries.claim_feed(tx, "soc", holder=holder, now=now, until=now + MINUTE)


def test_feed_begins_once(engine: sa.Engine) -> None:
    """A second beginning changes nothing."""
    with transaction(engine) as tx:
        assert not feed_queries.begin_feed(tx, "soc", first_index=9, now=NOON)
    assert (row(engine).first_index, row(engine).next_index, row(engine).claimed_by) == (3, 3, "")


def test_claim_is_one_holders_until_it_lapses_or_is_given_back(engine: sa.Engine) -> None:
    """Its holder prolongs it; another waits."""
    assert claim(engine, "first", NOON)
    assert claim(engine, "first", NOON)
    assert not claim(engine, "second", NOON + MINUTE)
    assert claim(engine, "second", NOON + MINUTE + dt.timedelta(milliseconds=1))
    with transaction(engine) as tx:
        feed_queries.release_feed(tx, "soc", holder="first")
    assert not claim(engine, "first", NOON + MINUTE)
    with transaction(engine) as tx:
        feed_queries.release_feed(tx, "soc", holder="second")
    assert claim(engine, "first", NOON + MINUTE)


def test_cursor_moves_for_its_holder_from_where_it_was_read(engine: sa.Engine) -> None:
    """Nobody else moves it, and nobody twice."""
    claim(engine, "first", NOON)
    read = row(engine)
    with transaction(engine) as tx:
        assert not feed_queries.advance_feed(tx, read, holder="second", next_index=9, now=NOON)
        assert feed_queries.advance_feed(tx, read, holder="first", next_index=9, now=NOON)
        assert not feed_queries.advance_feed(tx, read, holder="first", next_index=12, now=NOON)
        assert not feed_queries.fail_feed(tx, read, holder="first", code="x", next_index=3, now=NOON)
    assert (row(engine).next_index, row(engine).sent_at) == (9, NOON)


def test_failure_keeps_its_beginning_and_a_success_ends_it(engine: sa.Engine) -> None:
    """``failing_since`` is the first of a row of failures."""
    claim(engine, "first", NOON)
    for minutes in range(3):
        with transaction(engine) as tx:
            now = NOON + minutes * MINUTE
            read = feed_queries.load_feed(tx, "soc")
            assert read is not None
            assert feed_queries.fail_feed(tx, read, holder="first", code="feed.slow", next_index=3, now=now)
    failed = row(engine)
    assert (failed.failing_since, failed.failed_at, failed.failure_code) == (NOON, NOON + 2 * MINUTE, "feed.slow")
    with transaction(engine) as tx:
        assert feed_queries.advance_feed(tx, failed, holder="first", next_index=4, now=NOON)
    assert (row(engine).failing_since, row(engine).failure_code) == (None, "")


def test_stalling_and_resuming_are_told_by_one(engine: sa.Engine) -> None:
    """Whoever is first; the others hear that it was said."""
    with transaction(engine) as tx:
        assert not feed_queries.mark_resumed(tx, "soc")
        assert feed_queries.mark_stalled(tx, "soc", now=NOON)
        assert not feed_queries.mark_stalled(tx, "soc", now=NOON)
        assert feed_queries.mark_resumed(tx, "soc")
        assert not feed_queries.mark_resumed(tx, "soc")
