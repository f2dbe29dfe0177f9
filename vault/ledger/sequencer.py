"""Gives every committed entry its place in the tree, and signs where the tree stands.

One at a time, whoever runs it: elected by an advisory lock on PostgreSQL and by the single writer on SQLite, fenced by
the head's size in either. It takes only entries that no running transaction can still come before, in commit order.

::

    one transaction
      (1) take the lead, load the head
      (2) go on to now and, with each waiting entry, to its time; a day that ends by that is closed with its counts
      (3) for each waiting entry            index, logged, dseq, useq; canonical leaf; tree nodes; search row, tallies
      (4) sign the checkpoint               when the signing key is unsealed and nothing outside contradicts;
                                            else a later run does
      (5) move the head if it is where (1) found it; delete what was taken

Killed anywhere, nothing of it happened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from keys.primitives import SigningKey
from vault.clock import Clock, RandomBytes
from vault.database import ledger_sequencing, trail_tallying
from vault.database.engine import Connection, Engine, transaction
from vault.database.ledger_sequencing import HeadRow, SearchRow, WaitingRow
from vault.errors import Conflict, OperatorError
from vault.ledger.canonical import CanonicalValue, canonical_bytes, parse_object
from vault.ledger.checkpoint import Checkpoint, sign_checkpoint
from vault.ledger.events import Event, Outcome
from vault.ledger.genesis import bare_search_row
from vault.ledger.recorder import LEAF_VERSION, instant
from vault.ledger.search_rows import search_row_of
from vault.ledger.tree import Frontier, leaf_hash
from vault.model import new_id

BATCH = 500

MaySign = Callable[[Connection, HeadRow], None]
"""Raises OperatorError while this process may not sign for a tree that grows from that head."""


def _always(_tx: Connection, _head: HeadRow) -> None:
    """Nothing stands against signing."""


@dataclass(slots=True)
class _Growth:
    """What one run adds, before any of it is written."""

    frontier: Frontier
    logged_at: dt.datetime
    day_from: int
    leaves: list[tuple[int, str, bytes, bytes]] = field(default_factory=list)
    nodes: list[tuple[int, int, bytes]] = field(default_factory=list)
    found_by: list[SearchRow] = field(default_factory=list)

    def add(self, entry_id: str, leaf: dict[str, CanonicalValue], search: SearchRow) -> None:
        encoded = canonical_bytes(leaf)
        digest = leaf_hash(encoded)
        self.leaves.append((self.frontier.size, entry_id, encoded, digest))
        self.found_by.append(search)
        for subtree in self.frontier.append(digest):
            if subtree.level:
                self.nodes.append((subtree.level, subtree.position, subtree.hash))


class Sequencer:
    """The trail's sequencer on one node."""

    def __init__(
        self,
        engine: Engine,
        *,
        clock: Clock,
        random: RandomBytes,
        signing_key: Callable[[], SigningKey],
        may_sign: MaySign = _always,
    ) -> None:
        self._may_sign = may_sign
        self._engine = engine
        self._clock = clock
        self._random = random
        self._signing_key = signing_key

    def run_once(self) -> int:
        """Sequences what waits, at most :data:`BATCH`; how many entries. 0 while another leads or nothing waits."""
        try:
            with transaction(self._engine) as tx:
                return self._sequence(tx)
        except Conflict:  # fenced off, or a position taken: somebody else did it
            return 0

    def _sequence(self, tx: Connection) -> int:
        if not ledger_sequencing.take_lead(tx):  # (1)
            return 0
        head = ledger_sequencing.load_head(tx)
        if head is None:
            return 0
        waiting = ledger_sequencing.waiting_rows(tx, limit=BATCH)
        growth = _Growth(Frontier.from_bytes(head.size, head.edge), head.logged_at, head.day_from)
        self._go_on_to(growth, self._clock.now())  # (2)
        self._place(tx, growth, waiting)  # (3)
        _store(tx, growth)
        self._sign(tx, head, growth)  # (4)
        if growth.leaves:  # (5)
            self._move_head(tx, head, growth)
            ledger_sequencing.remove_waiting(tx, [each.id for each in waiting])
        return len(waiting)

    def place_first(self, tx: Connection, append: Callable[[int, bytes], str]) -> None:
        """Places one entry before whatever waits, in the caller's transaction, which holds the lead; signs nothing.

        ``append`` is given the size and the root of the tree so far, records the entry in this transaction and says
        its id. Conflict ``trail.fenced`` if a day ended meanwhile, so that another leaf came before it: try again.
        """
        head = ledger_sequencing.load_head(tx)
        if head is None:
            raise Conflict("trail.fenced")
        growth = _Growth(Frontier.from_bytes(head.size, head.edge), head.logged_at, head.day_from)
        self._go_on_to(growth, self._clock.now())
        size = growth.frontier.size
        row = ledger_sequencing.waiting_row(tx, append(size, growth.frontier.root()))
        if row is None:
            raise Conflict("trail.fenced")
        self._place(tx, growth, [row])
        if growth.frontier.size != size + 1:
            raise Conflict("trail.fenced")
        _store(tx, growth)
        self._move_head(tx, head, growth)
        ledger_sequencing.remove_waiting(tx, [row.id])

    def _go_on_to(self, growth: _Growth, moment: dt.datetime) -> None:
        """The trail's time, which never goes back; one closing leaf for the running day (UTC) once a later one begins.

        An entry may be ahead of this node's clock, so midnight can fall between two of a batch.
        """
        day = growth.logged_at.astimezone(dt.UTC).date()
        growth.logged_at = max(growth.logged_at, moment)
        if growth.logged_at.astimezone(dt.UTC).date() <= day or growth.frontier.size == growth.day_from:
            return
        entry_id, position = new_id("e", self._random), growth.frontier.size
        leaf: dict[str, CanonicalValue] = {
            "v": LEAF_VERSION,
            "id": entry_id,
            "index": position,
            "event": Event.DAY_CLOSE.value,
            "outcome": Outcome.SUCCESS.value,
            "time": instant(growth.logged_at),
            "logged": instant(growth.logged_at),
            "details": {"day": day.isoformat(), "from": growth.day_from, "count": position - growth.day_from},
        }
        growth.add(entry_id, leaf, bare_search_row(position, Event.DAY_CLOSE, growth.logged_at))
        growth.day_from = position + 1

    def _place(self, tx: Connection, growth: _Growth, waiting: list[WaitingRow]) -> None:
        drafts = [(each, parse_object(each.row.draft)) for each in waiting]
        documents = {str(draft["document"]) for _each, draft in drafts if "document" in draft}
        handles = {each.row.handle for each in waiting if each.row.handle}
        dseq = ledger_sequencing.load_counters(tx, "d", documents)
        useq = ledger_sequencing.load_counters(tx, "u", handles)
        known_documents, known_handles = set(dseq), set(useq)
        for each, draft in drafts:
            self._go_on_to(growth, dt.datetime.fromisoformat(str(draft["time"])))
            position = growth.frontier.size
            leaf = {**draft, "index": position, "logged": instant(growth.logged_at)}
            document = str(draft.get("document", ""))
            if document:
                dseq[document] = leaf["dseq"] = dseq.get(document, 0) + 1
            if each.row.handle:
                useq[each.row.handle] = leaf["useq"] = useq.get(each.row.handle, 0) + 1
            growth.add(each.row.entry_id, leaf, search_row_of(position, leaf, _found_by(each)))
        ledger_sequencing.store_counters(tx, "d", dseq, known=known_documents)
        ledger_sequencing.store_counters(tx, "u", useq, known=known_handles)

    def _sign(self, tx: Connection, head: HeadRow, growth: _Growth) -> None:
        size = growth.frontier.size
        if ledger_sequencing.newest_checkpoint_size(tx) >= size:
            return
        try:
            self._may_sign(tx, head)
            key = self._signing_key()
        except OperatorError:  # sealed, or contradicted from outside: entries are placed all the same and signed later
            return
        checkpoint = Checkpoint(head.origin, size, growth.frontier.root())
        ledger_sequencing.store_checkpoint(tx, size=size, note=sign_checkpoint(checkpoint, key), now=self._clock.now())

    def _move_head(self, tx: Connection, head: HeadRow, growth: _Growth) -> None:
        moved = replace(
            head,
            size=growth.frontier.size,
            edge=growth.frontier.edge_bytes(),
            logged_at=growth.logged_at,
            day_from=growth.day_from,
        )
        if not ledger_sequencing.advance_head(tx, moved, old_size=head.size):
            raise Conflict("trail.fenced")


def _store(tx: Connection, growth: _Growth) -> None:
    ledger_sequencing.store_leaves(tx, growth.leaves)
    ledger_sequencing.store_nodes(tx, growth.nodes)
    ledger_sequencing.store_search_rows(tx, growth.found_by)
    trail_tallying.add_to_tallies(tx, growth.found_by)


def _found_by(waiting: WaitingRow) -> dict[str, str | None]:
    """What the recorder put beside the draft, since the leaf does not say it."""
    row = waiting.row
    return {
        "actor_id": row.actor_id,
        "subject_id": row.subject_id,
        "session_id": row.session_id,
        "reason_category": row.reason_category,
        "place_zone": row.place_zone,
        "place_source": row.place_source,
    }
