"""Entries and older checkpoints as lines with their proofs, read in short transactions and in the order of the tree.

Neighbouring entries share most of their proofs' hashes, so those that were read are kept for a while.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator

from keys.model import Secret
from vault.database import ledger_reading
from vault.database.engine import Connection, Engine, reading
from vault.database.trail_criteria import SearchCriteria
from vault.errors import TamperError
from vault.ledger.bundle.layout import Tally, line
from vault.ledger.finding import find_upwards
from vault.ledger.proofs import consistency_proof, inclusion_proof
from vault.ledger.reader import OpenedEntry, open_entries
from vault.ledger.tree import leaf_hash
from vault.ledger.values import ValueOpener

BATCH = 500
_MOST_HASHES = 65_536


class Subtrees:
    """Subtree hashes through a memory of bounded size; give it the transaction that is open now."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bytes] = {}

    def inclusion(self, tx: Connection, index: int, *, size: int) -> list[str]:
        """The audit path in base64; TamperError when a hash of it is not there."""
        try:
            return _base64(inclusion_proof(lambda level, at: self._hash(tx, level, at), index, size=size))
        except KeyError:
            raise TamperError("tamper.detected") from None

    def consistency(self, tx: Connection, old_size: int, *, size: int) -> list[str]:
        """The proof from an older tree in base64; TamperError when a hash of it is not there."""
        try:
            return _base64(consistency_proof(lambda level, at: self._hash(tx, level, at), old_size, size=size))
        except KeyError:
            raise TamperError("tamper.detected") from None

    def _hash(self, tx: Connection, level: int, position: int) -> bytes:
        known = self._known.get((level, position))
        if known is None:
            if len(self._known) >= _MOST_HASHES:
                self._known.clear()
            known = self._known[level, position] = ledger_reading.subtree_hash(tx, level, position)
        return known


def selected_lines(
    engine: Engine,
    criteria: SearchCriteria,
    *,
    below: int,
    size: int,
    reading_key: Secret | None,
    has_proofs: bool,
    tally: Tally,
    passing: Callable[[Connection, list[int]], None] = lambda _tx, _positions: None,
) -> Iterator[bytes]:
    """A line for each entry below ``below`` that matches, oldest first; ``passing`` is told where they stand.

    TamperError where one cannot be shown; Sealed where words are asked for while the vault is sealed.
    """
    subtrees, after = Subtrees(), -1
    opener = ValueOpener(reading_key) if reading_key is not None else None
    while True:
        with reading(engine) as tx:
            found = find_upwards(tx, criteria, reading_key=reading_key, before=below, after=after, limit=BATCH)
            leaves = ledger_reading.load_leaves(tx, found)
            passing(tx, found)
            entries = {each.position: each for each in open_entries(tx, list(leaves.values()), opener=opener)}
            lines = []
            for position in found:
                entry = _shown(entries.get(position))
                tally.add_entry(entry.position, leaf_hash(entry.leaf), entry.fact("logged"))
                tally.disclosed += len(entry.texts)
                tally.hidden += bool(entry.hidden)
                proof = subtrees.inclusion(tx, entry.position, size=size) if has_proofs else None
                lines.append(entry_line(entry, proof=proof))
        if not found:
            return
        yield from lines
        after = found[-1]


def bare_line(tx: Connection, subtrees: Subtrees, position: int, *, size: int) -> bytes:
    """The line of one entry with its proof and without values: for what is shown for its place and numbers alone."""
    leaves = list(ledger_reading.load_leaves(tx, [position]).values())
    entry = next(iter(open_entries(tx, leaves)), None)
    return entry_line(_shown(entry), proof=subtrees.inclusion(tx, position, size=size))


def older_checkpoint_lines(engine: Engine, *, size: int, tally: Tally) -> Iterator[bytes]:
    """Every checkpoint kept that is smaller than ``size``, each with the proof that its tree is the beginning of it."""
    subtrees, after = Subtrees(), 0
    while True:
        with reading(engine) as tx:
            found = ledger_reading.checkpoints_between(tx, after, below=size, limit=BATCH)
            lines = [
                line({"checkpoint": note, "proof": subtrees.consistency(tx, old, size=size)}) for old, note in found
            ]
        if not found:
            return
        tally.checkpoints += len(found)
        yield from lines
        after = found[-1][0]


def entry_line(entry: OpenedEntry, *, proof: list[str] | None) -> bytes:
    """As in an export (docs/spec/trail.md, "Export"); without ``proof`` where tiles take its place."""
    members: dict[str, object] = {
        "index": entry.position,
        "leaf": entry.leaf.decode("utf-8"),
        "disclosures": [text.decode("ascii") for text in entry.texts],
    }
    return line(members if proof is None else members | {"proof": proof})


def _shown(entry: OpenedEntry | None) -> OpenedEntry:
    if entry is None or not entry.facts:
        raise TamperError("tamper.detected")
    return entry


def _base64(hashes: list[bytes]) -> list[str]:
    return [base64.b64encode(each).decode("ascii") for each in hashes]
