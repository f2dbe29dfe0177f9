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

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from keys.model import Secret
from vault.database import ledger_reading, ledger_walking
from vault.database.engine import Connection
from vault.database.ledger_walking import StoredHead, StoredPruning
from vault.ledger.audit_facts import Walk, evidence_of
from vault.ledger.audit_leaves import check_next
from vault.ledger.audit_report import VerificationReport, tell_all
from vault.ledger.audit_tree import Signed, check_end, check_frontier, open_known
from vault.ledger.audit_values import ValueChecks
from vault.ledger.audit_whole import (
    check_counters,
    check_epochs,
    check_head,
    check_inbox,
    check_promises,
    check_pruning,
)
from vault.ledger.evidence import with_evidence
from vault.ledger.examiners import Examiners, Help
from vault.ledger.pruned_state import StateRefused, encode_state, restore_state
from vault.ledger.segment import Known, take_over
from vault.ledger.verified_state import VerifiedState, capture, resume

BATCH = 2048
Progress = Callable[[int, int], None]
"""(leaves checked, leaves in all)."""


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
        waiting = check_inbox(tx, walk)
        check_counters(tx, walk)
        check_head(walk, head)
        check_epochs(walk, head, self._signed.epochs)
        check_promises(walk, now)
        check_pruning(walk, self._pruning, ledger_walking.strange_prunings(tx))
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
            is_whole=not walk.is_broken and tell_all(walk.findings),
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
