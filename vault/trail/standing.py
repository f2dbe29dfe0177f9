"""Where the trail stands: how much there is, how far it is signed, what waits, and how it was last verified."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterator
from dataclasses import dataclass

from keys.model import Secret
from vault.anchors.standing import Anchored, load_anchored
from vault.custody.keyroom import ServiceKey
from vault.database import key_queries, ledger_pruning, ledger_reading, ledger_sequencing
from vault.database.engine import Connection, reading
from vault.database.ledger_reading import SearchCriteria
from vault.database.ledger_sequencing import SearchRow
from vault.errors import Sealed, TamperError
from vault.ledger.canonical import NotCanonical, parse_object
from vault.ledger.checkpoint import Checkpoint, CheckpointRefused
from vault.ledger.epochs import open_under_epochs
from vault.ledger.events import Event, Outcome
from vault.model import Actor, Office
from vault.recording import require_office
from vault.runtime import Vault

ENDED_EARLY = "verification.cut_short"
"""Code of a verification that something ended before anybody knew what the rest holds."""
_AT_ONCE, _MOST_LOOKS = 10, 100
"""Back, for the verification that stands: of those that found something, and of the others."""
_MANY_AT_ONCE, _MOST_SINCE = 200, 10_000
"""Back, for one of everything since another was cut short: of those that go on from the last there may be very many."""


@dataclass(frozen=True, slots=True)
class LastVerification:
    """The finished verification that stands, as the trail itself tells of it: the newest, as a rule.

    ``acknowledged`` of its ``findings`` had been acknowledged by then. Not ``are_values_opened`` while the vault was
    sealed: sound only as far as could be looked at. ``start`` entries were not looked at again.
    """

    index: int
    at: dt.datetime
    size: int
    is_sound: bool
    findings: int = 0
    acknowledged: int = 0
    are_values_opened: bool = True
    start: int = 0


@dataclass(frozen=True, slots=True)
class EndedEarly:
    """A verification that came to no end by something that cannot be read, or a fault; its entry and when."""

    index: int
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """``checkpoint`` is the newest one, None while there is none; ``is_refused`` when its signature is not good.

    ``note`` is the checkpoint as it is signed, to be kept elsewhere. ``waiting`` entries have no place yet. Entries
    below ``pruned_to`` were removed by age at ``pruned_at``, except those that had to be kept. ``ended_early`` is a
    verification that something ended before its end, if none of everything came to its end since.
    """

    size: int
    waiting: int
    checkpoint: Checkpoint | None
    note: str
    signed_at: dt.datetime | None
    is_refused: bool
    verified: LastVerification | None
    anchored: Anchored
    pruned_to: int = 0
    pruned_at: dt.datetime | None = None
    ended_early: EndedEarly | None = None

    @property
    def signed_to(self) -> int:
        """How many entries, from the first, the checkpoint stands for."""
        return self.checkpoint.size if self.checkpoint else 0


def show_standing(vault: Vault, actor: Actor) -> Standing:
    """Where it stands now, for an auditor. Says nothing of any entry, so it is not recorded."""
    with reading(vault.engine) as tx:
        require_office(tx, actor, Office.AUDITOR)
        return load_standing(tx)


def load_standing(tx: Connection) -> Standing:
    """As things are in this transaction."""
    head = ledger_sequencing.load_head(tx)
    newest = ledger_reading.newest_checkpoint(tx)
    note, signed_at = newest or ("", None)
    pruning = ledger_pruning.newest_pruning(tx)
    checkpoint = _opened(tx, note) if note else None
    return Standing(
        size=head.size if head else 0,
        waiting=ledger_reading.count_waiting(tx),
        checkpoint=checkpoint,
        note=note if checkpoint else "",
        signed_at=signed_at if checkpoint else None,
        is_refused=bool(note) and checkpoint is None,
        verified=last_verification(tx),
        anchored=load_anchored(tx),
        pruned_to=pruning.size if pruning else 0,
        pruned_at=pruning.pruned_at if pruning else None,
        ended_early=ended_early(tx),
    )


def signed_size(tx: Connection) -> int:
    """How many entries, from the first, the newest checkpoint stands for. TamperError if no key of the trail's own
    signed it."""
    newest = ledger_reading.newest_checkpoint(tx)
    if newest is None:
        return 0
    checkpoint = _opened(tx, newest[0])
    if checkpoint is None:
        raise TamperError("trail.checkpoint")
    return checkpoint.size


def reading_key_of(vault: Vault) -> Secret | None:
    """The trail-reading key, or None while the vault is sealed: leaves show, personal values do not."""
    try:
        return vault.keyroom.service_key(ServiceKey.TRAIL_READING)
    except Sealed:
        return None


def signing_public_of(tx: Connection) -> bytes:
    """The public half of the key that signs checkpoints now."""
    stored = {record.name: record.public for record in key_queries.list_service_keys(tx)}
    public = stored.get(ServiceKey.TRAIL_SIGNING.value)
    if public is None:
        raise Sealed("vault.not_initialised")
    return public


def _opened(tx: Connection, note: str) -> Checkpoint | None:
    """The checkpoint, if the key that signed for its size then signed it."""
    try:
        return open_under_epochs(note, ledger_reading.list_epochs(tx))
    except CheckpointRefused:
        return None


def last_verification(tx: Connection, *, before: int | None = None) -> LastVerification | None:
    """By the leaf, not by what the search index says of it; one that was given up, or of hashes alone, is none.

    One of a sealed vault takes nothing back: if it found nothing, the newest that did find something stands on, until
    one has opened values and found nothing. With ``before`` of those among so many entries.
    """
    newest_first = _newest_first(tx, before=before)
    newest = next(newest_first, None)
    if newest is None or newest.are_values_opened or not newest.is_sound:
        return newest
    for each in newest_first:
        if not each.is_sound:
            return each
        if each.are_values_opened:
            break
    return newest


def ended_early(tx: Connection) -> EndedEarly | None:
    """The newest verification that was cut short, by the leaf; None where one of everything came to its end since.

    One of hashes alone, of a sealed vault, or that goes on from the last takes nothing back: it reads less than what
    may have ended the other. One behind more than :data:`_MOST_LOOKS` others that failed since is not found.
    """
    for row, facts in _entries(tx, Outcome.FAILED):
        if facts.get("event") == Event.TRAIL_VERIFIED.value and facts.get("code") == ENDED_EARLY:
            return None if _is_all_read_since(tx, row.position) else EndedEarly(row.position, row.time)
    return None


def _is_all_read_since(tx: Connection, position: int) -> bool:
    """Whether a verification that left nothing out came to its end after that entry."""
    for each in _newest_first(tx, most=_MOST_SINCE, at_once=_MANY_AT_ONCE):
        if each.index < position:
            break
        if each.are_values_opened and not each.start:
            return True
    return False


def _newest_first(
    tx: Connection, *, before: int | None = None, most: int = _MOST_LOOKS, at_once: int = _AT_ONCE
) -> Iterator[LastVerification]:
    """Those that came to their end, whatever they found."""
    each_outcome = (
        _verifications(tx, outcome, before=before, most=most, at_once=at_once)
        for outcome in (Outcome.SUCCESS, Outcome.FAILED)
    )
    return heapq.merge(*each_outcome, key=lambda each: each.index, reverse=True)


def _verifications(
    tx: Connection, outcome: Outcome, *, before: int | None, most: int, at_once: int
) -> Iterator[LastVerification]:
    for row, facts in _entries(tx, outcome, before=before, most=most, at_once=at_once):
        if (found := _verification(facts, row.position, row.time)) is not None:
            yield found


def _entries(
    tx: Connection, outcome: Outcome, *, before: int | None = None, most: int = _MOST_LOOKS, at_once: int = _AT_ONCE
) -> Iterator[tuple[SearchRow, dict[str, object]]]:
    """The newest first, with what the leaf says, of at most so many that the search index gives this outcome."""
    criteria = SearchCriteria(event=Event.TRAIL_VERIFIED.value, outcome=outcome.value)
    for _look in range(most // at_once):
        rows = ledger_reading.search_positions(tx, criteria, before=before, limit=at_once)
        leaves = ledger_reading.load_leaves(tx, [row.position for row in rows])
        for row in rows:
            if leaf := leaves.get(row.position):
                yield row, _facts(leaf.leaf)
        if len(rows) < at_once:
            return
        before = rows[-1].position


def _verification(facts: dict[str, object], index: int, at: dt.datetime) -> LastVerification | None:
    details = facts.get("details")
    if facts.get("event") != Event.TRAIL_VERIFIED.value or not isinstance(details, dict):
        return None
    numbers = [details.get("size"), details.get("findings"), details.get("acknowledged", 0), details.get("from", 0)]
    size, findings, acknowledged, start = (each if type(each) is int and each >= 0 else None for each in numbers)
    if size is None or findings is None or acknowledged is None or start is None or "only" in details:
        return None  # of another kind, or nothing that a verification has written
    is_sound = facts.get("outcome") == Outcome.SUCCESS.value
    are_opened = details.get("values") != "sealed"
    return LastVerification(index, at, size, is_sound, findings, acknowledged, are_opened, start)


def _facts(leaf: bytes) -> dict[str, object]:
    try:
        return dict(parse_object(leaf))
    except NotCanonical:
        return {}
