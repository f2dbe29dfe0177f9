"""The first leaf of a trail, written when the vault begins: what the log is called and which key signs it."""

from __future__ import annotations

import base64
import datetime as dt

from vault.clock import Clock, RandomBytes
from vault.database import ledger_sequencing, trail_tallying
from vault.database.engine import Connection
from vault.database.ledger_sequencing import HeadRow, SearchRow
from vault.ledger.canonical import CanonicalValue, canonical_bytes
from vault.ledger.events import Event, Outcome
from vault.ledger.recorder import LEAF_VERSION, instant
from vault.ledger.tree import Frontier, leaf_hash
from vault.model import new_id

FIRST_EPOCH = 1


def start_trail(
    tx: Connection, *, origin: str, signing_public: bytes, reading_public: bytes, clock: Clock, random: RandomBytes
) -> None:
    """Writes leaf 0, the head and the first signing epoch in the caller's transaction."""
    now = clock.now()
    entry_id = new_id("e", random)
    leaf: dict[str, CanonicalValue] = {
        "v": LEAF_VERSION,
        "id": entry_id,
        "index": 0,
        "event": Event.TRAIL_GENESIS.value,
        "outcome": Outcome.SUCCESS.value,
        "time": instant(now),
        "logged": instant(now),
        "details": {"origin": origin, "key": base64.b64encode(signing_public).decode("ascii"), "epoch": FIRST_EPOCH},
    }
    encoded = canonical_bytes(leaf)
    frontier = Frontier()
    frontier.extend([leaf_hash(encoded)])
    ledger_sequencing.store_leaves(tx, [(0, entry_id, encoded, leaf_hash(encoded))])
    ledger_sequencing.store_search_rows(tx, [bare_search_row(0, Event.TRAIL_GENESIS, now)])
    trail_tallying.add_to_tallies(tx, [bare_search_row(0, Event.TRAIL_GENESIS, now)])
    ledger_sequencing.store_epoch(tx, number=FIRST_EPOCH, public=signing_public, from_size=1, origin=origin, now=now)
    ledger_sequencing.store_head(
        tx,
        HeadRow(
            origin=origin,
            reading_public=reading_public,
            size=1,
            edge=frontier.edge_bytes(),
            logged_at=now,
            day_from=1,
        ),
    )


def bare_search_row(position: int, event: Event, now: dt.datetime) -> SearchRow:
    """The search row of a leaf that is about nobody and no document."""
    return SearchRow(
        position=position,
        time=now,
        logged=now,
        event=event.value,
        outcome=Outcome.SUCCESS.value,
        actor_id="",
        subject_id="",
        dossier_id="",
        document_id="",
        view_id="",
    )
