"""Inclusion proofs for many leaves at once: the tree's nodes are read in batches and shared between neighbours.

Asked one by one, each proof of a long trail reads twenty hashes. In rising order two neighbours share all of them but
one or two, so a batch reads each level once, and what the next batch needs again is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from vault.database import ledger_reading
from vault.database.engine import Connection
from vault.ledger.proofs import range_hash


class BatchProver:
    """Audit paths (RFC 6962 section 2.1.1) in the tree of ``size`` leaves. Memory is that of one batch."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._levels = max(size - 1, 0).bit_length()
        self._known: dict[tuple[int, int], bytes] = {}
        self._edges: dict[int, bytes] | None = None

    def load(self, tx: Connection, positions: Sequence[int]) -> None:
        """Reads what the paths of ``positions`` need, and forgets what they don't. KeyError where a hash is missing."""
        if self._edges is None:
            self._edges = self._right_edges(tx)
        needed: dict[tuple[int, int], bytes] = {}
        nodes = set(positions)
        for level in range(self._levels):
            siblings = {node ^ 1 for node in nodes}
            wanted = [each for each in siblings if (each + 1) << level <= self._size]
            missing = [each for each in wanted if (level, each) not in self._known]
            read = ledger_reading.hashes_at(tx, level, missing)
            for each in wanted:
                key = (level, each)
                needed[key] = self._known[key] if key in self._known else read[each]
            nodes = {node >> 1 for node in nodes}
        self._known = needed

    def path(self, position: int) -> list[bytes]:
        """The audit path of a leaf whose batch was loaded."""
        if not 0 <= position < self._size:
            raise ValueError(f"no leaf {position} in a tree of {self._size}")
        path = []
        for level in range(self._levels):
            sibling = (position >> level) ^ 1
            start = sibling << level
            if start >= self._size:  # the last node of its level goes up without a sibling
                continue
            if (sibling + 1) << level <= self._size:
                path.append(self._known[level, sibling])
            else:
                assert self._edges is not None, "load() comes first"
                path.append(self._edges[start])
        return path

    def _right_edges(self, tx: Connection) -> dict[int, bytes]:
        """The hashes of the incomplete subtrees at the right edge, by where they begin: the same for every leaf."""
        starts = {((self._size - 1) >> level) << level for level in range(self._levels)}
        return {
            start: range_hash(lambda level, index: ledger_reading.subtree_hash(tx, level, index), start, self._size)
            for start in starts
        }
