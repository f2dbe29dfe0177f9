"""The audit of neighbouring leaves, in order: their hashes, what each says, and what belongs to each."""

from __future__ import annotations

from collections.abc import Sequence

from vault.database import ledger_walking
from vault.database.engine import Connection
from vault.database.ledger_pruning import NO_BODY
from vault.database.ledger_reading import LeafRow
from vault.database.ledger_walking import HashedLeaves
from vault.ledger.audit_facts import Facts, Walk, check_facts, details_of, note_keys_and_erasures
from vault.ledger.audit_tree import Signed, check_growth, settle_rows
from vault.ledger.audit_values import ValueChecks
from vault.ledger.canonical import CanonicalValue, NotCanonical, parse_object, parse_objects
from vault.ledger.events import Event, Outcome
from vault.ledger.tree import HASH_BYTES, leaf_hash, leaf_hashes

MOST_BRIDGED = 2048
"""Places without a leaf, of the whole walk. One gap more ends the checks of hashes."""
_MISSING = bytes(HASH_BYTES)
"""In place of a hash that nobody knows; the stored node above it is gone on with."""


def check_next(tx: Connection, walk: Walk, signed: Signed, values: ValueChecks | None, *, most: int) -> bool:
    """Moves the walk behind the next leaves; False, and nothing done, if there are none. At most ``most`` are read.

    Without ``values`` checks only the tree.
    """
    if values is None:
        return _check_tree(tx, walk, signed, most)
    leaves = ledger_walking.leaf_batch(tx, walk.position, most=most)
    if not leaves:
        return False
    positions, _ids, bodies, hashes = zip(*leaves, strict=True)
    _check_hashes(tx, walk, signed, HashedLeaves(positions, bodies, hashes))
    each = zip(leaves, parse_objects(bodies), strict=True)
    readable = [(leaf, facts) for leaf, said in each if (facts := _check_leaf(walk, leaf, said)) is not None]
    values.check(tx, walk, readable)
    return True


def _check_tree(tx: Connection, walk: Walk, signed: Signed, most: int) -> bool:
    hashed = ledger_walking.hashed_leaves(tx, walk.position, most=most)
    if not hashed.positions:
        return False
    _check_hashes(tx, walk, signed, hashed)
    if _are_next(walk, hashed.positions):
        walk.position += len(hashed.positions)
    else:
        for position in hashed.positions:
            _take_place(walk, position)
    return True


def _are_next(walk: Walk, positions: Sequence[int]) -> bool:
    """Whether these, of which there is one at least, in order and none twice, go on where the walk is."""
    return positions[0] == walk.position and positions[-1] - positions[0] + 1 == len(positions)


def _check_hashes(tx: Connection, walk: Walk, signed: Signed, hashed: HashedLeaves) -> None:
    """(4) and (5) of :mod:`vault.ledger.audit`, as far as no leaf is missing."""
    digests = leaf_hashes(hashed.leaves)
    if walk.is_broken or not _are_next(walk, hashed.positions) or digests != list(hashed.hashes):
        digests = _digests_one_by_one(walk, hashed)
    walk.growth = walk.frontier.extend(digests, settle_rows(tx, walk))
    check_growth(tx, walk, walk.growth, signed)


def _digests_one_by_one(walk: Walk, hashed: HashedLeaves) -> list[bytes]:
    """Of leaves some of which are pruned, missing or not what they were hashed as.

    The stored hash is gone on with, so that one altered leaf is one finding and whatever is altered later another.
    """
    digests: list[bytes] = []
    for position, leaf, stored in zip(*hashed, strict=True):
        gap = position - walk.position - len(digests)
        if walk.is_broken:
            break
        if walk.bridged + gap > MOST_BRIDGED:
            walk.breaks_at = position
            break
        walk.bridged += gap
        digests += [_MISSING] * gap
        is_pruned = position < walk.pruned_to and leaf == NO_BODY
        if not is_pruned and stored != leaf_hash(leaf):
            walk.find("leaf.hash", position)
        digests.append(stored if len(stored) == HASH_BYTES else leaf_hash(leaf))
    return digests


def _check_leaf(walk: Walk, leaf: LeafRow, facts: dict[str, CanonicalValue] | None) -> Facts | None:
    """(1) The leaf's facts; None if it was pruned or cannot be read. ``facts`` are None where it has another form."""
    position = leaf.position
    _take_place(walk, position)
    if position < walk.pruned_to and leaf.leaf == NO_BODY:  # (9)
        walk.gone.add(position)
        return None
    if walk.is_broken and leaf.hash != leaf_hash(leaf.leaf):
        walk.find("leaf.hash", position)
    if facts is None:
        walk.find("leaf.canonical", position, _why_not_canonical(leaf.leaf))
        return None
    if position < walk.pruned_to:
        _check_kept(walk, leaf, facts)
    else:
        check_facts(walk, leaf, facts)
    return facts


def _why_not_canonical(leaf: bytes) -> str:
    try:
        parse_object(leaf)
    except NotCanonical as error:
        return str(error)
    return ""


def _take_place(walk: Walk, position: int) -> None:
    if position != walk.position:
        walk.find("leaf.missing", walk.position, f"{position - walk.position}")
        walk.is_broken |= walk.breaks_at is not None and position >= walk.breaks_at
    walk.position = position + 1


def _check_kept(walk: Walk, leaf: LeafRow, facts: Facts) -> None:
    """(9) Below the pruned size, a body that was kept."""
    if facts.get("index") != leaf.position or facts.get("id") != leaf.entry_id:
        walk.find("leaf.identity", leaf.position)
    note_of_the_log(walk, leaf.position, facts)


def note_of_the_log(walk: Walk, position: int, facts: Facts) -> None:
    event = str(facts.get("event"))
    if event in {each.value for each in Event} and facts.get("outcome") == Outcome.SUCCESS.value:
        note_keys_and_erasures(walk, position, Event(event), details_of(facts))
