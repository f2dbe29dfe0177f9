"""Makes the index of the trail anew: the rows by which leaves are found, and the tallies by the hour.

From the leaves alone and what opens beside them, so that it also heals an index that somebody altered. Values that do
not open (erased, damaged) leave the row as it is: who it was is known nowhere else.

::

    (1) batch by batch, each in a transaction   rows that are missing or say something else
    (2) one last transaction, alone             tallies; every row counts as detailed; recorded

Killed anywhere it is begun again. The vault goes on: new entries get their rows by the sequencer.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vault.custody.keyroom import ServiceKey
from vault.database import erasure_queries, ledger_reading, ledger_sequencing, trail_reindexing, trail_tallying
from vault.database.engine import transaction
from vault.database.ledger_reading import LeafRow
from vault.database.ledger_sequencing import SearchRow
from vault.errors import Unavailable
from vault.ledger.audit_details import details_of, has_details
from vault.ledger.canonical import CanonicalValue, parse_objects
from vault.ledger.disclosures import DisclosedValue
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.ledger.opened_parts import Part
from vault.ledger.reader import digests_of, parts_beside
from vault.ledger.sealed_parts import ACTOR, SUBJECT
from vault.ledger.search_rows import search_row_of
from vault.ledger.values import ValueOpener
from vault.runtime import Vault

BATCH = 500
_ATTEMPTS = 50

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ReindexReport:
    """``unreadable`` leaves keep whatever row they have; a verification says what is wrong with them."""

    entries: int
    changed: int
    unreadable: int


def reindex_trail(vault: Vault, *, progress: Progress | None = None) -> ReindexReport:
    """Makes it anew. Sealed while the vault is; Unavailable if the sequencers leave no gap for the last step."""
    opener = ValueOpener(vault.keyroom.service_key(ServiceKey.TRAIL_READING))
    done, changed, unreadable = 0, 0, 0
    while True:
        with transaction(vault.engine) as tx:
            erasure_queries.share_forgetting(tx)  # or what opened before an erasure would be written after it
            leaves = next(ledger_reading.leaves_from(tx, done, batch=BATCH), [])
            head = ledger_sequencing.load_head(tx)
            stored = ledger_reading.search_rows(tx, [leaf.position for leaf in leaves])
            rows = _rows(leaves, parts_beside(tx, leaves, opener), stored)
            changed += trail_reindexing.put_search_rows(tx, [row for row in rows if row != stored.get(row.position)])
        unreadable += len(leaves) - len(rows)
        done = leaves[-1].position + 1 if leaves else done
        if progress is not None and head is not None:
            progress(done, head.size)
        if not leaves:
            break
    _finish(vault, changed)
    return ReindexReport(done, changed, unreadable)


def _rows(
    leaves: Sequence[LeafRow], parts: Mapping[str, Sequence[Part]], stored: Mapping[int, SearchRow]
) -> list[SearchRow]:
    """The row that each leaf should have; none of those that cannot be read, or beside which something is damaged."""
    found = []
    for leaf, facts in zip(leaves, parse_objects([leaf.leaf for leaf in leaves]), strict=True):
        beside = parts.get(leaf.entry_id, ())
        if facts is None or any(part.hidden == "damaged" for part in beside):
            continue
        digests = set(digests_of(facts))
        opened = {
            digest: said
            for part in beside
            for said, digest in zip(part.said, part.digests, strict=True)
            if digest in digests
        }
        before = None if len(opened) == len(digests) else stored.get(leaf.position)
        with contextlib.suppress(KeyError, ValueError):
            found.append(_row(leaf, facts, dict(opened.values()), before))
    return found


def _row(
    leaf: LeafRow, facts: Mapping[str, CanonicalValue], values: Mapping[str, DisclosedValue], before: SearchRow | None
) -> SearchRow:
    """From the facts and values; what did not open as it stood ``before``, None where everything opened."""
    found_by: dict[str, str | None] = {
        "actor_id": str(values.get(ACTOR, before.actor_id if before else "")),
        "subject_id": str(values.get(SUBJECT, before.subject_id if before else "")),
        **details_of(values),
    }
    if before is not None and not has_details(values):
        found_by |= {name: getattr(before, name) or "" for name in details_of(values)}
    return search_row_of(leaf.position, facts, found_by)


def _finish(vault: Vault, changed: int) -> None:
    for _attempt in range(_ATTEMPTS):
        with transaction(vault.engine) as tx:
            if not ledger_sequencing.take_lead(tx):
                continue
            trail_tallying.recount_everything(tx)
            trail_reindexing.set_detailed(tx)
            vault.recorder.append(tx, Entry(Event.TRAIL_REINDEXED, Outcome.SUCCESS, details={"count": changed}))
            return
    raise Unavailable("database.unavailable")
