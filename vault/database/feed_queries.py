"""Feeds as rows. A sender holds a feed by a claim that lapses by itself; the cursor moves only for who holds it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from vault.database.tables.feeds import feed_cursors
from vault.database.tables.ledger import trail_checkpoints, trail_handles
from vault.database.upserts import insert_or_ignore


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """One feed as stored. Everything below ``next_index`` was handed over; ``setup`` is JSON."""

    name: str
    setup: str
    created_at: dt.datetime
    first_index: int
    next_index: int
    claimed_by: str
    claimed_until: dt.datetime | None
    sent_at: dt.datetime | None
    failed_at: dt.datetime | None
    failing_since: dt.datetime | None
    failure_code: str
    stalled_at: dt.datetime | None


def begin_feed(tx: sa.Connection, name: str, *, first_index: int, now: dt.datetime) -> bool:
    """Makes the row of a feed that has none; False if it has one."""
    values = {
        "name": name,
        "setup": "",
        "created_at": now,
        "first_index": first_index,
        "next_index": first_index,
        "claimed_by": "",
        "failure_code": "",
    }
    return insert_or_ignore(tx, feed_cursors, values)


def load_feed(tx: sa.Connection, name: str) -> FeedRecord | None:
    row = tx.execute(sa.select(feed_cursors).where(feed_cursors.c.name == name)).one_or_none()
    return FeedRecord(**row._mapping) if row else None


def list_feeds(tx: sa.Connection) -> list[FeedRecord]:
    rows = tx.execute(sa.select(feed_cursors).order_by(feed_cursors.c.name))
    return [FeedRecord(**row._mapping) for row in rows]


def claim_feed(tx: sa.Connection, name: str, *, holder: str, now: dt.datetime, until: dt.datetime) -> bool:
    """Takes or keeps the claim; False while another holder's has not lapsed."""
    free = sa.or_(
        feed_cursors.c.claimed_by == holder,
        feed_cursors.c.claimed_until.is_(None),
        feed_cursors.c.claimed_until < now,
    )
    change = sa.update(feed_cursors).where(feed_cursors.c.name == name, free)
    return tx.execute(change.values(claimed_by=holder, claimed_until=until)).rowcount == 1


def release_feed(tx: sa.Connection, name: str, *, holder: str) -> None:
    """Gives the claim back, so that another need not wait until it lapses."""
    held = sa.and_(feed_cursors.c.name == name, feed_cursors.c.claimed_by == holder)
    tx.execute(sa.update(feed_cursors).where(held).values(claimed_by="", claimed_until=None))


def store_setup(tx: sa.Connection, name: str, *, setup: str) -> None:
    tx.execute(sa.update(feed_cursors).where(feed_cursors.c.name == name).values(setup=setup))


def advance_feed(tx: sa.Connection, feed: FeedRecord, *, holder: str, next_index: int, now: dt.datetime) -> bool:
    """Moves the cursor from where it was read, and ends a failure; False if the claim or the cursor is another's."""
    change = _held(feed, holder).where(feed_cursors.c.next_index == feed.next_index)
    values = {"next_index": next_index, "sent_at": now, "failing_since": None, "failure_code": ""}
    return tx.execute(change.values(**values)).rowcount == 1


def fail_feed(
    tx: sa.Connection, feed: FeedRecord, *, holder: str, code: str, next_index: int, now: dt.datetime
) -> bool:
    """Notes a failure, and where to go on from: not above where the cursor was."""
    since = sa.func.coalesce(feed_cursors.c.failing_since, sa.literal(now, feed_cursors.c.failing_since.type))
    change = _held(feed, holder).where(feed_cursors.c.next_index == feed.next_index)
    values = {"next_index": next_index, "failed_at": now, "failing_since": since, "failure_code": code}
    return tx.execute(change.values(**values)).rowcount == 1


def mark_stalled(tx: sa.Connection, name: str, *, now: dt.datetime) -> bool:
    """True for the one that is the first to say it."""
    first = sa.and_(feed_cursors.c.name == name, feed_cursors.c.stalled_at.is_(None))
    return tx.execute(sa.update(feed_cursors).where(first).values(stalled_at=now)).rowcount == 1


def mark_resumed(tx: sa.Connection, name: str) -> bool:
    """True for the one that is the first to say it."""
    first = sa.and_(feed_cursors.c.name == name, feed_cursors.c.stalled_at.is_not(None))
    return tx.execute(sa.update(feed_cursors).where(first).values(stalled_at=None)).rowcount == 1


def signed_since(tx: sa.Connection, index: int) -> dt.datetime | None:
    """When the first checkpoint was signed that covers this entry; None while none does."""
    query = sa.select(trail_checkpoints.c.signed_at).where(trail_checkpoints.c.size > index)
    found: dt.datetime | None = tx.execute(query.order_by(trail_checkpoints.c.size).limit(1)).scalar_one_or_none()
    return found


def handles_of(tx: sa.Connection, person_ids: set[str]) -> dict[str, str]:
    """The random names under which leaves count these people, those that there are."""
    rows = tx.execute(sa.select(trail_handles).where(trail_handles.c.person_id.in_(person_ids)))
    return {row.person_id: row.handle for row in rows}


def _held(feed: FeedRecord, holder: str) -> sa.Update:
    return sa.update(feed_cursors).where(feed_cursors.c.name == feed.name, feed_cursors.c.claimed_by == holder)
