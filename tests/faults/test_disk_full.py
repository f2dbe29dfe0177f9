"""The disk is full, with every 16 KiB from nothing to enough left: said, undone, recovered without a hand (I14)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.company import Company, copy_company, reopen_company
from tests.faults.acts import ACTS, Act, give_many_views
from tests.faults.invariants import check_invariants
from tests.faults.recovery import CANARIES, NOW, work_once
from tests.faults.shortage import SizeLimit, SmallDisk, small_disk
from vault.clock import FixedClock
from vault.errors import Unavailable
from vault.health import check_health

STEP = 16 << 10
ENOUGH = 1 << 20
NAMES = ("open a view", "read a text", "hand in", "make pages", "sign in", "sequence", "sweep")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk | SizeLimit]:
    with small_disk(tmp_path / "disk") as disk:
        yield disk


@pytest.fixture
def small_company(built_company: Path, disk: SmallDisk | SizeLimit) -> Iterator[Company]:
    """A company that lives on the small disk, database, objects, spool and all."""
    copy_company(built_company, disk.directory / "vault")
    company = reopen_company(disk.directory / "vault", clock=FixedClock(NOW))
    give_many_views(company)
    yield company
    company.vault.engine.dispose()


@pytest.mark.parametrize("act", [act for act in ACTS if act.name in NAMES], ids=str)
def test_full_disk_is_said_and_over_when_there_is_room(
    small_company: Company, disk: SmallDisk | SizeLimit, act: Act
) -> None:
    """Unavailable at worst; with room again the same succeeds in the same process, and every rule holds."""
    company, failures = small_company, 0
    for free_bytes in range(0, ENOUGH, STEP):
        prepared = act.prepare(company, free_bytes)
        company.vault.engine.dispose()  # the database's log begins anew, so that it needs room
        with disk.leaving(free_bytes):
            try:
                act.perform(company, prepared)
            except Unavailable:
                failed = True
            else:
                failed = False
        failures += failed
        if failed:
            act.perform(company, prepared)
        act.settle(company, prepared)
        if free_bytes >= ENOUGH // 4 and not failed:
            break
    assert failures, "the disk was never full"
    assert not failed, "there was never room"
    assert [part for part in check_health(company.vault).parts if not part.ok] == []
    work_once(company)
    check_invariants(company.vault, spool=Path(company.vault.spool), canaries=CANARIES)
