"""kill -9 while a person is erased from the trail and while old entries are removed: it ends by itself, and soundly.

Both grounds, at effects an equal stride apart (``VAULT_KILLS``, as for work on keys). Between two effects the trail is
sound too: the audit finds nothing at once after the restart, before anybody goes on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.company import Company, reopen_company
from tests.erasing import CUT, approved, audited, dump, pruning_requested, requested, row_of, rows, suspend, work_off
from tests.faults.children import Perform
from tests.faults.conftest import ArenaOf
from tests.faults.effects import Effects
from tests.faults.invariants import Acknowledged
from tests.faults.recovery import AT_ONCE, NOW, check, child_vault, restarted
from tests.faults.test_killed_operations import LAPSED, killed_now_and_then
from vault.clock import FixedClock
from vault.policy.erasing import ErasureState
from vault.trail.erasing.working import erase_once

LONG_AFTER = dt.timedelta(days=70)


def erases(*, later: dt.timedelta = dt.timedelta(0)) -> Perform:
    """A worker that does what is due, and nothing else."""

    def perform(ground: Path, effects: Effects) -> Iterator[Acknowledged]:
        vault = child_vault(ground, effects, later=later)
        while erase_once(vault, worker="first"):
            pass
        return iter(())

    return perform


def test_killed_erasure_leaves_nothing_of_the_person_in_the_end(
    arena_of: ArenaOf[str], request: pytest.FixtureRequest
) -> None:
    """Whatever was erased when it was killed is on record; another worker ends it, and nobody else lost anything."""

    def prepare(company: Company) -> str:
        company.open_and_read(company.signed_in("borrower"))
        suspend(company)
        return approved(company, requested(company))

    arena = arena_of(prepare)
    for ended in killed_now_and_then(arena, erases(), request.node.name):
        with restarted(ended.ground, later=AT_ONCE) as company:
            assert audited(company).findings == (), ended.place
        with restarted(ended.ground, later=LAPSED) as company:
            work_off(company, worker="second")
            assert row_of(company, arena.prepared).state is ErasureState.DONE, ended.place
            assert company.ids["borrower"].encode() not in dump(company), ended.place
            assert audited(company).findings == (), ended.place
            company.open_and_read(key="afterwards")
            company.sequence()
            check(company, ended)


def test_killed_pruning_ends_and_every_hash_is_kept(arena_of: ArenaOf[str], request: pytest.FixtureRequest) -> None:
    """Another worker goes on from what is left; the root is the same as before."""
    before: list[list[tuple[object, ...]]] = []

    def prepare(company: Company) -> str:
        config = company.directory / "config.toml"
        config.write_text(config.read_text().replace("[trail]\n", "[trail]\nretention_months = 1\n"))
        again = reopened(company)
        again.open_and_read()
        again.sequence()
        before.append(rows(again, "SELECT position, hash FROM trail_leaves ORDER BY position"))
        erasure = approved(again, pruning_requested(again, CUT))
        again.sequence()
        again.vault.engine.dispose()
        return erasure

    arena = arena_of(prepare)
    for ended in killed_now_and_then(arena, erases(later=LONG_AFTER), request.node.name):
        with restarted(ended.ground, later=LONG_AFTER + AT_ONCE) as company:
            assert audited(company).findings == (), ended.place
        with restarted(ended.ground, later=LONG_AFTER + LAPSED) as company:
            work_off(company, worker="second")
            row = row_of(company, arena.prepared)
            assert row.state is ErasureState.DONE, (ended.place, row.fault_code)
            report = audited(company)
            assert report.findings == (), ended.place
            assert report.pruned == row.report.entries if row.report else False, ended.place
            hashes = rows(company, "SELECT position, hash FROM trail_leaves ORDER BY position")
            assert hashes[: len(before[0])] == before[0], ended.place


def reopened(company: Company) -> Company:
    """The company as it is long after, with what its configuration says now."""
    return reopen_company(company.directory, clock=FixedClock(NOW + LONG_AFTER))
