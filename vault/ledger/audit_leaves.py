"""The audit of neighbouring leaves, in order: their hashes, what each says, and what belongs to each."""

from __future__ import annotations

from vault.database.engine import Connection
from vault.database.ledger_pruning import NO_BODY
from vault.database.ledger_reading import LeafRow
from vault.ledger.audit_facts import Facts, Walk, check_facts, details_of, note_keys_and_erasures
from vault.ledger.audit_tree import Signed, check_growth
from vault.ledger.audit_values import ValueChecks
from vault.ledger.canonical import NotCanonical, parse_object
from vault.ledger.events import Event, Outcome
from vault.ledger.tree import leaf_hash


def check_batch(tx: Connection, walk: Walk, signed: Signed, values: ValueChecks | None, leaves: list[LeafRow]) -> None:
    """Moves the walk behind these leaves, of which there is at least one. Without ``values`` checks only the tree."""
    _check_hashes(tx, walk, signed, leaves)
    if values is None:
        for leaf in leaves:
            _take_place(walk, leaf.position)
        return
    readable = [(leaf, facts) for leaf in leaves if (facts := _check_leaf(walk, leaf))]
    values.check(tx, walk, readable)


def _check_hashes(tx: Connection, walk: Walk, signed: Signed, leaves: list[LeafRow]) -> None:
    """(4) and (5) of :mod:`vault.ledger.audit`, as far as no leaf is missing."""
    digests = [leaf_hash(leaf.leaf) for leaf in leaves]
    is_plain = not walk.is_broken and leaves[0].position == walk.position
    is_plain = is_plain and leaves[-1].position - leaves[0].position + 1 == len(leaves)
    if not is_plain or digests != [leaf.hash for leaf in leaves]:
        digests = _digests_one_by_one(walk, leaves)
    walk.growth = walk.frontier.extend(digests)
    check_growth(tx, walk, walk.growth, signed)


def _digests_one_by_one(walk: Walk, leaves: list[LeafRow]) -> list[bytes]:
    """Of leaves some of which are pruned, missing or not what they were hashed as."""
    digests: list[bytes] = []
    for number, leaf in enumerate(leaves):
        if walk.is_broken or leaf.position != walk.position + number:
            break
        is_pruned = leaf.position < walk.pruned_to and leaf.leaf == NO_BODY
        digests.append(leaf.hash if is_pruned else leaf_hash(leaf.leaf))
        if leaf.hash != digests[-1]:
            walk.find("leaf.hash", leaf.position)
    return digests


def _check_leaf(walk: Walk, leaf: LeafRow) -> Facts:
    """(1) The leaf's facts; empty if it has none that can be read."""
    position = leaf.position
    _take_place(walk, position)
    if position < walk.pruned_to and leaf.leaf == NO_BODY:  # (9)
        walk.pruned_bodies += 1
        return {}
    if walk.is_broken and leaf.hash != leaf_hash(leaf.leaf):
        walk.find("leaf.hash", position)
    try:
        facts = parse_object(leaf.leaf)
    except NotCanonical as error:
        walk.find("leaf.canonical", position, str(error))
        return {}
    if position < walk.pruned_to:
        _check_kept(walk, leaf, facts)
    else:
        check_facts(walk, leaf, facts)
    return facts


def _take_place(walk: Walk, position: int) -> None:
    if position != walk.position:
        walk.find("leaf.missing", walk.position, f"{position - walk.position}")
        walk.is_broken = True
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
