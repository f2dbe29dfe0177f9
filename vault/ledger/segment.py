"""A stretch of the trail, checked without knowing what was before it: so that several processes can each check one.

The walk over a segment is the audit's own. What it would have to know of the leaves before, it assumes, and says what
it assumed; whoever has come to the segment's start compares that with what they know and takes the outcome over, or
walks over the segment themselves. An outcome exists only where nothing at all was found and nothing was met that needs
more than these assumptions: so whatever is said about a trail is said by the one walk that goes from leaf to leaf, and
is the same however many processes have helped.

::

    assumed                                       compared with
      edge        the stored hashes on the left     the tree as it was walked over until there
      logged      the leaf before the segment       the latest time so far
      day_from    the closing of a day before it    the first index that the running day's close counts
      first       each lane, document and handle    the last number so far, of which it must be the next
                  begins with the number it has
      answered    a result names an intent before   the intents that nothing has answered so far: such
                  the segment                       a one must be of the kind that the result is for
      erased      one person's and month's          what the leaves before have of the same period
      open        a copy's delivery does            the same, of which it must be one
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from vault.database import ledger_reading, ledger_walking
from vault.database.engine import Connection
from vault.database.ledger_reading import EpochRow
from vault.ledger.audit_facts import Counters, Details, ErasedPeriod, OpenIntent, Unknown, Walk, note_keys_and_erasures
from vault.ledger.audit_tree import Signed
from vault.ledger.canonical import NotCanonical, parse_object
from vault.ledger.checkpoint import Checkpoint
from vault.ledger.events import Event
from vault.ledger.tree import Frontier

SEGMENT = 8_192
"""Leaves in one: about half a second of work, and at most so many owners of counters."""


@dataclass(frozen=True, slots=True)
class Known:
    """What holds for all segments of one verification. ``checkpoints`` were given from outside, and opened."""

    epochs: Sequence[EpochRow]
    checkpoints: Sequence[tuple[str, int, bytes]]
    detailed_from: int
    is_tree_only: bool


@dataclass(frozen=True, slots=True)
class Examined:
    """Of a segment in which nothing is wrong: what was assumed, and what the walk carries on from there."""

    start: int
    end: int
    edge_before: bytes
    logged_before: str
    day_from_before: int
    first: dict[str, dict[str, int]]
    edge: bytes
    logged: str
    day_from: int
    last: dict[str, dict[str, int]]
    intents: dict[str, OpenIntent]
    answered: dict[str, str]
    open: list[str]
    noted: list[tuple[int, str, Details]]
    erased: int
    erased_periods: dict[str, ErasedPeriod]
    signed_to: int


CheckNext = Callable[[Connection, Walk, Signed, int], bool]
"""The audit's own checks of the next leaves, at most so many; False if there are none."""


def examine(tx: Connection, known: Known, start: int, *, end: int, check: CheckNext, batch: int) -> Examined | None:
    """The outcome for the leaves from ``start`` to before ``end``; None where somebody must look who knows more."""
    walk = _assumed_walk(tx, known, start)
    if walk is None or walk.unknown is None:
        return None
    signed = Signed(known.epochs, _known_between(known.checkpoints, start, end))
    edge, logged, day_from = walk.frontier.edge_bytes(), walk.logged, walk.day_from
    while walk.position < end:
        if not check(tx, walk, signed, min(batch, end - walk.position)) or walk.findings or walk.is_broken:
            return None
    if any(event == Event.TRAIL_SUCCEEDED.value for _position, event, _details in walk.unknown.noted):
        return None
    return Examined(
        start=start,
        end=walk.position,
        edge_before=edge,
        logged_before=logged,
        day_from_before=day_from,
        first=walk.unknown.first,
        edge=walk.frontier.edge_bytes(),
        logged=walk.logged,
        day_from=walk.day_from,
        last={name: dict(counters.items()) for name, counters in _counters(walk).items()},
        intents=walk.intents,
        answered=walk.unknown.answered,
        open=walk.unknown.open,
        noted=walk.unknown.noted,
        erased=walk.erased,
        erased_periods=walk.erased_periods,
        signed_to=signed.up_to,
    )


