"""Checks the whole trail from the database and says everything that is wrong; verification of one thing raises.

::

    (1) every leaf          canonical, at its place, hash as stored, time of logging never decreasing
    (2) counters            nseq dense in each lane, dseq in each document, useq in each handle, up to their last
    (3) days                each day.close counts what lies between it and the one before
    (4) tree                stored nodes and head are those of the leaves
    (5) checkpoints         signed by their epoch's key, their root that of the leaves; also those given from outside
    (6) values              every digest has its sealed value and opens to it, or its person's month was erased
    (7) intents             each is answered after the grace, or is a finding
    (8) inbox               what waits continues its lane

Memory is bounded by the number of documents, people and lanes, not by the number of leaves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from keys.errors import UnwrapError
from keys.model import Secret
from vault.database import ledger_reading, ledger_sequencing
from vault.database.engine import Connection
from vault.database.ledger_reading import EpochRow, LeafRow
from vault.database.ledger_sequencing import HeadRow
from vault.ledger.canonical import CanonicalValue, NotCanonical, parse_object
from vault.ledger.checkpoint import Checkpoint, CheckpointRefused, open_checkpoint
from vault.ledger.disclosures import DisclosureRefused
from vault.ledger.events import RESULTS_OF, Event, Outcome
from vault.ledger.reader import open_disclosures
from vault.ledger.tree import CompleteSubtree, Frontier, leaf_hash

BATCH = 1000
INTENT_GRACE = dt.timedelta(minutes=5)
MOST_FINDINGS = 1000

Key = TypeVar("Key")
Progress = Callable[[int, int], None]
"""(leaves checked, leaves in all)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be. ``check`` is a stable word; ``position`` is -1 where no leaf is meant."""

    check: str
    position: int
    detail: str = ""


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


@dataclass(slots=True)
class _Walk:
    """What is carried from leaf to leaf."""

    frontier: Frontier = field(default_factory=Frontier)
    logged: str = ""
    day_from: int = 1
    lanes: dict[tuple[str, str], int] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    handles: dict[str, int] = field(default_factory=dict)
    intents: dict[str, tuple[int, str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    erased: int = 0

    def find(self, check: str, position: int = -1, detail: str = "") -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(check, position, detail))


def verify_ledger(
    tx: Connection,
    *,
    now: dt.datetime,
    reading_key: Secret | None,
    known_checkpoints: Iterable[str] = (),
    progress: Progress | None = None,
) -> VerificationReport:
    """Checks everything in one consistent reading transaction.

    Without ``reading_key`` (vault sealed) the values are not opened, everything else is. ``known_checkpoints`` are
    signed notes kept elsewhere: each must be of this log's key and a beginning of this tree.
    """
    walk = _Walk()
    head = ledger_sequencing.load_head(tx)
    if head is None:
        walk.find("head.missing")
        return _report(walk, head=None, checkpoint_size=0, waiting=0)
    epochs = ledger_reading.list_epochs(tx)
    checkpoints = _checkpoints_by_size(tx, walk, head, epochs, known_checkpoints)
    for batch in ledger_reading.leaves_from(tx, 0, batch=BATCH):
        for leaf in batch:
            _check_leaf(tx, walk, leaf, checkpoints)
        if reading_key is not None:
            _check_values(tx, walk, batch, reading_key)
        if progress is not None:
            progress(walk.frontier.size, head.size)
    _check_ends(tx, walk, head, checkpoints, now)
    waiting = _check_inbox(tx, walk)
    own = [size for size in checkpoints if size <= head.size]
    return _report(walk, head=head, checkpoint_size=max(own, default=0), waiting=waiting)


def _report(walk: _Walk, *, head: HeadRow | None, checkpoint_size: int, waiting: int) -> VerificationReport:
    size = walk.frontier.size
    return VerificationReport(
        size=size,
        root=walk.frontier.root(),
        checkpoint_size=checkpoint_size,
        unsigned=max(0, (head.size if head else 0) - checkpoint_size),
        waiting=waiting,
        erased=walk.erased,
        findings=tuple(walk.findings),
    )


def _checkpoints_by_size(
    tx: Connection, walk: _Walk, head: HeadRow, epochs: list[EpochRow], known: Iterable[str]
) -> dict[int, list[Checkpoint]]:
    """(5) Every note whose signature is good, to be compared when the walk reaches its size."""
    found: dict[int, list[Checkpoint]] = {}
    for source, notes in (("stored", ledger_reading.all_checkpoints(tx)), ("known", iter(known))):
        for note in notes:
            checkpoint = _open_note(note, head.origin, epochs)
            if checkpoint is None:
                walk.find("checkpoint.signature", detail=source)
            elif checkpoint.size > head.size:
                walk.find("checkpoint.beyond_end", checkpoint.size, source)
            else:
                found.setdefault(checkpoint.size, []).append(checkpoint)
    return found


def _open_note(note: str, origin: str, epochs: list[EpochRow]) -> Checkpoint | None:
    """The checkpoint, if the key of the epoch that its size falls in has signed it."""
    for epoch in reversed(epochs):
        try:
            checkpoint = open_checkpoint(note, origin=origin, public=epoch.public)
        except CheckpointRefused:
            continue
        signing = max((each for each in epochs if each.from_size <= checkpoint.size), key=lambda each: each.number)
        return checkpoint if signing == epoch else None
    return None


def _check_leaf(tx: Connection, walk: _Walk, leaf: LeafRow, checkpoints: dict[int, list[Checkpoint]]) -> None:
    position = walk.frontier.size
    if leaf.position != position:
        walk.find("leaf.missing", position)
        walk.frontier.size = leaf.position  # go on from here; the tree cannot be right any more
        return
    if leaf.hash != leaf_hash(leaf.leaf):
        walk.find("leaf.hash", position)
    try:
        facts = parse_object(leaf.leaf)
    except NotCanonical as error:
        walk.find("leaf.canonical", position, str(error))
        facts = {}
    if facts:
        _check_facts(walk, leaf, facts, position)
    for subtree in walk.frontier.append(leaf_hash(leaf.leaf)):
        _check_node(tx, walk, subtree, position)
    for checkpoint in checkpoints.get(position + 1, []):
        if checkpoint.root != walk.frontier.root():
            walk.find("checkpoint.root", position)


def _check_node(tx: Connection, walk: _Walk, subtree: CompleteSubtree, position: int) -> None:
    """(4)"""
    if subtree.level == 0:
        return
    try:
        stored = ledger_reading.subtree_hash(tx, subtree.level, subtree.position)
    except KeyError:
        walk.find("tree.node_missing", position)
        return
    if stored != subtree.hash:
        walk.find("tree.node", position)


def _check_facts(walk: _Walk, leaf: LeafRow, facts: dict[str, CanonicalValue], position: int) -> None:
    """(1) to (3), and (7) as far as this leaf goes."""
    if facts.get("index") != position or facts.get("id") != leaf.entry_id:
        walk.find("leaf.identity", position)
    logged = str(facts.get("logged", ""))
    if logged < walk.logged:
        walk.find("leaf.back_dated", position)
    walk.logged = max(walk.logged, logged)
    if str(facts.get("time", "")) > logged:
        walk.find("leaf.from_the_future", position)
    _check_dense(walk, position, facts, "nseq", walk.lanes, (str(facts.get("node", "")), str(facts.get("lane", ""))))
    _check_dense(walk, position, facts, "dseq", walk.documents, str(facts.get("document", "")))
    _check_dense(walk, position, facts, "useq", walk.handles, str(facts.get("who", "")))
    try:
        event, outcome = Event(str(facts.get("event"))), Outcome(str(facts.get("outcome")))
    except ValueError:
        walk.find("leaf.vocabulary", position)
        return
    if event is Event.DAY_CLOSE:
        _check_day(walk, position, facts)
    if event in RESULTS_OF and outcome is Outcome.SUCCESS:
        walk.intents[leaf.entry_id] = (position, logged)
    intent = str(facts.get("intent", ""))
    if intent and any(event in results for results in RESULTS_OF.values()):
        walk.intents.pop(intent, None)


def _check_dense(
    walk: _Walk, position: int, facts: dict[str, CanonicalValue], name: str, last: dict[Key, int], key: Key
) -> None:
    """(2) Each number is the one before plus one; a hole means that a leaf was taken out."""
    number = facts.get(name)
    if number is None:
        return
    if number != last.get(key, 0) + 1:
        walk.find(f"counter.{name}", position)
    last[key] = int(str(number))


def _check_day(walk: _Walk, position: int, facts: dict[str, CanonicalValue]) -> None:
    """(3)"""
    details = facts.get("details")
    expected = {"from": walk.day_from, "count": position - walk.day_from}
    found = {name: details.get(name) for name in expected} if isinstance(details, dict) else {}
    if found != expected:
        walk.find("day.count", position)
    walk.day_from = position + 1


def _check_values(tx: Connection, walk: _Walk, leaves: list[LeafRow], reading_key: Secret) -> None:
    """(6)"""
    sealed = ledger_reading.disclosures_of(tx, [leaf.entry_id for leaf in leaves])
    period_keys: dict[str, Secret] = {}
    for leaf in leaves:
        try:
            committed = parse_object(leaf.leaf).get("_sd", [])
        except NotCanonical:
            continue
        wanted = {each for each in committed if isinstance(each, str)} if isinstance(committed, list) else set()
        for row in sealed.get(leaf.entry_id, []):
            if row.period is None:
                walk.erased += 1
                wanted = set()  # what an erased part committed to cannot be told apart from the rest
                continue
            try:
                opened = open_disclosures(row, reading_key=reading_key, period_keys=period_keys)
            except (UnwrapError, DisclosureRefused, ValueError):
                walk.find("value.altered", leaf.position)
                wanted = set()
                continue
            for disclosure in opened:
                if disclosure.digest not in committed if isinstance(committed, list) else True:
                    walk.find("value.not_committed", leaf.position)
                wanted.discard(disclosure.digest)
        if wanted:
            walk.find("value.missing", leaf.position)


def _check_ends(
    tx: Connection, walk: _Walk, head: HeadRow, checkpoints: dict[int, list[Checkpoint]], now: dt.datetime
) -> None:
    """Nothing was cut off: head, counters and checkpoints reach as far as the leaves; old intents are answered."""
    if walk.frontier.size != head.size or walk.frontier.edge_bytes() != head.edge:
        walk.find("head.differs", walk.frontier.size)
    for kind, name, last in (("d", "dseq", walk.documents), ("u", "useq", walk.handles)):
        for subject, number in ledger_reading.last_counters(tx, kind).items():
            if last.get(subject, 0) != number:
                walk.find(f"counter.{name}_last", detail=subject)
    if not checkpoints and head.size > 1:
        walk.find("checkpoint.none")
    for position, logged in walk.intents.values():
        if dt.datetime.fromisoformat(logged) < now - INTENT_GRACE:
            walk.find("intent.unanswered", position)


def _check_inbox(tx: Connection, walk: _Walk) -> int:
    """(8) What waits must continue each lane without a hole up to the last number given out."""
    drafts = ledger_reading.waiting_drafts(tx)
    for draft in drafts:
        try:
            facts = parse_object(draft)
        except NotCanonical:
            walk.find("inbox.canonical")
            continue
        key = (str(facts.get("node", "")), str(facts.get("lane", "")))
        _check_dense(walk, -1, facts, "nseq", walk.lanes, key)
    for lane, number in ledger_reading.waiting_lanes(tx).items():
        if walk.lanes.get(lane, 0) != number:
            walk.find("counter.nseq_last", detail="/".join(lane))
    return len(drafts)
