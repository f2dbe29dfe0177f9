"""The Merkle tree is that of RFC 6962: published roots, and a naive implementation at every small size."""

from __future__ import annotations

import os

import pytest

from tests.vault.ledger import reference
from vault.ledger.tree import EMPTY_ROOT, Frontier, leaf_hash, node_hash, root_of

SIZES = range(1, 71)
HASHES = reference.hashed([os.urandom(9) for _ in SIZES])


def test_tree_without_leaves_has_the_published_root() -> None:
    """SHA-256 of nothing."""
    assert EMPTY_ROOT == root_of([]) == Frontier().root() == reference.EMPTY


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots_are_reproduced(size: int) -> None:
    """The eight leaves of the Certificate Transparency test data, computed both ways."""
    hashes = [leaf_hash(leaf) for leaf in reference.LEAVES[:size]]
    frontier = Frontier()
    frontier.extend(hashes)

    assert root_of(hashes) == reference.ROOTS[size - 1]
    assert frontier.root() == reference.ROOTS[size - 1]


def test_leaf_cannot_be_taken_for_a_node() -> None:
    """A leaf whose bytes are two hashes has another hash than the node over them: the prefixes differ."""
    left, right = os.urandom(32), os.urandom(32)

    assert leaf_hash(left + right) != node_hash(left, right)


def test_growing_tree_has_the_root_of_the_definition_at_every_size() -> None:
    """Leaf by leaf, the right edge alone gives what the recursive definition gives over all leaves."""
    frontier = Frontier()
    for size in SIZES:
        frontier.extend([HASHES[size - 1]])

        assert frontier.root() == reference.root(HASHES[:size])
        assert frontier.size == size


def test_every_complete_subtree_is_given_once_with_its_hash() -> None:
    """What the sequencer stores is every perfect subtree, at its level and place."""
    frontier, given = Frontier(), {}
    for each in HASHES:
        for subtree in frontier.append(each):
            assert (subtree.level, subtree.position) not in given
            given[subtree.level, subtree.position] = subtree.hash

    assert given == {
        (level, position): reference.root(HASHES[position << level : (position + 1) << level])
        for level in range(7)
        for position in range(len(HASHES) >> level)
    }


@pytest.mark.parametrize("size", [0, 1, 5, 64, 70])
def test_restored_edge_goes_on_like_the_one_that_was_stored(size: int) -> None:
    """A sequencer that starts again from the head continues the same tree."""
    stored = Frontier()
    stored.extend(HASHES[:size])

    restored = Frontier.from_bytes(size, stored.edge_bytes())
    restored.extend(HASHES[size:])

    assert restored.root() == reference.root(HASHES)


@pytest.mark.parametrize(("size", "edge_bytes"), [(0, 32), (1, 0), (1, 64), (3, 32), (7, 95), (-1, 0)])
def test_edge_that_does_not_fit_its_size_is_refused(size: int, edge_bytes: int) -> None:
    """As many hashes as the size has bits; else the head was altered."""
    with pytest.raises(ValueError, match="right edge"):
        Frontier.from_bytes(size, bytes(edge_bytes))


@pytest.mark.parametrize("first", [0, 1, 2, 3, 5, 8, 13, 31, 32, 33, 64])
def test_leaves_added_together_complete_what_they_complete_one_by_one(first: int) -> None:
    """Every subtree at its place, the same right edge, and the root at every size passed."""
    for size in range(first, len(HASHES) + 1):
        one_by_one, together = Frontier(), Frontier()
        one_by_one.extend(HASHES[:first])
        together.extend(HASHES[:first])
        completed = {
            (subtree.level, subtree.position): subtree.hash
            for each in HASHES[first:size]
            for subtree in one_by_one.append(each)
        }
        growth = together.extend(HASHES[first:size])

        assert together == one_by_one
        assert completed == {
            (row.level, row.start + number): each for row in growth.rows for number, each in enumerate(row.hashes)
        }
        assert [growth.root_at(passed) for passed in range(first, size + 1)] == [
            reference.root(HASHES[:passed]) for passed in range(first, size + 1)
        ]


def test_root_at_a_size_that_was_not_passed_is_refused() -> None:
    """Before and beyond what was added nothing is known."""
    frontier = Frontier()
    frontier.extend(HASHES[:5])
    growth = frontier.extend(HASHES[5:9])

    for size in (4, 10):
        with pytest.raises(ValueError, match="pass through"):
            growth.root_at(size)
