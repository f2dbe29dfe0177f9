"""The Merkle tree of RFC 6962 (section 2.1) over SHA-256: hashes, the root, and growth from the right edge alone.

:class:`Frontier` holds the roots of the complete subtrees along the right edge, at most one per bit of the size, so
appending needs neither old leaves nor old nodes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of the tree without leaves (RFC 6962 section 2.1)."""


def leaf_hash(leaf: bytes) -> bytes:
    """SHA-256(0x00 || leaf)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def leaf_hashes(leaves: Iterable[bytes]) -> list[bytes]:
    """:func:`leaf_hash` of each, without a call for each: of millions, a sixth of the time."""
    sha256 = hashlib.sha256
    return [sha256(b"\x00" + leaf).digest() for leaf in leaves]


def _parents(row: list[bytes]) -> list[bytes]:
    """:func:`node_hash` of each pair; a last one without its neighbour has none yet."""
    sha256 = hashlib.sha256
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)]


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Root over leaf hashes, straight from the definition; for few leaves and as a check on the rest."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    split = largest_power_below(len(hashes))
    return node_hash(root_of(hashes[:split]), root_of(hashes[split:]))


def largest_power_below(size: int) -> int:
    """The largest power of two smaller than ``size`` (>= 2): where RFC 6962 splits a tree."""
    return 1 << ((size - 1).bit_length() - 1)


@dataclass(slots=True)
class Frontier:
    """A growing tree, known by its size and its right edge (largest subtree first)."""

    size: int = 0
    edge: list[bytes] = field(default_factory=list)

    @classmethod
    def from_bytes(cls, size: int, edge: bytes) -> Frontier:
        """Restores what :meth:`edge_bytes` gave. ValueError if it does not fit ``size``."""
        if size < 0 or len(edge) != HASH_BYTES * size.bit_count():
            raise ValueError(f"a tree of {size} leaves has another right edge")
        return cls(size, [edge[start : start + HASH_BYTES] for start in range(0, len(edge), HASH_BYTES)])

    def edge_bytes(self) -> bytes:
        return b"".join(self.edge)

    def append(self, new_hash: bytes) -> Iterator[CompleteSubtree]:
        """Adds a leaf hash; yields every subtree that it completes, the leaf itself first. Must be exhausted."""
        node, position, level = new_hash, self.size, 0
        yield CompleteSubtree(level, position, node)
        while position & 1:
            node, position, level = node_hash(self.edge.pop(), node), position >> 1, level + 1
            yield CompleteSubtree(level, position, node)
        self.edge.append(node)
        self.size += 1

    def extend(self, hashes: Iterable[bytes], settle: Settle | None = None) -> Growth:
        """Adds leaf hashes; all that is complete by that, level by level, at half the price of one after another.

        ``settle`` is shown each row above the leaves and says with which hashes to go on.
        """
        before, row = Frontier(self.size, list(self.edge)), list(hashes)
        rows, start, level, edge = [], self.size, 0, list(self.edge)
        self.size += len(row)
        left: list[bytes] = []
        while row:
            if settle is not None and level:
                row = settle(LevelRow(level, start, row))
            rows.append(LevelRow(level, start, row))
            if start & 1:
                row, start = [edge.pop(), *row], start - 1
            if len(row) & 1:
                left.append(row[-1])
            row, start, level = _parents(row), start >> 1, level + 1
        self.edge = edge + left[::-1]
        return Growth(before, rows)

    def root(self) -> bytes:
        if not self.edge:
            return EMPTY_ROOT
        root = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            root = node_hash(left, root)
        return root


@dataclass(frozen=True, slots=True)
class LevelRow:
    """Hashes of neighbouring perfect subtrees of 2**level leaves; the first is the ``start``-th from the left."""

    level: int
    start: int
    hashes: list[bytes]


Settle = Callable[[LevelRow], list[bytes]]
"""As many hashes as the row has."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What leaves that were added complete, the leaves themselves first, and the frontier that they were added to."""

    before: Frontier
    rows: list[LevelRow]

    def root_at(self, size: int) -> bytes:
        """The root when the tree had ``size`` leaves, some of them added here. ValueError for another size."""
        added = len(self.rows[0].hashes) if self.rows else 0
        if not self.before.size <= size <= self.before.size + added:
            raise ValueError(f"the tree did not pass through {size}")
        edges = dict(zip(_levels(self.before.size), self.before.edge, strict=True))
        root: bytes | None = None
        for level in reversed(_levels(size)):
            position = (size >> level) - 1
            row = self.rows[level] if level < len(self.rows) else None
            is_new = row is not None and row.start <= position < row.start + len(row.hashes)
            subtree = row.hashes[position - row.start] if row is not None and is_new else edges[level]
            root = subtree if root is None else node_hash(subtree, root)
        return EMPTY_ROOT if root is None else root


def _levels(size: int) -> list[int]:
    """The levels of the complete subtrees on the right edge, largest first."""
    return [level for level in reversed(range(size.bit_length())) if size >> level & 1]


@dataclass(frozen=True, slots=True)
class CompleteSubtree:
    """A perfect subtree of 2**level leaves, the ``position``-th of its level from the left, and its hash."""

    level: int
    position: int
    hash: bytes
