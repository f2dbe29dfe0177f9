"""The machine's clock is set back or jumps ahead: no lease or session gets longer, the trail never goes back (I13)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.company import PASSWORD, REASON, Company, copy_company, open_company_vault, reopen_company
from tests.faults.invariants import check_invariants
from tests.faults.recovery import CANARIES, NOW, work_once
from vault.access.opening import open_view
from vault.access.reading import read_page_text
from vault.assembly import open_vault
from vault.clock import FixedClock, SteadyClock
from vault.config import load_config
from vault.errors import LeaseEnded, NotSignedIn
from vault.model import Actor
from vault.people.signing_in import resume_session
from vault.worker.sweeping import keep_high_water_mark, sweep

HOUR = dt.timedelta(hours=1)
LEASE = dt.timedelta(minutes=15)


class Machine:
    """A machine with a clock that can be set, and one that only counts."""

    def __init__(self, directory: Path) -> None:
        self.wall = FixedClock(NOW)
        self.counted = 0.0
        steady = SteadyClock(self.wall, monotonic=lambda: self.counted)
        self.company = reopen_company(directory, clock=steady)

    def pass_time(self, time: dt.timedelta) -> None:
        """Time goes by, as both clocks see it."""
        self.wall.advance(time)
        self.counted += time.total_seconds()

    def set_clock(self, change: dt.timedelta) -> None:
        """Somebody sets the clock."""
        self.wall.advance(change)


@pytest.fixture
def machine(built_company: Path, tmp_path: Path) -> Machine:
    copy_company(built_company, tmp_path / "vault")
    return Machine(tmp_path / "vault")


def open_by(company: Company, actor: Actor) -> str:
    opened = open_view(
        company.vault,
        actor,
        document_id=company.document_id,
        reason=REASON,
        declared_place="",
        idempotency_key="click",
    )
    return opened.view_id


def read(company: Company, actor: Actor, view_id: str) -> str:
    return read_page_text(company.vault, actor, view_id=view_id, page_number=1)


@pytest.mark.parametrize("back", [dt.timedelta(minutes=1), HOUR, 400 * 24 * HOUR], ids=str)
def test_clock_set_back_extends_no_lease(machine: Machine, back: dt.timedelta) -> None:
    """The quarter of an hour is over when it is over."""
    actor = machine.company.signed_in("borrower")
    view_id = open_by(machine.company, actor)
    machine.set_clock(-back)
    machine.pass_time(LEASE - dt.timedelta(seconds=1))
    assert read(machine.company, actor, view_id)
    machine.pass_time(dt.timedelta(seconds=1))
    with pytest.raises(LeaseEnded, match=r"lease\.expired"):
        read(machine.company, actor, view_id)


def test_clock_set_back_again_and_again_extends_no_lease(machine: Machine) -> None:
    """A minute passes, a minute is taken back, for ever."""
    actor = machine.company.signed_in("borrower")
    view_id = open_by(machine.company, actor)
    for _minute in range(15):
        machine.pass_time(dt.timedelta(minutes=1))
        machine.set_clock(-dt.timedelta(minutes=1))
    with pytest.raises(LeaseEnded):
        read(machine.company, actor, view_id)


def test_clock_set_back_extends_no_session(machine: Machine) -> None:
    """An idle session ends by the time that passed."""
    session = machine.company.session("borrower")
    machine.set_clock(-HOUR)
    idle = dt.timedelta(minutes=machine.company.vault.config.sessions.idle_minutes)
    machine.pass_time(idle)
    with pytest.raises(NotSignedIn, match=r"session\.expired"):
        resume_session(machine.company.vault, token=session.token, place=session.actor.place)


def test_jump_ahead_ends_views_and_harms_nothing(machine: Machine) -> None:
    """Sooner is safe; everything that was recorded before and after still verifies."""
    actor = machine.company.signed_in("borrower")
    view_id = open_by(machine.company, actor)
    machine.set_clock(HOUR)
    with pytest.raises(LeaseEnded):
        read(machine.company, actor, view_id)
    sweep(machine.company.vault)
    machine.set_clock(-HOUR)
    machine.company.signed_in("borrower")
    work_once(machine.company)
    check_invariants(machine.company.vault, spool=machine.company.directory / "spool", canaries=CANARIES)


def test_clock_set_back_across_a_restart_is_noticed(machine: Machine) -> None:
    """The latest time that was known is stored, and a new process does not begin before it."""
    directory = machine.company.directory
    actor = machine.company.signed_in("borrower")
    view_id = open_by(machine.company, actor)
    latest = max(NOW, dt.datetime.now(dt.UTC)) + 24 * HOUR
    machine.pass_time(latest - NOW)
    keep_high_water_mark(machine.company.vault)
    machine.company.vault.engine.dispose()

    vault = open_vault(load_config(directory / "config.toml"))  # with this machine's own clock, at least a day behind

    assert vault.clock.now() >= latest - dt.timedelta(milliseconds=1)
    vault.keyroom.unseal()
    with pytest.raises(LeaseEnded):
        read_page_text(vault, actor, view_id=view_id, page_number=1)
    vault.engine.dispose()


def test_nodes_with_different_clocks_write_one_trail(machine: Machine) -> None:
    """An entry of a node that is behind is logged where it comes, and none is logged before an earlier one."""
    company = machine.company
    company.signed_in("borrower")
    company.sequence()
    behind = open_company_vault(company.directory / "config.toml", clock=FixedClock(NOW - 26 * HOUR))
    behind.keyroom.unseal()
    slow = Company(behind, company.directory)
    for _entry in range(3):
        slow.signed_in("author")
        company.signed_in("borrower")
    slow.sequence()
    company.sequence()
    check_invariants(company.vault, spool=company.directory / "spool", canaries=(PASSWORD.encode(),))
    behind.engine.dispose()
