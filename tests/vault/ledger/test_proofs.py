"""Proofs are those of RFC 6962, and nothing that is not exactly one is accepted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from tests.vault.ledger import reference
from vault.ledger.proofs import (
    MAX_PROOF_HASHES,
    ProofRefused,
    consistency_proof,
    inclusion_proof,
    range_hash,
    verify_consistency,
    verify_inclusion,
)
from vault.ledger.tree import leaf_hash

SIZES = range(1, 71)
HASHES = reference.hashed([os.urandom(9) for _ in SIZES])
ROOTS = {0: reference.EMPTY} | {size: reference.root(HASHES[:size]) for size in SIZES}
KNOWN = [leaf_hash(leaf) for leaf in reference.LEAVES]

Proof = list[bytes]


def variants(proof: Proof) -> Iterator[tuple[str, Proof]]:
    """Every proof that somebody could try instead of this one."""
    if proof:
        yield "empty", []
    for length in range(1, len(proof)):
        yield f"first {length}", proof[:length]
        yield f"last {length}", proof[-length:]
    for place in range(len(proof) + 1):
        yield f"something put in at {place}", [*proof[:place], os.urandom(32), *proof[place:]]
        if proof:
            again = proof[min(place, len(proof) - 1)]
            yield f"a hash twice, at {place}", [*proof[:place], again, *proof[place:]]
    for place, each in enumerate(proof):
        changed = bytes([each[0] ^ 1]) + each[1:]
        yield f"a bit of {place}", [*proof[:place], changed, *proof[place + 1 :]]
        yield f"{place} cut short", [*proof[:place], each[:31], *proof[place + 1 :]]
        yield f"{place} lengthened", [*proof[:place], each + b"\0", *proof[place + 1 :]]
        for other in range(place):
            swapped = list(proof)
            swapped[place], swapped[other] = swapped[other], swapped[place]
            yield f"{other} and {place} swapped", swapped
    yield "far too long", [*proof, *[bytes(32)] * MAX_PROOF_HASHES]


def refused(verification: Callable[[], None]) -> bool:
    try:
        verification()
    except ProofRefused:
        return True
    return False


@pytest.mark.parametrize(("index", "size", "path"), reference.INCLUSION)
def test_published_inclusion_proofs_are_made_and_accepted(index: int, size: int, path: list[str]) -> None:
    """Those of the Certificate Transparency test data."""
    proof = [bytes.fromhex(each) for each in path]

    assert inclusion_proof(reference.subtrees(KNOWN), index, size=size) == proof
    verify_inclusion(KNOWN[index], proof, index=index, size=size, root=reference.ROOTS[size - 1])


@pytest.mark.parametrize(("old_size", "size", "hashes"), reference.CONSISTENCY)
def test_published_consistency_proofs_are_made_and_accepted(old_size: int, size: int, hashes: list[str]) -> None:
    """Those of the Certificate Transparency test data."""
    proof = [bytes.fromhex(each) for each in hashes]
    roots = {"old_root": reference.ROOTS[old_size - 1], "root": reference.ROOTS[size - 1]}

    assert consistency_proof(reference.subtrees(KNOWN), old_size, size=size) == proof
    verify_consistency(proof, old_size=old_size, size=size, **roots)


def test_every_inclusion_proof_of_a_small_tree_is_that_of_the_definition() -> None:
    """All leaves of all trees of 1 to 70 leaves, made from complete subtrees only."""
    for size in SIZES:
        for index in range(size):
            proof = inclusion_proof(reference.subtrees(HASHES[:size]), index, size=size)

            assert proof == reference.path(index, HASHES[:size])
            verify_inclusion(HASHES[index], proof, index=index, size=size, root=ROOTS[size])


def test_every_consistency_proof_of_a_small_tree_is_that_of_the_definition() -> None:
    """All pairs of sizes up to 70."""
    for size in SIZES:
        for old_size in range(1, size + 1):
            proof = consistency_proof(reference.subtrees(HASHES[:size]), old_size, size=size)

            assert proof == reference.proof(old_size, HASHES[:size])
            verify_consistency(proof, old_size=old_size, old_root=ROOTS[old_size], size=size, root=ROOTS[size])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 11, 64, 70])
def test_altered_inclusion_proof_is_refused(size: int) -> None:
    """Cut, lengthened, swapped, doubled, changed in a bit, or empty."""
    for index in {0, size // 2, size - 1}:
        for what, proof in variants(reference.path(index, HASHES[:size])):
            claim = {"index": index, "size": size, "root": ROOTS[size]}
            assert refused(partial(verify_inclusion, HASHES[index], proof, **claim)), what


@pytest.mark.parametrize("size", [2, 3, 7, 8, 11, 64, 70])
def test_altered_consistency_proof_is_refused(size: int) -> None:
    """Cut, lengthened, swapped, doubled, changed in a bit, or empty."""
    for old_size in {1, size // 2, size - 1, size}:
        roots = {"old_root": ROOTS[old_size], "root": ROOTS[size]}
        for what, proof in variants(reference.proof(old_size, HASHES[:size])):
            assert refused(partial(verify_consistency, proof, old_size=old_size, size=size, **roots)), what


def test_inclusion_proof_shows_no_other_leaf_place_size_or_root() -> None:
    """A good proof of one thing is a proof of nothing else."""
    good = {"index": 4, "size": 11, "root": ROOTS[11]}
    proof = reference.path(4, HASHES[:11])
    verify_inclusion(HASHES[4], proof, **good)  # type: ignore[arg-type]

    others = [{"index": index} for index in range(-1, 13) if index != 4]
    others += [{"root": ROOTS[size]} for size in SIZES if size != 11]
    others += [{"size": size} for size in (0, 1, 2, 4, 5, 8, 17, 2**63)]  # 9 .. 16: the root's own size is signed
    for other in others:
        with pytest.raises(ProofRefused):
            verify_inclusion(HASHES[4], proof, **{**good, **other})  # type: ignore[arg-type]
    with pytest.raises(ProofRefused):
        verify_inclusion(HASHES[5], proof, **good)  # type: ignore[arg-type]


def test_empty_consistency_proof_shows_nothing_between_two_trees() -> None:
    """A verifier once accepted it between arbitrary roots: only equal sizes with equal roots need no proof."""
    for old_size in range(71):
        for size in range(71):
            if old_size == size and size > 0:
                continue
            with pytest.raises(ProofRefused):
                verify_consistency([], old_size=old_size, old_root=ROOTS[old_size], size=size, root=ROOTS[size])


def test_equal_sizes_with_different_roots_are_two_trees() -> None:
    """A log that shows two histories of one size is caught, with and without hashes."""
    for proof in ([], [os.urandom(32)], reference.proof(4, HASHES[:8])):
        with pytest.raises(ProofRefused):
            verify_consistency(proof, old_size=8, old_root=os.urandom(32), size=8, root=ROOTS[8])


def test_consistency_proof_shows_no_other_roots_or_sizes() -> None:
    """A good proof for one pair of trees is a proof for no other pair."""
    good = {"old_size": 6, "old_root": ROOTS[6], "size": 11, "root": ROOTS[11]}
    proof = reference.proof(6, HASHES[:11])
    verify_consistency(proof, **good)  # type: ignore[arg-type]

    others = [{"old_root": ROOTS[size]} for size in SIZES if size != 6]
    others += [{"root": ROOTS[size]} for size in SIZES if size != 11]
    others += [{"old_size": size} for size in (-1, 0, 1, 2, 3, 4, 7, 8, 11)]
    others += [{"size": size} for size in (0, 5, 6, 8, 17, 32, 2**63)]
    others += [{"old_root": b""}, {"root": ROOTS[11][:31]}, {"old_size": 11, "size": 6}]
    for other in others:
        with pytest.raises(ProofRefused):
            verify_consistency(proof, **{**good, **other})  # type: ignore[arg-type]


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_is_made_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    """Asking for one is a mistake of the program, not an answer."""
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(reference.subtrees(HASHES), index, size=size)


@pytest.mark.parametrize(("old_size", "size"), [(0, 3), (4, 3)])
def test_no_proof_is_made_between_sizes_that_have_none(old_size: int, size: int) -> None:
    """From nothing there is nothing to show, and no tree shrinks."""
    with pytest.raises(ValueError, match="no proof"):
        consistency_proof(reference.subtrees(HASHES), old_size, size=size)


def test_range_of_nothing_has_the_root_of_the_empty_tree() -> None:
    """The definition's own case."""
    assert range_hash(reference.subtrees(HASHES), 5, 5) == reference.EMPTY
