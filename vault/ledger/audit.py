"""Checks the whole trail from the database and says everything that is wrong; verification of one thing raises.

::

    (1) every leaf          canonical, at its place, hash as stored, time of logging never decreasing
    (2) counters            nseq dense in each lane, dseq in each document, useq in each handle, up to their last
    (3) days                each day is closed before the next begins, and counts what lies since the one before
    (4) tree                stored nodes and head are those of the leaves
    (5) checkpoints         signed by their epoch's key, their root that of the leaves; also those given from outside;
                            every epoch's key is named by a leaf
    (6) values              every digest has its sealed value and opens to it, or its person's month was erased and
                            a leaf says so; search rows say what the leaves say
    (7) intents             each is answered after the grace, or is a finding
    (8) inbox               what waits continues its lane
    (9) pruning             bodies are missing only below a pruned size that a leaf names with its root, its state and
                            how many; hashes, nodes and checkpoints are checked there too, the counters go on from
                            the state

Memory is bounded by the number of documents, people and lanes, not by the number of leaves.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from keys.model import Secret
from vault.database import ledger_pruning, ledger_reading, ledger_sequencing
from vault.database.engine import Connection
from vault.database.ledger_pruning import NO_BODY, PruningRow
from vault.database.ledger_reading import EpochRow, LeafRow
from vault.database.ledger_sequencing import HeadRow
from vault.ledger.audit_facts import (
    Facts,
    Finding,
    Walk,
    check_dense,
    check_facts,
    details_of,
    lane_of,
    note_keys_and_erasures,
)
from vault.ledger.audit_values import check_values
from vault.ledger.canonical import NotCanonical, parse_object
from vault.ledger.checkpoint import Checkpoint, CheckpointRefused
from vault.ledger.epochs import open_under_epochs
from vault.ledger.events import Event, Outcome
from vault.ledger.pruned_state import StateRefused, digest_of_state, encode_state, restore_state
from vault.ledger.tree import CompleteSubtree, leaf_hash
from vault.ledger.values import ValueOpener

__all__ = ["BATCH", "INTENT_GRACE", "Finding", "Progress", "VerificationReport", "verify_ledger"]

BATCH = 1000
INTENT_GRACE = dt.timedelta(minutes=5)

Checkpoints = dict[int, list[Checkpoint]]
"""By size: several may claim one."""
Progress = Callable[[int, int], None]
"""(leaves checked, leaves in all)."""


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What a verification found. ``unsigned`` leaves are newer than the newest checkpoint.

    ``pruned`` bodies are gone by a pruning on record. ``state`` is the walk at the size that was asked for, or b"".
    """

    size: int
    root: bytes
    checkpoint_size: int
    unsigned: int
    waiting: int
    erased: int
    findings: tuple[Finding, ...]
    pruned: int = 0
    state: bytes = b""

    @property
    def is_sound(self) -> bool:
        return not self.findings


def verify_ledger(
    tx: Connection,
    *,
    now: dt.datetime,
    reading_key: Secret | None,
    known_checkpoints: Iterable[str] = (),
    progress: Progress | None = None,
    state_at: int = 0,
) -> VerificationReport:
    """Checks everything in one consistent reading transaction.

    Without ``reading_key`` (vault sealed) the values are not opened, everything else is checked. ``known_checkpoints``
    are signed notes kept elsewhere: each must be of this log's key and a beginning of this tree. ``state_at`` asks for
    the state at that size, for a pruning.
    """
    walk = Walk(capture_at=state_at)
    opener = ValueOpener(reading_key) if reading_key is not None else None
    head = ledger_sequencing.load_head(tx)
    if head is None:
        walk.find("head.missing")
        return _report(walk, head=None, checkpoint_size=0, waiting=0)
    walk.detailed_from = ledger_reading.detailed_from(tx)
    epochs = ledger_reading.list_epochs(tx)
    checkpoints = _checkpoints_by_size(tx, walk, head, epochs, known_checkpoints)
    pruning = ledger_pruning.newest_pruning(tx)
    walk.pruned_to = pruning.size if pruning else 0
    for batch in ledger_reading.leaves_from(tx, 0, batch=BATCH):
        readable = [(leaf, facts) for leaf in batch if (facts := _check_leaf(tx, walk, leaf, checkpoints, pruning))]
        check_values(tx, walk, readable, opener=opener)
        if progress is not None:
            progress(walk.position, head.size)
    waiting = _check_inbox(tx, walk)
    _check_ends(tx, walk, head, checkpoints)
    _check_epochs(walk, head, epochs)
    _check_promises(walk, now)
    _check_pruning(walk, pruning)
    return _report(walk, head=head, checkpoint_size=max(checkpoints, default=0), waiting=waiting)


