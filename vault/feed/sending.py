"""Sends one feed: in order, at least once, by one sender at a time, from a cursor that moves after the handing over.

::

    one step
      (1) hold the claim            another sender's lapses by itself; a lost one is noticed at (6)
      (2) look at the connection    an end is a failure: what was sent shortly before it is sent again
      (3) connect                   only when there is something to send
      (4) read                      signed entries from the cursor on, at most BATCH
      (5) hand over                 within a time limit, shorter than what the claim still holds
      (6) move the cursor           if claim and cursor are as they were at (4)

Killed before (6), the batch is sent again. Killed after, it was handed over. The claim outlasts (3) to (5), so that two
nodes never send side by side. Every failure is noted in the feed's row, and the loop tries again with growing pauses.
"""

from __future__ import annotations

import collections
import datetime as dt
from contextlib import suppress

from keys.model import Secret
from vault.config import FeedConfig
from vault.database import feed_queries
from vault.database.engine import Connection, reading, transaction
from vault.database.feed_queries import FeedRecord
from vault.errors import Conflict, Sealed, VaultError
from vault.feed.collecting import collect
from vault.feed.encoding import encode
from vault.feed.entry import FeedEntry
from vault.feed.outputs.port import CONNECT_SECONDS, ENDED, SEND_SECONDS, Output
from vault.feed.product import Source
from vault.feed.setup import facts_of, setup_of, source_of
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.runtime import Vault
from vault.trail.standing import reading_key_of, signed_size

BATCH = 200
"""The most entries in one batch. Halved after an ended connection, doubled after a success, so that even a collector
that takes a few lines over each connection gets all of them."""
CLAIM_SECONDS = 90
"""Longer than connecting and handing over may take, twice."""
RESEND_SECONDS = 60.0
RESEND_ENTRIES = 100
"""After the end of a connection, what was sent over it in so many seconds before is sent again: at most so many
entries, fewer than a batch, and none of them a third time, so that a collector that ends every connection gets on."""


