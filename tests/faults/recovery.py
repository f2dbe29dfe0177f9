"""A vault after a fault: opened again as a restart does, swept and sequenced once, and then looked at closely."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.company import CANARY, PASSWORD, REASON, Company, open_company_vault, reopen_company
from tests.conftest import BEGINNING
from tests.faults.children import Ended
from tests.faults.effects import Effects, watch_files, watched_vault
from tests.faults.invariants import check_invariants
from vault.clock import FixedClock
from vault.runtime import Vault
from vault.worker.sweeping import OBJECT_GRACE_HOURS, UNKEYED_SECONDS, UPLOAD_GRACE_HOURS, sweep

NOW = BEGINNING + dt.timedelta(hours=1)
AT_ONCE = dt.timedelta(seconds=2)
AFTER_OPENING_GRACE = dt.timedelta(seconds=UNKEYED_SECONDS + 60)
AFTER_EVERY_GRACE = dt.timedelta(hours=UPLOAD_GRACE_HOURS + OBJECT_GRACE_HOURS + 1)

CANARIES = (CANARY.encode(), b"CANARY-CUSTOMER", PASSWORD.encode(), REASON.text.encode(), "第二页说明".encode())


def child_vault(ground: Path, effects: Effects, *, later: dt.timedelta = dt.timedelta(0)) -> Vault:
    """The vault as a child opens it: unsealed, and counted from now on, its files included."""
    vault = open_company_vault(ground / "config.toml", clock=FixedClock(NOW + later))
    vault.keyroom.unseal()
    watch_files(effects)
    return watched_vault(vault, effects)


@contextmanager
def restarted(ground: Path, *, later: dt.timedelta = AT_ONCE) -> Iterator[Company]:
    """The company's vault in a process that starts ``later``; closed again in the end."""
    company = reopen_company(ground, clock=FixedClock(NOW + later))
    try:
        yield company
    finally:
        company.vault.engine.dispose()


def work_once(company: Company) -> None:
    """What the worker does in its first seconds: twice, since one sweep may make what the next collects."""
    for _pass in range(2):
        sweep(company.vault)
    company.sequence()


def check(company: Company, ended: Ended) -> None:
    """Every invariant, with the place of the fault if one is broken."""
    try:
        check_invariants(
            company.vault,
            spool=company.directory / "spool",
            logs=(company.directory / "child.log", company.directory / "tmp"),
            canaries=CANARIES,
            acknowledged=ended.acknowledged,
        )
    except AssertionError as error:
        raise AssertionError(f"{ended.place}:\n{error}") from None
