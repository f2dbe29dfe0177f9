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

Memory is bounded by the number of documents, people and lanes, not by the number of leaves.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from keys.model import Secret
from vault.database import ledger_reading, ledger_sequencing
from vault.database.engine import Connection
from vault.database.ledger_reading import EpochRow, LeafRow
from vault.database.ledger_sequencing import HeadRow
from vault.ledger.audit_facts import Facts, Finding, Walk, check_dense, check_facts, lane_of
from vault.ledger.audit_values import check_values
from vault.ledger.canonical import NotCanonical, parse_object
from vault.ledger.checkpoint import Checkpoint, CheckpointRefused
from vault.ledger.epochs import open_under_epochs
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
    """What a verification found. ``unsigned`` leaves are newer than the newest checkpoint."""

    size: int
    root: bytes
    checkpoint_size: int
    unsigned: int
    waiting: int
    erased: int
    findings: tuple[Finding, ...]

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
) -> VerificationReport:
    """Checks everything in one consistent reading transaction.

    Without ``reading_key`` (vault sealed) the values are not opened, everything else is checked. ``known_checkpoints``
    are signed notes kept elsewhere: each must be of this log's key and a beginning of this tree.
    """
    walk, opener = Walk(), ValueOpener(reading_key) if reading_key is not None else None
    head = ledger_sequencing.load_head(tx)
    if head is None:
        walk.find("head.missing")
        return _report(walk, head=None, checkpoint_size=0, waiting=0)
    epochs = ledger_reading.list_epochs(tx)
    checkpoints = _checkpoints_by_size(tx, walk, head, epochs, known_checkpoints)
    for batch in ledger_reading.leaves_from(tx, 0, batch=BATCH):
        readable = [(leaf, facts) for leaf in batch if (facts := _check_leaf(tx, walk, leaf, checkpoints))]
        check_values(tx, walk, readable, opener=opener)
        if progress is not None:
            progress(walk.position, head.size)
    _check_ends(tx, walk, head, checkpoints)
    _check_epochs(walk, head, epochs)
    _check_promises(walk, now)
    waiting = _check_inbox(tx, walk)
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


def _check_leaf(tx: Connection, walk: Walk, leaf: LeafRow, checkpoints: Checkpoints) -> Facts:
    """(1) The leaf's facts; empty if it has none that can be read."""
    position = leaf.position
    if position != walk.position:
        walk.find("leaf.missing", walk.position, f"{position - walk.position}")
        walk.is_broken = True
    walk.position = position + 1
    if leaf.hash != leaf_hash(leaf.leaf):
        walk.find("leaf.hash", position)
    facts: Facts = {}
    try:
        facts = parse_object(leaf.leaf)
    except NotCanonical as error:
        walk.find("leaf.canonical", position, str(error))
    else:
        check_facts(walk, leaf, facts)
    if not walk.is_broken:
        _check_tree(tx, walk, leaf, checkpoints)
    return facts


def _check_tree(tx: Connection, walk: Walk, leaf: LeafRow, checkpoints: Checkpoints) -> None:
    """(4) and (5)"""
    for subtree in walk.frontier.append(leaf_hash(leaf.leaf)):
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
    stored = {f"{node}/{lane}": number for (node, lane), number in ledger_reading.waiting_lanes(tx).items()}
    _compare(walk, "counter.nseq_last", stored, walk.lanes)
    return len(drafts)


def _compare(walk: Walk, check: str, stored: dict[str, int], walked: dict[str, int]) -> None:
    """The last numbers that the database holds and those that the leaves have come to."""
    for subject in sorted(stored.keys() | walked.keys()):
        if stored.get(subject) != walked.get(subject):
            walk.find(check, detail=subject)