def _report(walk: Walk, *, head: HeadRow | None, checkpoint_size: int, waiting: int) -> VerificationReport:
    return VerificationReport(
        size=walk.position,
        root=walk.frontier.root(),
        checkpoint_size=checkpoint_size,
        unsigned=max(0, (head.size if head else 0) - checkpoint_size),
        waiting=waiting,
        erased=walk.erased,
        findings=tuple(walk.findings),
        pruned=walk.pruned_bodies,
        state=walk.captured,
    )


def _checkpoints_by_size(
    tx: Connection, walk: Walk, head: HeadRow, epochs: list[EpochRow], known: Iterable[str]
) -> Checkpoints:
    """(5) Every note whose signature is good, to be compared when the walk reaches its size."""
    found: Checkpoints = {}
    for source, notes in (("stored", ledger_reading.all_checkpoints(tx)), ("known", iter(known))):
        for note in notes:
            try:
                checkpoint = open_under_epochs(note, epochs)
            except CheckpointRefused:
                walk.find("checkpoint.signature", detail=source)
                continue
            if checkpoint.size > head.size:
                walk.find("checkpoint.beyond_end", checkpoint.size, source)
            else:
                found.setdefault(checkpoint.size, []).append(checkpoint)
    return found


def _check_leaf(
    tx: Connection, walk: Walk, leaf: LeafRow, checkpoints: Checkpoints, pruning: PruningRow | None
) -> Facts:
    """(1) The leaf's facts; empty if it has none that can be read."""
    position = leaf.position
    if position != walk.position:
        walk.find("leaf.missing", walk.position, f"{position - walk.position}")
        walk.is_broken = True
    walk.position = position + 1
    facts = _check_pruned_body(walk, leaf) if position < walk.pruned_to else _check_body(walk, leaf)
    if not walk.is_broken:
        _check_tree(tx, walk, leaf, checkpoints)
    if pruning is not None and walk.position == pruning.size:
        _go_on_from(walk, pruning)
    if walk.position == walk.capture_at:
        walk.captured = encode_state(walk)
    return facts


def _check_body(walk: Walk, leaf: LeafRow) -> Facts:
    if leaf.hash != leaf_hash(leaf.leaf):
        walk.find("leaf.hash", leaf.position)
    try:
        facts = parse_object(leaf.leaf)
    except NotCanonical as error:
        walk.find("leaf.canonical", leaf.position, str(error))
        return {}
    check_facts(walk, leaf, facts)
    return facts


def _check_pruned_body(walk: Walk, leaf: LeafRow) -> Facts:
    """(9) Below the pruned size: no body, or one that was kept and is still what was hashed."""
    if leaf.leaf == NO_BODY:
        walk.pruned_bodies += 1
        return {}
    if leaf.hash != leaf_hash(leaf.leaf):
        walk.find("leaf.hash", leaf.position)
    try:
        facts = parse_object(leaf.leaf)
    except NotCanonical as error:
        walk.find("leaf.canonical", leaf.position, str(error))
        return {}
    if facts.get("index") != leaf.position or facts.get("id") != leaf.entry_id:
        walk.find("leaf.identity", leaf.position)
    _note_of_the_log(walk, leaf.position, facts)
    return facts


def _note_of_the_log(walk: Walk, position: int, facts: Facts) -> None:
    event = str(facts.get("event"))
    if event in {each.value for each in Event} and facts.get("outcome") == Outcome.SUCCESS.value:
        note_keys_and_erasures(walk, position, Event(event), details_of(facts))


def _go_on_from(walk: Walk, pruning: PruningRow) -> None:
    """(9) Counters and open ends as they stood when the bodies below were removed."""
    walk.pruned_root = walk.frontier.root().hex()
    try:
        restore_state(walk, pruning.state)
    except StateRefused as error:
        walk.find("pruned.state", walk.position - 1, str(error))


