"""Proofs made in batches are those that are made one by one, for every leaf of every small tree."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest

from tests.vault.ledger.trail import Trail
from vault.database import ledger_reading, ledger_sequencing
from vault.database.engine import reading, transaction
from vault.database.tables.ledger import trail_leaves, trail_nodes
from vault.ledger.proofs import inclusion_proof, verify_inclusion
from vault.ledger.proving import BatchProver
from vault.ledger.tree import Frontier

MOST = 34


def grown(trail: Trail, count: int) -> list[bytes]:
    """A tree of so many leaves in the database; the root of each size from 0."""
    frontier, leaves, nodes, roots = Frontier(), [], [], [Frontier().root()]
    for position in range(count):
        hashed = hashlib.sha256(position.to_bytes(4, "big")).digest()
        leaves.append((position, f"e{position}", b"leaf", hashed))
        nodes += [(each.level, each.position, each.hash) for each in frontier.append(hashed) if each.level]
        roots.append(frontier.root())
    with transaction(trail.engine) as tx:
        tx.execute(trail_leaves.delete())  # the beginning of the trail that was there
        ledger_sequencing.store_leaves(tx, leaves)
        ledger_sequencing.store_nodes(tx, nodes)
    return roots


def proven(trail: Trail, size: int, batches: Sequence[Sequence[int]]) -> dict[int, list[bytes]]:
    paths = {}
    with reading(trail.engine) as tx:
        prover = BatchProver(size)
        for batch in batches:
            prover.load(tx, batch)
            paths |= {position: prover.path(position) for position in batch}
    return paths


def test_each_path_is_that_of_the_definition(trail: Trail) -> None:
    """In every tree up to thirty-four leaves, past the fifth power of two, read in batches of seven."""
    roots = grown(trail, MOST)
    for size in range(1, MOST + 1):
        batches = [range(begin, min(begin + 7, size)) for begin in range(0, size, 7)]

        paths = proven(trail, size, batches)

        with reading(trail.engine) as tx:
            for position, path in paths.items():
                expected = inclusion_proof(
                    lambda level, index: ledger_reading.subtree_hash(tx, level, index),
                    position,
                    size=size,
                )
                assert path == expected
                leaf = hashlib.sha256(position.to_bytes(4, "big")).digest()
                verify_inclusion(leaf, path, index=position, size=size, root=roots[size])


def test_scattered_leaves_are_proven_like_neighbours(trail: Trail) -> None:
    """Few of many: their hashes are read one by one and not with all that lies between."""
    roots = grown(trail, 300)

    paths = proven(trail, 300, [[0, 131], [132, 299]])

    for position, path in paths.items():
        leaf = hashlib.sha256(position.to_bytes(4, "big")).digest()
        verify_inclusion(leaf, path, index=position, size=300, root=roots[300])


def test_missing_hash_is_said_and_not_made_up(trail: Trail) -> None:
    """A proof with a hole would be found out by whoever checks it, and blamed on the trail."""
    grown(trail, 16)
    with transaction(trail.engine) as tx:
        tx.execute(trail_nodes.delete().where(trail_nodes.c.level == 2))

    with pytest.raises(KeyError):
        proven(trail, 16, [[3]])


def test_leaf_beyond_the_tree_has_no_path(trail: Trail) -> None:
    """Whatever was loaded."""
    grown(trail, 4)

    with pytest.raises(ValueError, match="no leaf 4"):
        BatchProver(4).path(4)
