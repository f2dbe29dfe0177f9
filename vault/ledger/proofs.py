"""Inclusion and consistency proofs of RFC 6962 (section 2.1.1, 2.1.2), made from stored subtrees and verified strictly.

Verification follows RFC 9162 sections 2.1.3.2 and 2.1.4.2 and raises :class:`ProofRefused`; nothing returns False. An
empty consistency proof is good for equal sizes with equal roots and for nothing else: a verifier once accepted it
between arbitrary roots.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence

from vault.ledger.tree import EMPTY_ROOT, HASH_BYTES, largest_power_below, node_hash

SubtreeHash = Callable[[int, int], bytes]
"""(level, position) -> hash of the perfect subtree of 2**level leaves; asked only for subtrees inside the tree."""

MAX_PROOF_HASHES = 64


class ProofRefused(ValueError):
    """The proof does not show what it is said to show."""


def inclusion_proof(subtree: SubtreeHash, index: int, *, size: int) -> list[bytes]:
    """Audit path of leaf ``index`` in the tree of ``size`` leaves. ValueError when there is no such leaf."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        split = start + largest_power_below(end - start)
        if index < split:
            path.append(range_hash(subtree, split, end))
            end = split
        else:
            path.append(range_hash(subtree, start, split))
            start = split
    return path[::-1]


def consistency_proof(subtree: SubtreeHash, old_size: int, *, size: int) -> list[bytes]:
    """Proof that the tree of ``old_size`` leaves is the beginning of that of ``size``. Empty when they are equal."""
    if not 1 <= old_size <= size:
        raise ValueError(f"no proof from {old_size} to {size}")
    path: list[bytes] = []
    start, end, known = 0, size, True
    while old_size != end:
        split = start + largest_power_below(end - start)
        if old_size <= split:
            path.append(range_hash(subtree, split, end))
            end = split
        else:
            path.append(range_hash(subtree, start, split))
            start, known = split, False
    if not known:
        path.append(range_hash(subtree, start, end))
    return path[::-1]


def range_hash(subtree: SubtreeHash, start: int, end: int) -> bytes:
    """RFC 6962 hash over leaves ``start`` .. ``end`` - 1; ``start`` is where a subtree of the whole begins."""
    if start == end:
        return EMPTY_ROOT
    width = end - start
    if width & (width - 1) == 0:
        level = width.bit_length() - 1
        return subtree(level, start >> level)
    split = start + largest_power_below(width)
    return node_hash(range_hash(subtree, start, split), range_hash(subtree, split, end))


def verify_inclusion(leaf: bytes, proof: Sequence[bytes], *, index: int, size: int, root: bytes) -> None:
    """Raises ProofRefused unless the leaf hash ``leaf`` stands at ``index`` of the tree with ``size`` and ``root``."""
    if not 0 <= index < size:
        raise ProofRefused(f"no leaf {index} in a tree of {size}")
    _check_shape(proof, leaf, root)
    position, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofRefused("the proof is longer than the tree is high")
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    if last != 0:
        raise ProofRefused("the proof is shorter than the tree is high")
    _check_root(node, root)


def verify_consistency(proof: Sequence[bytes], *, old_size: int, old_root: bytes, size: int, root: bytes) -> None:
    """Raises ProofRefused unless the tree of ``old_size`` with ``old_root`` is the beginning of the other."""
    if not 1 <= old_size <= size:
        raise ProofRefused(f"nothing can be shown from {old_size} to {size}")
    _check_shape(proof, old_root, root)
    if old_size == size:
        if proof:
            raise ProofRefused("equal sizes need no hashes")
        _check_root(old_root, root)
        return
    if not proof:
        raise ProofRefused("an empty proof shows nothing between two sizes")
    hashes = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    position, last = old_size - 1, size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_node = node = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofRefused("the proof is longer than the tree is high")
        if position & 1 or position == last:
            old_node, node = node_hash(sibling, old_node), node_hash(sibling, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    if last != 0:
        raise ProofRefused("the proof is shorter than the tree is high")
    _check_root(old_node, old_root)
    _check_root(node, root)


def _check_shape(proof: Sequence[bytes], *known: bytes) -> None:
    if len(proof) > MAX_PROOF_HASHES:
        raise ProofRefused("more hashes than any tree is high")
    if any(len(each) != HASH_BYTES for each in (*proof, *known)):
        raise ProofRefused("a hash that is not 32 bytes")


def _check_root(computed: bytes, root: bytes) -> None:
    if not hmac.compare_digest(computed, root):
        raise ProofRefused("the proof leads to another root")