def _check_tree(tx: Connection, walk: Walk, leaf: LeafRow, checkpoints: Checkpoints) -> None:
    """(4) and (5)"""
    digest = leaf.hash if leaf.position < walk.pruned_to and leaf.leaf == NO_BODY else leaf_hash(leaf.leaf)
    for subtree in walk.frontier.append(digest):
        _check_node(tx, walk, subtree, leaf.position)
    for checkpoint in checkpoints.get(leaf.position + 1, []):
        if checkpoint.root != walk.frontier.root():
            walk.find("checkpoint.root", leaf.position)


def _check_node(tx: Connection, walk: Walk, subtree: CompleteSubtree, position: int) -> None:
    if subtree.level == 0:
        return
    try:
        stored = ledger_reading.subtree_hash(tx, subtree.level, subtree.position)
    except KeyError:
        walk.find("tree.node_missing", position)
        return
    if stored != subtree.hash:
        walk.find("tree.node", position)


def _check_ends(tx: Connection, walk: Walk, head: HeadRow, checkpoints: Checkpoints) -> None:
    """(2), (4), (5) Nothing was cut off: head, counters and checkpoints reach as far as the leaves."""
    if walk.frontier.size != head.size or walk.frontier.edge_bytes() != head.edge:
        walk.find("head.differs", walk.position)
    for kind, name, last in (("d", "dseq", walk.documents), ("u", "useq", walk.handles)):
        _compare(walk, f"counter.{name}_last", ledger_reading.last_counters(tx, kind), last)
    if not checkpoints and head.size > 1:
        walk.find("checkpoint.none")


def _check_epochs(walk: Walk, head: HeadRow, epochs: list[EpochRow]) -> None:
    """(5) A key that no leaf names was put in beside the trail."""
    if walk.origin != head.origin:
        walk.find("head.origin", 0)
    stored = {epoch.number: (base64.b64encode(epoch.public).decode("ascii"), epoch.origin) for epoch in epochs}
    for number in sorted(stored.keys() | walk.keys.keys()):
        if stored.get(number) != walk.keys.get(number):
            walk.find("epoch.unrecorded", detail=str(number))


def _check_promises(walk: Walk, now: dt.datetime) -> None:
    """(6), (7) What an entry was to follow has followed."""
    for period, position in walk.erased_periods.items():
        if period not in walk.recorded_erasures:
            walk.find("value.erased_unrecorded", position)
    for position, logged in walk.intents.values():
        if logged < now - INTENT_GRACE:
            walk.find("intent.unanswered", position)


def _check_pruning(walk: Walk, pruning: PruningRow | None) -> None:
    """(9) A leaf stands by what was pruned: up to where, with which root and state, and how much at most."""
    if pruning is None:
        return
    if (pruning.size, walk.pruned_root, digest_of_state(pruning.state)) not in walk.recorded_prunings:
        walk.find("pruned.unrecorded", detail=str(pruning.size))
    if walk.pruned_bodies > sum(walk.recorded_prunings.values()):
        walk.find("pruned.more", detail=str(walk.pruned_bodies - sum(walk.recorded_prunings.values())))


def _check_inbox(tx: Connection, walk: Walk) -> int:
    """(8) What waits must continue each lane without a hole up to the last number given out."""
    drafts = ledger_reading.waiting_drafts(tx)
    for draft in drafts:
        try:
            facts = parse_object(draft)
        except NotCanonical:
            walk.find("inbox.canonical")
            continue
        check_dense(walk, -1, facts, "nseq", walk.lanes, lane_of(facts))
        _note_of_the_log(walk, -1, facts)  # an erasure is done before the leaf that says so has its place
    stored = {f"{node}/{lane}": number for (node, lane), number in ledger_reading.waiting_lanes(tx).items()}
    _compare(walk, "counter.nseq_last", stored, walk.lanes)
    return len(drafts)


def _compare(walk: Walk, check: str, stored: dict[str, int], walked: dict[str, int]) -> None:
    """The last numbers that the database holds and those that the leaves have come to."""
    for subject in sorted(stored.keys() | walked.keys()):
        if stored.get(subject) != walked.get(subject):
            walk.find(check, detail=subject)
