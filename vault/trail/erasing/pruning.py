"""Pruning old entries: their bodies and values go, their hashes stay, and every proof ever given still verifies.

::

    (1) the whole trail is verified       anything wrong stops it: nothing is removed that could prove it
    (2) one transaction                   both people still in office; what a verification carries at the pruned size is
                                          stored, and a ``trail.pruned`` leaf names it with size, root and number
    (3) in batches                        bodies, values and search rows go, except what the trail cannot be verified
                                          without and what a hold in force forbids; exports of them that are not made
                                          yet end
    (4) one transaction                   hours are counted anew by what is left, keys of months that seal nothing any
                                          more go; the end

The leaf stands before the first body is gone, and removing goes on from what is left: killed anywhere, it resumes.
"""

from __future__ import annotations

from vault.custody.keyroom import ServiceKey
from vault.database import anchor_queries, erasure_queries, ledger_pruning, ledger_sequencing, trail_tallying
from vault.database.engine import Connection, reading, transaction
from vault.database.erasure_queries import ErasureRecord
from vault.database.ledger_pruning import PruningRow
from vault.errors import Conflict
from vault.ledger.audit import verify_ledger
from vault.ledger.audit_report import VerificationReport
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.ledger.pruned_state import digest_of_state, root_of_state
from vault.policy.erasing import month_of
from vault.runtime import Vault
from vault.trail.erasing.exports import end_unmade_with
from vault.trail.erasing.looking import KEPT_EVENTS
from vault.trail.erasing.progress import BATCH, advance, finish, require_still_allowed
from vault.trail.erasing.scope import Report

REMOVING, KEYS = "removing", "keys"
CONTRADICTED = frozenset({"behind", "differs"})
"""What an anchor last said: then the newest entries are missing here, or others stand in their place."""


def step(vault: Vault, erasure: ErasureRecord) -> bool:
    """The next piece. Sealed while the vault is: what is to be removed is verified with its values."""
    if erasure.phase == REMOVING:
        _remove(vault, erasure)
    elif erasure.phase == KEYS:
        return _end(vault, erasure)
    else:
        report = _verify(vault, erasure)
        with transaction(vault.engine) as tx:
            _record(vault, tx, erasure, report)
    return True


def _verify(vault: Vault, erasure: ErasureRecord) -> VerificationReport:
    """(1) Conflict ``erasure.not_sound`` if anything is wrong with the trail, wherever it is."""
    key = vault.keyroom.service_key(ServiceKey.TRAIL_READING)
    with reading(vault.engine) as tx:
        report = verify_ledger(tx, now=vault.clock.now(), reading_key=key, state_at=erasure.size)
        outside = anchor_queries.load_outside(tx)
    if outside is not None and outside.state in CONTRADICTED:
        raise Conflict("erasure.not_sound")
    if not report.is_sound or not report.state or report.checkpoint_size < erasure.size:
        raise Conflict("erasure.not_sound")
    return report


def _record(vault: Vault, tx: Connection, erasure: ErasureRecord, report: VerificationReport) -> None:
    """(2)"""
    erasure_queries.lock_holds(tx)
    require_still_allowed(tx, erasure)
    newest = ledger_pruning.newest_pruning(tx)
    count, _kept, _held = ledger_pruning.count_prunable(tx, size=erasure.size, kept_events=KEPT_EVENTS)
    if not count or (newest is not None and newest.size >= erasure.size):
        raise Conflict("erasure.nothing")
    ledger_pruning.store_pruning(tx, PruningRow(erasure.size, erasure.id, report.state, vault.clock.now()))
    facts: dict[str, str | int] = {
        "erasure": erasure.id,
        "from": newest.size if newest else 0,
        "size": erasure.size,
        "count": count,
        "root": root_of_state(report.state),
        "state": digest_of_state(report.state),
    }
    vault.recorder.append(tx, Entry(Event.TRAIL_PRUNED, Outcome.SUCCESS, details=facts))
    advance(vault, tx, erasure, phase=REMOVING, cursor="-1", total=count)


def _remove(vault: Vault, erasure: ErasureRecord) -> None:
    """(3)"""
    with transaction(vault.engine) as tx:
        erasure_queries.lock_forgetting(tx)
        erasure_queries.lock_holds(tx)
        end_unmade_with(vault, tx, below=erasure.size)
        erasure_queries.note_forgetting(tx)
        removed, last = ledger_pruning.remove_bodies(
            tx, size=erasure.size, after=int(erasure.cursor), kept_events=KEPT_EVENTS, limit=BATCH
        )
        if last is None:
            advance(vault, tx, erasure, phase=KEYS)
        else:
            advance(vault, tx, erasure, cursor=str(last), done=erasure.done + removed)


def _end(vault: Vault, erasure: ErasureRecord) -> bool:
    """(4) False while somebody sequences, who counts entries by the hour, too."""
    before = erasure.before
    assert before is not None
    with transaction(vault.engine) as tx:
        if not ledger_sequencing.take_lead(tx):
            return False
        trail_tallying.recount_before(tx, before)
        periods = ledger_pruning.remove_unused_periods(tx, before_month=month_of(before))
        finish(vault, tx, erasure, Report(entries=erasure.done, periods=periods))
    return True