class FeedSender:
    """Sends one feed for one process. Used by one thread; ``holder`` is a name that no other sender has."""

    def __init__(self, vault: Vault, feed: FeedConfig, *, output: Output, holder: str) -> None:
        self._vault = vault
        self._feed = feed
        self._output = output
        self._holder = holder
        self._claimed_until: dt.datetime | None = None
        self._recent: collections.deque[tuple[float, int]] = collections.deque()
        self._resent_below = 0
        self._batch = BATCH

    @property
    def name(self) -> str:
        return self._feed.name

    def step(self) -> bool:
        """Sends what waits, at most a batch; True if more may wait. Raises what went wrong, after noting it."""
        if not self._hold_claim():
            self._let_go()
            return False
        try:
            self._output.check()
            return self._send_batch()
        except Conflict:  # another sender took over meanwhile; what was sent twice is recognised by its index
            self._let_go()
            return False
        except VaultError as error:
            with suppress(VaultError):
                self._note_failure(error.code)
            raise

    def close(self) -> None:
        """Ends in good order: closes the output and lets another sender take over at once."""
        self._output.close()
        self._claimed_until = None
        with suppress(VaultError), transaction(self._vault.engine) as tx:
            feed_queries.release_feed(tx, self._feed.name, holder=self._holder)

    def _hold_claim(self) -> bool:
        """Takes or prolongs the claim while less of it is left than a batch may take. The first time the feed's row
        is made, and the trail is told where entries go from now on."""
        now = self._vault.clock.now()
        needed = dt.timedelta(seconds=CONNECT_SECONDS + SEND_SECONDS)
        if self._claimed_until is not None and self._claimed_until - now > needed:
            return True
        until = now + dt.timedelta(seconds=CLAIM_SECONDS)
        with transaction(self._vault.engine) as tx:
            if feed_queries.load_feed(tx, self._feed.name) is None:
                first = signed_size(tx) if self._feed.begin == "now" else 0
                feed_queries.begin_feed(tx, self._feed.name, first_index=first, now=now)
            if not feed_queries.claim_feed(tx, self._feed.name, holder=self._holder, now=now, until=until):
                return False
            row = feed_queries.load_feed(tx, self._feed.name)
            if row is not None and row.setup != setup_of(self._feed):
                feed_queries.store_setup(tx, self._feed.name, setup=setup_of(self._feed))
                self._vault.recorder.append(
                    tx, Entry(Event.FEED_CHANGED, Outcome.SUCCESS, details=facts_of(self._feed))
                )
        self._claimed_until = until
        return True

    def _send_batch(self) -> bool:
        if not self._output.is_open:
            if not self._waits():
                return False
            self._output.open()
            if not self._hold_claim():
                raise Conflict("feed.taken")
        row, entries, source = self._read()
        if not entries:
            return False
        self._output.send(encode(entries, feed=self._feed, source=source))
        self._advance(row, entries)
        is_full = len(entries) == self._batch
        self._batch = min(self._batch * 2, BATCH)
        return is_full

    def _waits(self) -> bool:
        with reading(self._vault.engine) as tx:
            return self._row(tx).next_index < signed_size(tx)

    def _row(self, tx: Connection) -> FeedRecord:
        """The feed's row, as long as the claim is ours."""
        row = feed_queries.load_feed(tx, self._feed.name)
        if row is None or row.claimed_by != self._holder:
            raise Conflict("feed.taken")
        return row

    def _read(self) -> tuple[FeedRecord, list[FeedEntry], Source]:
        with reading(self._vault.engine) as tx:
            row = self._row(tx)
            end = min(signed_size(tx), row.next_index + self._batch)
            source = source_of(self._vault, tx)
            if row.next_index >= end:
                return row, [], source
            key = reading_key_for(self._vault, self._feed)
            entries = collect(tx, row.next_index, end, reading_key=key, now=self._vault.clock.now())
            return row, entries, source

    def _advance(self, row: FeedRecord, entries: list[FeedEntry]) -> None:
        self._remember(row.next_index)
        with transaction(self._vault.engine) as tx:
            next_index = entries[-1].index + 1
            now = self._vault.clock.now()
            if not feed_queries.advance_feed(tx, row, holder=self._holder, next_index=next_index, now=now):
                raise Conflict("feed.taken")

    def _remember(self, index: int) -> None:
        """Where each batch began that this connection took lately."""
        moment = self._vault.monotonic()
        self._recent.append((moment, index))
        while self._recent[0][0] < moment - RESEND_SECONDS:
            self._recent.popleft()

    def _note_failure(self, code: str) -> None:
        """The code for whoever looks; and the cursor back to what a connection that ended may have lost."""
        with transaction(self._vault.engine) as tx:
            row = self._row(tx)
            back_to = self._unsure_from(row) if code in ENDED else row.next_index
            now = self._vault.clock.now()
            feed_queries.fail_feed(tx, row, holder=self._holder, code=code, next_index=back_to, now=now)
        if code in ENDED:
            self._resent_below = row.next_index
            self._recent.clear()
            self._batch = max(self._batch // 2, 1)

    def _unsure_from(self, row: FeedRecord) -> int:
        """The first entry that an ended connection may have lost; the cursor if there is none."""
        since = self._vault.monotonic() - RESEND_SECONDS
        lately = [index for moment, index in self._recent if moment >= since]
        if not lately or not self._output.may_forget:
            return row.next_index
        return min(max(lately[0], row.next_index - RESEND_ENTRIES, self._resent_below), row.next_index)

    def _let_go(self) -> None:
        """Another sender's turn: what it sends is not to be mixed with what is still on its way here."""
        self._claimed_until = None
        self._recent.clear()
        self._output.close()


def reading_key_for(vault: Vault, feed: FeedConfig) -> Secret | None:
    """The key that opens people and places, where the feed tells them; None where it tells handles only.

    Sealed while the vault is: such a feed waits, since a line without its people could not be made good later. A sealed
    vault signs nothing either, so what waits are the entries that were signed before.
    """
    if feed.people == "handles":
        return None
    key = reading_key_of(vault)
    if key is None:
        raise Sealed
    return key
