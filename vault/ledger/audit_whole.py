"""What a verification says about the whole, once every leaf is walked; numbers in brackets as in vault/ledger/audit.py.

Counters, head, inbox and promises change with every entry, so all are looked at in one state of the database.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from heapq import nsmallest

from vault.database import ledger_walking
from vault.database.engine import Connection
from vault.database.ledger_reading import EpochRow
from vault.database.ledger_walking import StoredHead, StoredPruning
from vault.database.spilled_counters import SpilledCounters
from vault.ledger.audit_facts import MOST_FINDINGS, Counters, Walk, check_dense, evidence_of, lane_of, millis_of
from vault.ledger.audit_keys import NamedKey
from vault.ledger.audit_leaves import note_of_the_log
from vault.ledger.canonical import NotCanonical, parse_object
from vault.ledger.events import Event
from vault.ledger.pruned_state import digest_of_state

INTENT_GRACE = dt.timedelta(minutes=5)
"""So long a result may take before its intent is unanswered."""
_DONE_BEFORE_PLACED = (Event.TRAIL_ERASED.value, Event.TRAIL_PRUNED.value, Event.TRAIL_VERIFIED.value)
"""What is done in the database before the leaf that says so has its place."""


def check_counters(tx: Connection, walk: Walk) -> None:
    """(2) The last numbers given out are the last that leaves have."""
    for kind, name, last in (("d", "dseq", walk.documents), ("u", "useq", walk.handles)):
        _compare(walk, f"counter.{name}_last", partial(ledger_walking.counters_of, tx, kind), last)


def check_head(walk: Walk, head: StoredHead) -> None:
    """(3) The time and the beginning of the day that the next entry will be dated and counted by."""
    if not walk.logged:
        return
    # by how much, which stays as it is when both go on
    ahead = head.logged - (millis_of(walk.logged) or 0), head.day_from - walk.day_from
    if any(ahead):
        walk.find("head.time", evidence=evidence_of(*ahead))


def check_epochs(walk: Walk, head: StoredHead, epochs: Sequence[EpochRow]) -> None:
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


def check_promises(walk: Walk, now: dt.datetime) -> None:
    """(6), (7) What an entry was to follow has followed."""
    for period, use in walk.erased_periods.items():
        if period not in walk.recorded_erasures:
            walk.find("value.erased_unrecorded", use.position, evidence=evidence_of(period))
        elif walk.recorded_erasures[period] not in {"", use.month}:
            walk.find("value.misplaced", use.position)
    for intent in walk.intents.values():
        if intent.logged < now - INTENT_GRACE:
            walk.find("intent.unanswered", intent.position)


def check_pruning(walk: Walk, pruning: StoredPruning | None, strange: Sequence[StoredPruning]) -> None:
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


def check_inbox(tx: Connection, walk: Walk) -> int:
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
