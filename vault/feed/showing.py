"""How every feed stands, for the auditor's screen, the command line and ``doctor``."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from vault.config import FeedConfig
from vault.database import feed_queries, ledger_sequencing
from vault.database.engine import Connection, reading
from vault.database.feed_queries import FeedRecord
from vault.errors import TamperError
from vault.feed.alarm import waiting_since
from vault.feed.setup import facts_of
from vault.model import Actor, Office
from vault.recording import require_office
from vault.runtime import Vault
from vault.trail.standing import signed_size


@dataclass(frozen=True, slots=True)
class FeedStanding:
    """One feed. ``is_configured`` is False for one that this process's configuration no longer has.

    ``waiting`` counts signed entries that were not handed over; ``lag_seconds`` is how long the first of them waits
    without any success, 0 if none does. Times are None for what never was.
    """

    name: str
    format: str
    output: str
    target: str
    people: str
    is_configured: bool
    next_index: int
    waiting: int
    lag_seconds: int
    sent_at: dt.datetime | None
    failing_since: dt.datetime | None
    failed_at: dt.datetime | None
    failure_code: str
    stalled_at: dt.datetime | None

    @property
    def is_well(self) -> bool:
        """Whether nobody need look at it."""
        return self.stalled_at is None and self.failing_since is None


def show_feeds(vault: Vault, actor: Actor) -> list[FeedStanding]:
    """Every feed, for an auditor. Says nothing of any entry, so it is not recorded."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.AUDITOR)
        return list_standings(vault, tx)


def list_standings(vault: Vault, tx: Connection) -> list[FeedStanding]:
    """Every feed that is configured or has begun, by name."""
    configured = {feed.name: feed for feed in vault.config.feeds}
    begun = {row.name: row for row in feed_queries.list_feeds(tx)}
    size, now = _size(tx), vault.clock.now()
    return [
        _begun(tx, begun[name], configured.get(name), size=size, now=now)
        if name in begun
        else _not_begun(configured[name], size)
        for name in sorted(configured.keys() | begun.keys())
    ]


def _begun(tx: Connection, row: FeedRecord, feed: FeedConfig | None, *, size: int, now: dt.datetime) -> FeedStanding:
    facts = facts_of(feed) if feed else json.loads(row.setup or "{}")
    since = waiting_since(tx, row)
    return FeedStanding(
        **_words(row.name, facts),
        is_configured=feed is not None,
        next_index=row.next_index,
        waiting=max(size - row.next_index, 0),
        lag_seconds=int((now - since).total_seconds()) if since else 0,
        sent_at=row.sent_at,
        failing_since=row.failing_since,
        failed_at=row.failed_at,
        failure_code=row.failure_code,
        stalled_at=row.stalled_at,
    )


def _not_begun(feed: FeedConfig, size: int) -> FeedStanding:
    return FeedStanding(
        **_words(feed.name, facts_of(feed)),
        is_configured=True,
        next_index=0,
        waiting=size if feed.begin == "beginning" else 0,
        lag_seconds=0,
        sent_at=None,
        failing_since=None,
        failed_at=None,
        failure_code="",
        stalled_at=None,
    )


def _size(tx: Connection) -> int:
    """What may go out; where the newest checkpoint is not the trail's own, nothing may, and all that there is waits."""
    try:
        return signed_size(tx)
    except TamperError:
        head = ledger_sequencing.load_head(tx)
        return head.size if head else 0


def _words(name: str, facts: dict[str, str | int]) -> dict[str, str]:
    return {"name": name, **{each: str(facts.get(each, "")) for each in ("format", "output", "target", "people")}}
