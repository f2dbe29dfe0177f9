"""Placing the newest checkpoint with one anchor, when there is news and it is this process's turn.

::

    one turn
      (1) look       is it due, is there news, may it be placed; a reading transaction, nothing is changed
      (2) take       a conditional update gives the turn to one process for as long as a placement may take
      (3) place      at the anchor, outside any transaction
      (4) record     receipt, state and entries in one transaction

Killed between (3) and (4), the anchor holds a checkpoint that no row tells of; the turn lapses, and the same note is
placed once more, which does no harm. Each anchor has a thread of its own, so one that is away stops no other.

While nobody has agreed yet with this process's database nothing is placed; the turn is then spent on asking the anchor.
So one that is away from the beginning fails as visibly as one that goes away later, and alarms after the same time.

*News* is any entry but those about anchoring itself: a placement makes an entry, and would otherwise be the reason for
the next one for ever. What such entries say is anchored with the next thing that happens; each day's closing is one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from vault.anchors.gate import UNPROVEN
from vault.anchors.judging import Verdict
from vault.anchors.port import Anchor, AnchorKind, Contradicted, Placement, Receipt
from vault.anchors.proving import Answer, ask_for_proof, contradict, prove_anchor
from vault.database import anchor_queries, ledger_reading, ledger_sequencing
from vault.database.anchor_queries import AnchoringRow, AnchorRow
from vault.database.engine import Connection, reading, transaction
from vault.errors import OperatorError, TamperError, VaultError
from vault.ledger.checkpoint import Checkpoint, CheckpointRefused
from vault.ledger.entry import Entry
from vault.ledger.epochs import open_under_epochs
from vault.ledger.events import Event, Outcome
from vault.ledger.proofs import consistency_proof
from vault.runtime import Vault

OWN_EVENTS = (Event.TRAIL_ANCHORED.value, Event.TRAIL_ANCHOR_FAILED.value)
TURN = dt.timedelta(seconds=90)
"""Longer than any placement takes: every call to an anchor ends before."""
LONGEST_PAUSE = dt.timedelta(minutes=5)
MOST_DOUBLINGS = 12


def place_once(vault: Vault, anchor: Anchor) -> bool:
    """One turn. Always False: the next is due after a pause. Raises what the anchor raised, once that is recorded."""
    if vault.signing_gate.code == UNPROVEN:
        _try_to_prove(vault, anchor)
        return False
    placement = _due(vault, anchor)  # (1)
    row = _take_turn(vault, anchor) if placement is not None else None  # (2)
    if placement is None or row is None:
        return False
    try:
        if anchor.remembers and not vault.signing_gate.has_agreed(anchor.name):
            prove_anchor(vault, anchor)
        receipt = anchor.place(placement)  # (3)
    except Contradicted as error:
        contradict(vault, Answer(anchor.name, _verdict_of(placement, error), error.outside_size))
        _record_failure(vault, anchor, row, error)
        raise
    except (OperatorError, TamperError) as error:
        _record_failure(vault, anchor, row, error)
        raise
    _record_success(vault, anchor, row, placement, receipt)  # (4)
    return False


def _take_turn(vault: Vault, anchor: Anchor) -> AnchorRow | None:
    now = vault.clock.now()
    with transaction(vault.engine) as tx:
        return anchor_queries.take_turn(tx, anchor.name, kind=anchor.kind.value, now=now, until=now + TURN)


def _try_to_prove(vault: Vault, anchor: Anchor) -> None:
    """Asks an anchor whose agreement is waited for; its failing counts like that of a placement.

    What it says is for :func:`vault.anchors.proving.prove` to hear. An anchor that answers gives its turn back, so that
    it is placed with as soon as the gate is open; what it had failed with before ends with that placement.
    """
    with reading(vault.engine) as tx:
        row, head = anchor_queries.load_anchor(tx, anchor.name), ledger_sequencing.load_head(tx)
    is_due = row is None or row.next_at <= vault.clock.now()
    if head is None or not anchor.remembers or not is_due:
        return
    row = _take_turn(vault, anchor)
    if row is None:
        return
    try:
        ask_for_proof(vault, anchor)
    except (OperatorError, TamperError) as error:
        _record_failure(vault, anchor, row, error)
        raise
    with transaction(vault.engine) as tx:
        anchor_queries.change_anchor(tx, anchor.name, next_at=vault.clock.now())


def _due(vault: Vault, anchor: Anchor) -> Placement | None:
    """The newest checkpoint, if it is to be placed now. Nothing is placed of a database that nobody has agreed with."""
    if not vault.signing_gate.is_open:
        return None
    with reading(vault.engine) as tx:
        row = anchor_queries.load_anchor(tx, anchor.name)
        if row is not None and row.next_at > vault.clock.now():
            return None
        newest = ledger_reading.newest_checkpoint(tx)
        if newest is None:
            return None
        note, _signed_at = newest
        try:
            checkpoint = open_under_epochs(note, ledger_reading.list_epochs(tx))
        except CheckpointRefused:  # shown as such wherever the trail's standing is; never handed on
            return None
        placed = row.placed_size if row else 0
        if checkpoint.size <= placed or not anchor_queries.has_news(tx, since_size=placed, own_events=OWN_EVENTS):
            return None
    return Placement(note, checkpoint, lambda old_size: _proof(vault, old_size, checkpoint))


def _proof(vault: Vault, old_size: int, checkpoint: Checkpoint) -> Sequence[bytes]:
    with reading(vault.engine) as tx:
        return consistency_proof(
            lambda level, position: ledger_reading.subtree_hash(tx, level, position), old_size, size=checkpoint.size
        )


def _verdict_of(placement: Placement, error: Contradicted) -> Verdict:
    return Verdict.BEHIND if error.outside_size > placement.checkpoint.size else Verdict.DIFFERS


def _record_success(vault: Vault, anchor: Anchor, row: AnchorRow, placement: Placement, receipt: Receipt) -> None:
    now, checkpoint = vault.clock.now(), placement.checkpoint
    placed = AnchoringRow(
        anchor=anchor.name,
        kind=anchor.kind.value,
        size=checkpoint.size,
        origin=checkpoint.origin,
        note=placement.note,
        receipt=receipt.content,
        locator=receipt.locator,
        placed_at=now,
    )
    today = now.date().isoformat()
    with transaction(vault.engine) as tx:
        is_new = anchor_queries.store_anchoring(tx, placed)
        is_recorded = is_new and _is_recorded(anchor, row, today)
        if is_recorded:
            _append_placement(vault, tx, anchor, row, placed)
        anchor_queries.change_anchor(
            tx,
            anchor.name,
            next_at=now + dt.timedelta(seconds=anchor.period_seconds),
            failures=0,
            failure_code="",
            failing_since=None,
            alarmed_at=None,
            placed_size=checkpoint.size,
            placed_at=now,
            recorded_day=today if is_recorded else row.recorded_day,
            weakness=receipt.weakness,
        )


def _is_recorded(anchor: Anchor, row: AnchorRow, today: str) -> bool:
    """Whether the placement becomes an entry.

    Each time stamp, because its digest in a later leaf is the other bound of time; of other anchors, which hold their
    evidence themselves, the first of each day and the one that ends an alarm. An entry every ten seconds would bury
    what people did.
    """
    return anchor.kind is AnchorKind.TIMESTAMP or row.recorded_day != today or row.alarmed_at is not None


def _append_placement(vault: Vault, tx: Connection, anchor: Anchor, row: AnchorRow, placed: AnchoringRow) -> None:
    facts: dict[str, str | int] = {
        "anchor": anchor.name,
        "kind": anchor.kind.value,
        "size": placed.size,
        "receipt": hashlib.sha256(placed.receipt).hexdigest(),
    }
    if row.alarmed_at is not None and row.failing_since is not None:
        facts["outage"] = int((placed.placed_at - row.failing_since).total_seconds() // 60)
    vault.recorder.append(tx, Entry(Event.TRAIL_ANCHORED, Outcome.SUCCESS, details=facts))


def _record_failure(vault: Vault, anchor: Anchor, row: AnchorRow, error: VaultError) -> None:
    """Growing pauses; one entry in each outage that lasts longer than the alarm time."""
    now = vault.clock.now()
    since = row.failing_since or now
    pause = dt.timedelta(seconds=anchor.period_seconds * 2 ** min(row.failures, MOST_DOUBLINGS))
    alarm = dt.timedelta(minutes=vault.config.trail.anchors.alarm_minutes)
    is_alarm = row.alarmed_at is None and now - since >= alarm
    with transaction(vault.engine) as tx:
        anchor_queries.change_anchor(
            tx,
            anchor.name,
            next_at=now + min(pause, max(LONGEST_PAUSE, dt.timedelta(seconds=anchor.period_seconds))),
            failures=row.failures + 1,
            failure_code=error.code,
            failing_since=since,
            alarmed_at=now if is_alarm else row.alarmed_at,
        )
        if is_alarm:
            facts: dict[str, str | int] = {
                "anchor": anchor.name,
                "kind": anchor.kind.value,
                "outage": int((now - since).total_seconds() // 60),
                "fault": error.code,
            }
            vault.recorder.append(tx, Entry(Event.TRAIL_ANCHOR_FAILED, Outcome.FAILED, code=error.code, details=facts))
