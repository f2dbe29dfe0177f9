"""kill -9 at every step of giving entries their place in the trail."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path

from tests.company import Company
from tests.faults.conftest import ArenaOf
from tests.faults.effects import Effects
from tests.faults.invariants import Acknowledged
from tests.faults.recovery import AT_ONCE, check, child_vault, restarted
from vault.assembly import sequencer_of
from vault.custody.keyroom import ServiceKey
from vault.database import ledger_reading
from vault.database.engine import reading
from vault.ledger.audit import verify_ledger

NEXT_DAY = dt.timedelta(days=1)
LETS_GO_SECONDS = 30.0


def entries_waiting(company: Company) -> int:
    """Some sign-ins that wait; how large the trail will be with them and the close of their day."""
    with reading(company.vault.engine) as tx:
        before = sum(len(batch) for batch in ledger_reading.leaves_from(tx, 0, batch=1000))
    for login in ("borrower", "author", "custodian"):
        company.signed_in(login)
    with reading(company.vault.engine) as tx:
        return before + ledger_reading.count_waiting(tx) + 1


def test_killed_sequencer_loses_no_entry_and_places_none_twice(arena_of: ArenaOf[int]) -> None:
    """The next run goes on: every entry once, the day closed once, all of it signed."""
    arena = arena_of(entries_waiting)

    def perform(ground: Path, effects: Effects) -> Iterator[Acknowledged]:
        assert sequencer_of(child_vault(ground, effects, later=NEXT_DAY)).run_once()
        return iter(())

    for ended in arena.killed(perform):
        with restarted(ended.ground, later=NEXT_DAY + AT_ONCE) as company:
            _sequence_all(company)
            with reading(company.vault.engine) as tx:
                key = company.vault.keyroom.service_key(ServiceKey.TRAIL_READING)
                report = verify_ledger(tx, now=company.vault.clock.now(), reading_key=key)
            assert (report.size, report.unsigned, report.waiting) == (arena.prepared, 0, 0), ended.place
            check(company, ended)


def _sequence_all(company: Company) -> None:
    """Until nothing waits: the server may take a moment to see that who held the sequencer's lock is dead."""
    deadline = time.monotonic() + LETS_GO_SECONDS
    while True:
        company.sequence()
        with reading(company.vault.engine) as tx:
            waits = ledger_reading.count_waiting(tx) > 0
        if not waits or time.monotonic() > deadline:
            return
        time.sleep(0.05)
