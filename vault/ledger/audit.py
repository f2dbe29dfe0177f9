"""Checks the whole trail from the database and says everything that is wrong; verification of one thing raises.

::

    (1) every leaf          canonical, at its place, hash as stored, time of logging never decreasing
    (2) counters            nseq dense in each lane, dseq in each document, useq in each handle, up to their last
    (3) days                each day is closed before the next begins, and counts what lies since the one before
    (4) tree                stored nodes and head are those of the leaves
    (5) checkpoints         signed by their epoch's key, their root that of the leaves; also those given from outside;
                            every epoch's key is named by a leaf, with the size it begins at and, unless the key before
                            was lost, handed over by it
    (6) values              every digest has its sealed value and opens to it, or its person's month was erased and
                            a leaf says so, which is then of that person and month; search rows say what the leaves say
    (7) intents             each is answered after the grace by a result of its kind, or is a finding
    (8) inbox               what waits continues its lane
    (9) pruning             bodies are missing only below a pruned size that a leaf names with its root, its state and
                            how many; hashes, nodes and checkpoints are checked there too, the counters go on from
                            the state

Memory does not grow with the trail, except for what is left behind for the next one to go on from: that has a line for
each document, person and lane (docs/adr/0021-verifying-in-several-processes.md).
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from heapq import nsmallest

from keys.model import Secret
from vault.database import ledger_reading, ledger_walking
from vault.database.engine import Connection
from vault.database.ledger_reading import EpochRow
from vault.database.ledger_walking import StoredHead, StoredPruning
from vault.database.spilled_counters import SpilledCounters
from vault.ledger.audit_facts import (
    MOST_FINDINGS,
    Counters,
    Finding,
    Walk,
    check_dense,
    evidence_of,
    lane_of,
    millis_of,
)
from vault.ledger.audit_keys import NamedKey
from vault.ledger.audit_leaves import check_next, note_of_the_log
from vault.ledger.audit_tree import Signed, check_end, check_frontier, open_known
from vault.ledger.audit_values import ValueChecks
from vault.ledger.canonical import NotCanonical, parse_object
from vault.ledger.events import Event
from vault.ledger.evidence import with_evidence
from vault.ledger.examiners import Examiners, Help
from vault.ledger.pruned_state import StateRefused, digest_of_state, encode_state, restore_state
from vault.ledger.segment import Known, take_over
from vault.ledger.verified_state import VerifiedState, capture, resume

__all__ = ["BATCH", "INTENT_GRACE", "Audit", "Finding", "Progress", "VerificationReport", "verify_ledger"]

BATCH = 2048
INTENT_GRACE = dt.timedelta(minutes=5)

_DONE_BEFORE_PLACED = (Event.TRAIL_ERASED.value, Event.TRAIL_PRUNED.value, Event.TRAIL_VERIFIED.value)
"""What is done in the database before the leaf that says so has its place."""

_UNSEEN = frozenset({"head.missing", "frontier.beyond_end", "frontier.differs", "frontier.unrecorded"})
"""What was found instead of looking further, or makes worthless what was believed of the leaves before."""

Progress = Callable[[int, int], None]
"""(leaves checked, leaves in all)."""


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What a verification found. ``unsigned`` leaves are newer than the newest checkpoint.

    ``pruned`` bodies are gone by a pruning on record. ``state`` is the walk at the size that was asked for, or b"".
    ``start`` entries were not looked at again: a verification before had ended there. ``is_tree_only`` where nothing
    but hashes and signatures was checked. ``verified`` is where the next one can go on, if this one was sound.
    ``examined`` leaves were looked through by processes that helped. ``unvouched`` epochs begin, within what was
    verified, with a key that the one before did not hand over to: it may have been lost, or the new one put in.

    Not ``is_whole`` where something was not looked at: there were more findings than are kept, a gap that hashes could
    not be checked beyond, no end to come to, no beginning to go on from, or an anchor that could not be asked.
    Not ``are_values_opened`` where the vault was sealed, or the tree alone was looked at: then the values beside the
    leaves may be anything, and nothing is left for the next verification to go on from.
    ``acknowledged`` are digests of findings that an auditor has answered for; ``entry`` is the entry that tells of this
    verification, '' before it is recorded.
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
    start: int = 0
    is_tree_only: bool = False
    verified: VerifiedState | None = None
    examined: int = 0
    unvouched: tuple[int, ...] = ()
    is_whole: bool = True
    acknowledged: frozenset[str] = frozenset()
    entry: str = ""
    are_values_opened: bool = True

    @property
    def is_sound(self) -> bool:
        return not self.findings

    @property
    def found(self) -> str:
        """SHA-256 over the digests of all findings, in hexadecimal, as the entry of the verification names it."""
        return digest_of_findings(self.findings)

    @property
    def new(self) -> tuple[Finding, ...]:
        """Findings that nobody has acknowledged."""
        return tuple(each for each in self.findings if each.digest not in self.acknowledged)

    @property
    def is_acknowledged(self) -> bool:
        """Something was found, and somebody stands for every bit of it; so nobody need be called again."""
        return bool(self.findings) and self.is_whole and not self.new


def digest_of_findings(findings: Iterable[Finding]) -> str:
    """SHA-256 over their digests, each with a line feed, in hexadecimal."""
    return hashlib.sha256("".join(f"{each.digest}\n" for each in findings).encode("ascii")).hexdigest()


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
    audit = Audit(reading_key=reading_key, known_checkpoints=known_checkpoints, progress=progress, state_at=state_at)
    audit.begin(tx)
    return audit.finish(tx, now=now)


class Audit:
    """One verification, in as many reading transactions as its caller likes.

    ::

        begin    head, epochs, pruning; how far the trail is now
        step     the next leaves and all that belongs to them, in one state of the database; never beyond that size
        finish   the leaves that are left, then everything that is said about the whole, in one state

    A leaf and what belongs to it are written once and together, and nothing but erasure and pruning, which are on
    record, takes any of it away: so it makes no difference in which transaction they are looked at. The end does:
    counters, head, inbox and the newest leaves change with every entry, and are compared in the transaction of
    ``finish``.
    """

    def __init__(
        self,
        *,
        reading_key: Secret | None,
        known_checkpoints: Iterable[str] = (),
        progress: Progress | None = None,
        state_at: int = 0,
        start: VerifiedState | None = None,
        must_be_recorded: bool = False,
        is_tree_only: bool = False,
    ) -> None:
        """``start``: where a verification before ended; ``must_be_recorded`` if a leaf must name it, since it comes
        from the database itself. ``is_tree_only`` checks (4) and (5) and believes the table of epochs.
        """
        self._walk = Walk(capture_at=state_at)
        self._start = start
        self._must_be_recorded = must_be_recorded
        self._is_tree_only = is_tree_only
        self._known = tuple(known_checkpoints)
        self._progress = progress
        self._reading_key = reading_key
        self._values = ValueChecks(reading_key)
        self._examiners: Examiners | None = None
        self._examined = 0
        self._signed = Signed(())
        self._pruning: StoredPruning | None = None
        self._size = 0
        self._verified: VerifiedState | None = None

    def begin(self, tx: Connection) -> None:
        """Looks at how things stand."""
        head = ledger_walking.stored_head(tx)
        self._size = max(0, head.size) if head is not None else 0
        self._signed = open_known(self._walk, self._known, ledger_reading.list_epochs(tx))
        self._walk.detailed_from = ledger_reading.detailed_from(tx)
        if self._start is not None and self._size >= self._start.size:
            resume(self._walk, self._start)
            check_frontier(tx, self._walk, self._signed)
        self._note_prunings(tx)

    def step(self, tx: Connection) -> bool:
        """Checks the next leaves. False, and nothing done, when the rest is for :meth:`finish`.

        That is the last leaf of those that there were: while the vault was sealed it may not have been signed for.
        """
        most = min(BATCH, self._size - 1 - self._walk.position)
        if most <= 0:
            return False
        self._note_prunings(tx)
        return self._check_batch(tx, most)

    @contextmanager
    def helped(self, help_: Help | None) -> Iterator[None]:
        """Meanwhile :meth:`take_examined` takes what other processes have looked through. After :meth:`begin`.

        None, or where it would take longer to begin than to be done: nobody helps.
        """
        start = max(self._walk.position, self._walk.pruned_to)
        end = self._size - 1
        if help_ is None or help_.processes < 2 or end - start < help_.least:
            yield
            return
        given = [(each.origin, each.size, each.root) for known in self._signed.known.values() for each in known]
        known = Known(self._signed.epochs, given, self._walk.detailed_from, self._is_tree_only)
        with Examiners(help_, known, reading_key=self._reading_key, start=start, end=end) as self._examiners:
            try:
                yield
            finally:
                self._examiners = None

    def take_examined(self) -> bool:
        """Goes on by a segment that others have found nothing in; waits for them, so best in no transaction.

        False, and nothing done, where the next leaves are for :meth:`step`.
        """
        walk = self._walk
        if self._examiners is None or walk.position < walk.pruned_to:
            return False
        outcome = self._examiners.outcome(walk.position)
        if outcome is None or walk.position < walk.capture_at <= outcome.end:
            return False
        if not take_over(walk, self._signed, outcome, is_tree_only=self._is_tree_only):
            return False
        self._examined += outcome.end - outcome.start
        self._tell()
        return True

    def finish(self, tx: Connection, *, now: dt.datetime) -> VerificationReport:
        """Checks what is left, then head, counters, epochs, promises and inbox, and says what was found."""
        head = ledger_walking.stored_head(tx)
        walk = self._walk
        if head is None:
            walk.find("head.missing")
            return self._report(tx, None, waiting=0)
        if self._start is not None and 0 <= head.size < self._start.size:
            walk.find("frontier.beyond_end", detail=str(self._start.size))
            return self._report(tx, head, waiting=0)
        self._size = max(head.size, walk.position)
        self._signed.epochs = ledger_reading.list_epochs(tx)
        self._note_prunings(tx)
        while self._check_batch(tx, BATCH):
            pass
        check_end(tx, walk, head, self._signed)
        if self._is_tree_only:
            return self._report(tx, head, waiting=ledger_reading.count_waiting(tx))
        self._verified = capture(walk)
        waiting = _check_inbox(tx, walk)
        _check_counters(tx, walk)
        _check_head(walk, head)
        _check_epochs(walk, head, self._signed.epochs)
        _check_promises(walk, now)
        _check_pruning(walk, self._pruning, ledger_walking.strange_prunings(tx))
        if self._must_be_recorded and self._start is not None and self._start.digest not in walk.verified_states:
            walk.find("frontier.unrecorded", self._start.size - 1, evidence=evidence_of(self._start.digest))
        return self._report(tx, head, waiting=waiting)

    def _report(self, tx: Connection, head: StoredHead | None, *, waiting: int) -> VerificationReport:
        walk = self._walk
        return VerificationReport(
            size=walk.position,
            root=walk.frontier.root(),
            checkpoint_size=self._signed.up_to,
            unsigned=max(0, (head.size if head else 0) - self._signed.up_to),
            waiting=waiting,
            erased=walk.erased,
            findings=with_evidence(tx, walk.findings),
            pruned=walk.gone.count,
            state=walk.captured,
            start=self._start.size if self._start is not None else 0,
            is_tree_only=self._is_tree_only,
            verified=None if walk.findings or self._reading_key is None else self._verified,
            are_values_opened=self._reading_key is not None and not self._is_tree_only,
            examined=self._examined,
            unvouched=tuple(walk.unvouched),
            is_whole=not walk.is_broken
            and len(walk.findings) < MOST_FINDINGS
            and not any(each.check in _UNSEEN for each in walk.findings),
        )

    def _note_prunings(self, tx: Connection) -> None:
        """The one that reaches furthest. One that is done behind the walk takes away nothing that was not looked at."""
        size = ledger_walking.largest_pruning(tx)
        if size > max(self._walk.position, self._walk.pruned_to):
            self._pruning = ledger_walking.stored_pruning(tx, size)
            self._walk.pruned_to = size

    def _check_batch(self, tx: Connection, most: int) -> bool:
        values = None if self._is_tree_only else self._values
        if not check_next(tx, self._walk, self._signed, values, most=self._up_to_a_border(most)):
            return False
        if not self._is_tree_only:
            self._check_border()
        self._tell()
        return True

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self._walk.position, max(self._size, self._walk.position))

    def _up_to_a_border(self, most: int) -> int:
        """A batch ends where a state is taken or put in, and where others have looked further."""
        walk, position = self._walk, self._walk.position
        beyond = self._examiners.next_border(position) if self._examiners is not None else 0
        borders = [each - position for each in (walk.pruned_to, walk.capture_at, beyond) if each > position]
        return min([most, *borders])

    def _check_border(self) -> None:
        walk = self._walk
        if self._pruning is not None and walk.position == self._pruning.size:
            _go_on_from(walk, self._pruning)
        if walk.position == walk.capture_at:
            walk.captured = encode_state(walk)


def _go_on_from(walk: Walk, pruning: StoredPruning) -> None:
    """(9) Counters and open ends as they stood when the bodies below were removed."""
    walk.pruned_root = walk.frontier.root().hex()
    try:
        restore_state(walk, pruning.state)
    except StateRefused as error:
        walk.find("pruned.state", walk.position - 1, str(error), evidence=evidence_of(walk.pruned_root, pruning.state))


def _check_counters(tx: Connection, walk: Walk) -> None:
    """(2) The last numbers given out are the last that leaves have."""
    for kind, name, last in (("d", "dseq", walk.documents), ("u", "useq", walk.handles)):
        _compare(walk, f"counter.{name}_last", partial(ledger_walking.counters_of, tx, kind), last)


def _check_head(walk: Walk, head: StoredHead) -> None:
    """(3) The time and the beginning of the day that the next entry will be dated and counted by."""
    if not walk.logged:
        return
    # by how much, which stays as it is when both go on
    ahead = head.logged - (millis_of(walk.logged) or 0), head.day_from - walk.day_from
    if any(ahead):
        walk.find("head.time", evidence=evidence_of(*ahead))


def _check_epochs(walk: Walk, head: StoredHead, epochs: Sequence[EpochRow]) -> None:
    """(5) A key that no leaf names was put in beside the trail, or stands there in a row that is none of an epoch."""
    if walk.origin != head.origin:
        walk.find("head.origin", 0, evidence=evidence_of(head.origin, walk.origin))
    for strange in (epoch for epoch in epochs if epoch.strange):
        walk.find("epoch.unrecorded", detail=str(strange.number), evidence=evidence_of(strange.strange))
    stored = {
        epoch.number: NamedKey(base64.b64encode(epoch.public).decode("ascii"), epoch.origin, epoch.from_size)
        for epoch in epochs
        if not epoch.strange
    }
    for number in sorted(stored.keys() | walk.keys.keys()):
        row, named = stored.get(number), walk.keys.get(number)
        if row is None or named is None or row[:2] != named[:2] or named.from_size not in {None, row.from_size}:
            evidence = evidence_of(*(row or (None,)), *(named or (None,)))
            walk.find("epoch.unrecorded", detail=str(number), evidence=evidence)


def _check_promises(walk: Walk, now: dt.datetime) -> None:
    """(6), (7) What an entry was to follow has followed."""
    for period, use in walk.erased_periods.items():
        if period not in walk.recorded_erasures:
            walk.find("value.erased_unrecorded", use.position, evidence=evidence_of(period))
        elif walk.recorded_erasures[period] not in {"", use.month}:
            walk.find("value.misplaced", use.position)
    for intent in walk.intents.values():
        if intent.logged < now - INTENT_GRACE:
            walk.find("intent.unanswered", intent.position)


def _check_pruning(walk: Walk, pruning: StoredPruning | None, strange: Sequence[StoredPruning]) -> None:
    """(9) A leaf stands by what was pruned: up to where, with which root and state, and how much at most."""
    for each in strange:
        walk.find("pruned.unrecorded", detail=each.strange, evidence=evidence_of(each.strange, each.state))
    if pruning is None:
        return
    if (pruning.size, walk.pruned_root, digest_of_state(pruning.state)) not in walk.recorded_prunings:
        evidence = evidence_of(walk.pruned_root, pruning.state)
        walk.find("pruned.unrecorded", detail=str(pruning.size), evidence=evidence)
    more = walk.gone.count - sum(walk.recorded_prunings.values())
    if more > 0:
        walk.find("pruned.more", detail=f"{more}: {walk.gone}")


def _check_inbox(tx: Connection, walk: Walk) -> int:
    """(8) What waits must continue each lane without a hole up to the last number given out."""
    waiting = 0
    for draft in ledger_walking.waiting_drafts(tx):
        waiting += 1
        try:
            facts = parse_object(draft)
        except NotCanonical:
            walk.find("inbox.canonical", evidence=evidence_of(draft))
            continue
        check_dense(walk, -1, facts, "nseq", walk.lanes, lane_of(facts))
        if facts.get("event") in _DONE_BEFORE_PLACED:
            note_of_the_log(walk, -1, facts)
    _compare(walk, "counter.nseq_last", partial(ledger_walking.lanes_of, tx), walk.lanes)
    return waiting


def _compare(walk: Walk, check: str, stored: Callable[[], Iterable[tuple[str, int]]], walked: Counters) -> None:
    """The last numbers that the database holds and those that the leaves have come to."""
    known = 0

    def differing() -> Iterator[tuple[str, str]]:
        """With by how much, which stays as it is when both go on."""
        nonlocal known
        for subject, last in stored():
            found = walked.get(subject)
            known += found is not None
            if found != last:
                yield subject, evidence_of(str(last - (found or 0) if isinstance(last, int) else last))
        if known != len(walked):
            yield from ((subject, "") for subject in _without_a_row(stored, walked))

    for subject, evidence in nsmallest(MOST_FINDINGS, differing()):
        walk.find(check, detail=subject, evidence=evidence)


def _without_a_row(stored: Callable[[], Iterable[tuple[str, int]]], walked: Counters) -> Iterator[str]:
    """Owners that leaves count and the database does not."""
    left = SpilledCounters()
    for subject, last in walked.items():
        left[subject] = last
    for subject, _last in stored():
        left.discard(subject)
    return (subject for subject, _last in left.items())
