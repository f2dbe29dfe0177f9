"""Erasing one person: month by month the key is destroyed, and their id goes from what entries are found by.

::

    for each month, oldest first
      (1) one transaction     both people still in office, no hold, the month over; the key is destroyed, and a
                              ``trail.erased`` leaf names its period; what was counted of the month and said in it
                              beside the trail goes; the last month takes the person's handle with it,
                              once nobody is making a new period
      (2) wait                until every transaction has ended that may have read the key before (1)
      (3) in batches          files of exports that hold the person's values end, and their id goes from the inbox and
                              the search rows of entries that the key sealed
    (4) one transaction       the end: the row forgets whom it was about

Killed anywhere, the next worker goes on: after (1) the audit is sound, since a leaf says what was erased, and (3) can
be done again. A hold placed between two months stops it there, with nothing half done.
"""

from __future__ import annotations

import msgspec

from vault.database import (
    erasing_beside,
    erasure_queries,
    ledger_erasing,
    ledger_sequencing,
    people_queries,
    trail_tallying,
)
from vault.database.engine import Connection, transaction
from vault.database.erasure_queries import ErasureRecord
from vault.errors import Conflict
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.runtime import Vault
from vault.trail.erasing.exports import end_exports_with
from vault.trail.erasing.looking import bounds_of_month, holds_on_person, require_month_over, require_no_hold
from vault.trail.erasing.progress import BATCH, advance, finish, require_still_allowed
from vault.trail.erasing.scope import Preflight, Report, encoded, report_of

UNKNOWN = "?"
"""The fence is read in a transaction after the one that destroyed the key."""


class _PeriodsBusy(Exception):
    """Somebody is giving some person a new period: undoes the step, to be tried again."""


def step(vault: Vault, erasure: ErasureRecord) -> bool:
    """The next piece; False if it must wait for others."""
    if erasure.cursor:
        return _forget(vault, erasure)
    pending = erasure.periods.split()
    try:
        with transaction(vault.engine) as tx:
            if pending:
                _destroy_key(vault, tx, erasure, pending)
            else:
                was = report_of(erasure) or Report()
                figures = erasing_beside.forget_figures(  # what was counted of a month while it was being erased
                    tx, erasure.person_id, from_month=erasure.from_month, until_month=erasure.until_month
                )
                finish(vault, tx, erasure, msgspec.structs.replace(was, figures=was.figures + figures))  # (4)
    except _PeriodsBusy:
        return False
    return True


def _destroy_key(vault: Vault, tx: Connection, erasure: ErasureRecord, pending: list[str]) -> None:
    """(1)"""
    erasure_queries.lock_holds(tx)
    require_still_allowed(tx, erasure)
    holds = holds_on_person(tx, erasure.person_id, from_month=erasure.from_month, until_month=erasure.until_month)
    require_no_hold(Preflight(holds=holds))
    period, rest = pending[0], " ".join(pending[1:])
    month = ledger_erasing.month_of_period(tx, period)
    if month is None:  # pruned away meanwhile: there is nothing of it
        advance(vault, tx, erasure, periods=rest, done=erasure.done + 1)
        return
    _require_over(vault, tx, erasure, month)
    entries = ledger_erasing.count_entries_of_period(tx, period)
    figures = _forget_beside(tx, erasure, month)
    is_last = all(each.id == period for each in ledger_erasing.periods_of(tx, erasure.person_id))
    if is_last and not ledger_erasing.hold_periods(tx):
        raise _PeriodsBusy
    if not ledger_erasing.delete_period(tx, period):
        raise Conflict("erasure.taken")
    facts: dict[str, str | int] = {"period": period, "month": month, "erasure": erasure.id, "entries": entries}
    vault.recorder.append(tx, Entry(Event.TRAIL_ERASED, Outcome.SUCCESS, details=facts))
    was = report_of(erasure) or Report()
    report = msgspec.structs.replace(
        was,
        months=was.months + 1,
        entries=was.entries + entries,
        handle=_let_handle_go(tx, erasure) if is_last else 0,
        figures=was.figures + figures,
    )
    advance(
        vault,
        tx,
        erasure,
        periods=rest,
        cursor=period,
        fence=UNKNOWN,
        done=erasure.done + 1,
        report=encoded(report),
    )


def _require_over(vault: Vault, tx: Connection, erasure: ErasureRecord, month: str) -> None:
    person = people_queries.lock_person(tx, erasure.person_id)
    if person is not None:
        require_month_over(vault, person, month)


def _let_handle_go(tx: Connection, erasure: ErasureRecord) -> int:
    """1 once no month of the person is left: what is recorded of them from now on gets another handle.

    The periods are held: all entries of a period have one handle, and what somebody is making with the handle that
    goes would not be seen here.
    """
    if ledger_erasing.periods_of(tx, erasure.person_id):
        return 0
    return int(ledger_erasing.delete_handle(tx, erasure.person_id))


def _forget(vault: Vault, erasure: ErasureRecord) -> bool:
    """(2), (3)"""
    with transaction(vault.engine) as tx:
        erasure_queries.lock_forgetting(tx)
        running = ledger_erasing.recording_now(tx)
        fence = running if erasure.fence == UNKNOWN else [each for each in running if each in erasure.fence.split()]
        if fence or not ledger_sequencing.take_lead(tx):
            advance(vault, tx, erasure, fence=" ".join(fence))
            return False
        was = report_of(erasure) or Report()
        report = msgspec.structs.replace(was, exports=was.exports + end_exports_with(vault, tx, erasure.person_id))
        ledger_erasing.forget_in_inbox(tx, erasure.person_id, erasure.cursor)
        forgotten = ledger_erasing.forget_in_search_rows(tx, erasure.person_id, erasure.cursor, limit=BATCH)
        erasure_queries.note_forgetting(tx)
        trail_tallying.recount_person(tx, erasure.person_id)
        cursor = erasure.cursor if forgotten == BATCH else ""
        advance(vault, tx, erasure, fence="", cursor=cursor, report=encoded(report))
    return True


def _forget_beside(tx: Connection, erasure: ErasureRecord, month: str) -> int:
    """What the vault keeps of the month outside of the trail; how many figures and alerts that were."""
    since, until = bounds_of_month(month)
    erasing_beside.forget_policy_notes(tx, erasure.person_id, since=since, until=until)
    return erasing_beside.forget_figures(tx, erasure.person_id, from_month=month, until_month=month)
