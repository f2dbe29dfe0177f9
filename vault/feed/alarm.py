"""Tells the trail of a feed that does not get on, and that it does again: once each, however many nodes look.

By state and not by failures: a feed that nobody sends fails nowhere. It stalls when signed entries wait and there was
no success for the feed's ``stalled_minutes``. While the vault is sealed nothing new is signed, so nothing begins to
wait.
"""

from __future__ import annotations

import datetime as dt

from vault.config import FeedConfig
from vault.database import feed_queries
from vault.database.engine import Connection, reading, transaction
from vault.database.feed_queries import FeedRecord
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.runtime import Vault
from vault.trail.standing import signed_size


def watch_feeds(vault: Vault) -> int:
    """Looks at every configured feed that has begun; how many entries it wrote."""
    feeds = {feed.name: feed for feed in vault.config.feeds}
    if not feeds:
        return 0
    with reading(vault.engine) as tx:
        rows = [row for row in feed_queries.list_feeds(tx) if row.name in feeds]
        changed = [row for row in rows if (row.stalled_at is not None) != _stalls(vault, tx, feeds[row.name], row)]
    return sum(_tell(vault, row) for row in changed)


def waiting_since(tx: Connection, row: FeedRecord) -> dt.datetime | None:
    """Since when the feed's next entry could have gone out without a success meanwhile; None if nothing waits."""
    signed = feed_queries.signed_since(tx, row.next_index)
    if signed is None:
        return None
    return max(each for each in (signed, row.created_at, row.sent_at) if each is not None)


def _stalls(vault: Vault, tx: Connection, feed: FeedConfig, row: FeedRecord) -> bool:
    since = waiting_since(tx, row)
    return since is not None and vault.clock.now() - since > dt.timedelta(minutes=feed.stalled_minutes)


def _tell(vault: Vault, row: FeedRecord) -> int:
    """The other of the two states, told by whoever is first to say so."""
    with transaction(vault.engine) as tx:
        details: dict[str, str | int] = {"feed": row.name}
        if row.stalled_at is not None:
            event, is_first = Event.FEED_RESUMED, feed_queries.mark_resumed(tx, row.name)
        else:
            event, is_first = Event.FEED_STALLED, feed_queries.mark_stalled(tx, row.name, now=vault.clock.now())
            details["waiting"] = max(signed_size(tx) - row.next_index, 0)
            details |= {"what": row.failure_code} if row.failure_code else {}
        if is_first:
            outcome = Outcome.FAILED if event is Event.FEED_STALLED else Outcome.SUCCESS
            vault.recorder.append(tx, Entry(event, outcome, details=details))
        return int(is_first)
