"""The k-th call to storage, database or files fails, for every k: the vault says so, undoes it, goes on by itself."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.company import Company
from tests.faults.acts import ACTS, Act, give_many_views
from tests.faults.effects import Effects, open_connections, watched_vault, watching_files
from tests.faults.failures import failing
from tests.faults.invariants import check_invariants
from tests.faults.recovery import CANARIES, work_once
from vault.errors import Conflict, LeaseEnded, Unavailable

FOR_EVER = 1_000_000
ALREADY_DONE = (Conflict, LeaseEnded)
"""What whoever tries again may hear of an operation that had been done after all: its answer was lost."""


@pytest.mark.parametrize("lasting", [1, FOR_EVER], ids=["once", "from then on"])
@pytest.mark.parametrize("act", ACTS, ids=str)
def test_failing_call_is_said_undone_and_recovered_from(company: Company, act: Act, lasting: int) -> None:
    """Unavailable and nothing else; no connection stays out; the same again succeeds, and every rule holds."""
    effects = Effects(failing(company.vault.engine), with_questions=True)
    company.vault = watched_vault(company.vault, effects)
    give_many_views(company)
    with watching_files(effects):
        for at in itertools.count(1, act.stride if lasting == 1 else act.stride * 3):
            prepared = act.prepare(company, at)
            failed = ""
            effects.arm(at, lasting=lasting)
            try:
                act.perform(company, prepared)
            except Unavailable as error:
                failed = error.code
            finally:
                was_struck = effects.count >= at
                effects.disarm()
            assert open_connections(company.vault.engine) == 0, (at, effects.last)
            if not was_struck:
                break
            if failed:
                try:
                    act.perform(company, prepared)
                except ALREADY_DONE:
                    assert act.name in {"revoke a view", "remove an export"}, (at, effects.last)
            act.settle(company, prepared)
    assert at > 1
    work_once(company)
    check_invariants(company.vault, spool=Path(company.vault.spool), canaries=CANARIES)
