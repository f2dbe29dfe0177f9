"""kill -9 at every step of beginning a vault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.company import Company, open_company_vault, write_config
from tests.conftest import BEGINNING
from tests.faults.children import killed_at_each_effect
from tests.faults.effects import Effects, watch_files, watched_vault
from tests.faults.invariants import Acknowledged, check_invariants
from tests.faults.recovery import work_once
from vault.clock import FixedClock
from vault.custody.initialising import initialise
from vault.errors import Conflict
from vault.ledger.events import Event
from vault.model import Classification, Office, Place, PlaceSource
from vault.people.accounts import PersonDraft
from vault.people.signing_in import change_password, sign_in

DESK = Place(address="10.1.2.3", source=PlaceSource.ZONE, zone="Head office")
ADMINISTRATOR = PersonDraft(
    login="ruth",
    name="Ruth Feldman",
    staff_number="0001",
    office=Office.ADMINISTRATOR,
    qualifications=frozenset(),
    clearance=Classification.INTERNAL,
    locale="en",
    timezone="UTC",
)


@pytest.fixture
def empty_ground(tmp_path: Path) -> Iterator[Path]:
    """A place with a configuration and nothing else, another each time it is asked for."""
    return (write_config(tmp_path / f"empty{number}").parent for number in range(10_000))


def test_killed_beginning_goes_on_with_the_same_command(empty_ground: Iterator[Path]) -> None:
    """Run again it gives a password that signs in, and there is one vault with one root key and one administrator."""

    def perform(ground: Path, effects: Effects) -> Iterator[Acknowledged]:
        vault = open_company_vault(ground / "config.toml", clock=FixedClock(BEGINNING))
        watch_files(effects)
        effects.kinds = ("commit", "file", "store", "sql: BEGIN")  # what is in one transaction is undone in one piece
        created = initialise(watched_vault(vault, effects), administrator=ADMINISTRATOR, passphrase=None)
        yield Acknowledged(Event.TRAIL_GENESIS, created.id)

    for ended in killed_at_each_effect(lambda: next(empty_ground), perform):
        vault = open_company_vault(ended.ground / "config.toml", clock=FixedClock(BEGINNING))
        created = initialise(vault, administrator=ADMINISTRATOR, passphrase=None)
        vault.keyroom.unseal()
        session = sign_in(vault, login="ruth", password=created.initial_password, place=DESK, user_agent="")
        change_password(vault, session.actor, current=created.initial_password, new="a lantern for each harbour")
        with pytest.raises(Conflict, match=r"vault\.initialised"):
            initialise(vault, administrator=ADMINISTRATOR, passphrase=None)
        work_once(Company(vault, ended.ground))
        check_invariants(
            vault,
            spool=ended.ground / "spool",
            logs=(ended.ground / "child.log", ended.ground / "tmp"),
            canaries=(created.initial_password.encode(), b"a lantern for each harbour"),
        )
        assert [path.name for path in ended.ground.glob("root.key*")] == ["root.key"], ended.place
        vault.engine.dispose()