def take_over(walk: Walk, signed: Signed, outcome: Examined, *, is_tree_only: bool) -> bool:
    """Goes on after the segment as if it had been walked over; False, and nothing done, where that would differ."""
    if walk.position != outcome.start or walk.is_broken or walk.frontier.edge_bytes() != outcome.edge_before:
        return False
    if not is_tree_only and not _continues(walk, outcome):
        return False
    walk.position, walk.frontier = outcome.end, Frontier.from_bytes(outcome.end, outcome.edge)
    signed.up_to = max(signed.up_to, outcome.signed_to)
    for size in [each for each in signed.known if outcome.start < each <= outcome.end]:
        signed.known.pop(size)
    if is_tree_only:
        return True
    walk.logged, walk.day_from = outcome.logged, outcome.day_from
    for name, counters in _counters(walk).items():
        for owner, number in outcome.last[name].items():
            counters[owner] = number
    for entry_id in outcome.answered:
        walk.intents.pop(entry_id, None)
    walk.intents |= outcome.intents
    for position, event, details in outcome.noted:
        note_keys_and_erasures(walk, position, Event(event), details)
    walk.erased += outcome.erased
    for period, use in outcome.erased_periods.items():
        walk.erased_periods[period] = walk.erased_periods.get(period, use).with_all_of(use)
    return True


def _continues(walk: Walk, outcome: Examined) -> bool:
    if (walk.logged, walk.day_from) != (outcome.logged_before, outcome.day_from_before):
        return False
    if not all(intent in walk.intents for intent in outcome.open):
        return False
    asked = ((walk.intents.get(intent), event) for intent, event in outcome.answered.items())
    if any(each is not None and each.event not in {"", event} for each, event in asked):
        return False
    for period, use in outcome.erased_periods.items():
        if not walk.erased_periods.get(period, use).fits(use):
            return False
    return all(
        number == (counters.get(owner) or 0) + 1
        for name, counters in _counters(walk).items()
        for owner, number in outcome.first[name].items()
    )


def _counters(walk: Walk) -> dict[str, Counters]:
    return {"nseq": walk.lanes, "dseq": walk.documents, "useq": walk.handles}


def _assumed_walk(tx: Connection, known: Known, start: int) -> Walk | None:
    """A walk that has come to ``start``; None where the database does not have what it would have to assume."""
    unknown = Unknown(first={"nseq": {}, "dseq": {}, "useq": {}})
    walk = Walk(detailed_from=known.detailed_from, position=start, lanes={}, documents={}, handles={}, unknown=unknown)
    levels = [level for level in reversed(range(start.bit_length())) if start >> level & 1]
    try:
        edge = [ledger_reading.subtree_hash(tx, level, (start >> level) - 1) for level in levels]
        walk.frontier = Frontier.from_bytes(start, b"".join(edge))
    except (KeyError, TypeError, ValueError):
        return None
    if known.is_tree_only or not start:
        return walk
    before = ledger_walking.leaf_batch(tx, start - 1, most=1)
    try:
        walk.logged = str(parse_object(before[0].leaf).get("logged", "")) if before else ""
    except NotCanonical:
        return None
    closed = ledger_walking.last_position_of(tx, Event.DAY_CLOSE.value, before=start)
    walk.day_from = 1 if closed is None else closed + 1
    return walk


def _known_between(checkpoints: Iterable[tuple[str, int, bytes]], start: int, end: int) -> dict[int, list[Checkpoint]]:
    found: dict[int, list[Checkpoint]] = {}
    for origin, size, root in checkpoints:
        if start < size <= end:
            found.setdefault(size, []).append(Checkpoint(origin, size, root))
    return found
