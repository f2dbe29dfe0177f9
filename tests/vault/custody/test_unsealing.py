"""Unsealing a process: recorded, or not done; and tried again until it can be."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from keys.model import Secret
from keys.primitives import Argon2Profile
from tests.attacks.observing import alter, trail
from tests.company import Company, write_config
from vault.assembly import open_vault
from vault.config import load_config
from vault.custody import keyroom, unsealing
from vault.custody.initialising import initialise
from vault.custody.passphrases import HeldPassphrase
from vault.custody.sealing import lift_order, seal_by_order
from vault.custody.unsealing import unseal, unseal_when_possible
from vault.database import key_queries
from vault.database.engine import transaction
from vault.errors import Sealed, Unavailable
from vault.ledger.events import Event
from vault.model import Classification, Office
from vault.people.accounts import PersonDraft
from vault.policy.reasons import ReasonDraft

ADMINISTRATOR = PersonDraft(
    login="admin",
    name="Ruth Feldman",
    staff_number="N-0001",
    office=Office.ADMINISTRATOR,
    qualifications=frozenset(),
    clearance=Classification.INTERNAL,
    locale="en",
    timezone="UTC",
)


def unsealings(company: Company) -> int:
    return len(trail(company, Event.VAULT_UNSEALED))


def test_unsealing_is_recorded_once(company: Company) -> None:
    """An open vault is not unsealed again."""
    before = unsealings(company)
    company.vault.seal()

    unseal(company.vault)
    unseal(company.vault)

    assert unsealings(company) == before + 1


def test_unsealing_that_cannot_be_recorded_does_not_happen(company: Company) -> None:
    """Keys that nobody knows to be in memory do not stay there."""
    company.vault.seal()
    alter(company, "ALTER TABLE trail_inbox RENAME TO away")

    with pytest.raises(Unavailable):
        unseal(company.vault)
    assert company.vault.is_sealed

    alter(company, "ALTER TABLE away RENAME TO trail_inbox")
    unseal(company.vault)
    assert not company.vault.is_sealed


def test_vault_unseals_itself_once_the_provider_answers(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway that starts before its key's volume is there recovers without a hand, and tells of each failure."""
    monkeypatch.setattr(unsealing, "FIRST_PAUSE_SECONDS", 0.01)
    company.vault.seal()
    root, away = company.directory / "root.key", company.directory / "away"
    root.rename(away)
    failed, failures = threading.Event(), []

    def report(what: str, error: BaseException) -> None:
        failures.append((what, type(error)))
        failed.set()

    stop = threading.Event()
    thread = unseal_when_possible(company.vault, stop_event=stop, report=report)
    assert failed.wait(20)
    away.rename(root)

    assert becomes(lambda: not company.vault.is_sealed)
    stop.set()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert set(failures) == {("unsealing", Unavailable)}


def test_waiting_for_the_provider_ends_when_told(company: Company) -> None:
    """A process that is shut down does not hang on a key that never came."""
    company.vault.seal()
    (company.directory / "root.key").unlink()
    stop, failed = threading.Event(), threading.Event()
    thread = unseal_when_possible(company.vault, stop_event=stop, report=lambda _what, _error: failed.set())
    assert failed.wait(20)

    stop.set()
    thread.join(timeout=20)

    assert not thread.is_alive()
    assert company.vault.is_sealed


def test_vault_follows_the_order_and_its_lifting_by_itself(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sealed by order it stays so, whatever it could open; once the order is lifted it opens without a hand."""
    monkeypatch.setattr(unsealing, "WATCH_SECONDS", 0.05)
    monkeypatch.setattr(keyroom, "FOLLOW_SECONDS", 0.0)
    stop = threading.Event()
    thread = unseal_when_possible(company.vault, stop_event=stop, report=lambda _what, _error: None)
    with transaction(company.vault.engine) as tx:
        key_queries.set_sealed_by_order(tx, sealed=True)
    assert becomes(lambda: company.vault.is_sealed)
    stop.wait(0.3)
    assert company.vault.is_sealed
    lift_order(company.vault)
    assert becomes(lambda: not company.vault.is_sealed)
    stop.set()
    thread.join(timeout=20)


@pytest.mark.parametrize("sealed_here", [True, False], ids=["by this process", "by another"])
def test_order_makes_a_process_forget_its_passphrase(tmp_path: Path, *, sealed_here: bool) -> None:
    """Also the one that gave the order: it does not unseal by what it remembers once the order is lifted."""
    config = write_config(tmp_path / "vault")
    config.write_text(config.read_text().replace('root = "file:', 'root = "passphrase:'))
    held = HeldPassphrase(Secret(b"correct horse battery staple"))
    vault = open_vault(load_config(config), passphrase=held, password_profile=Argon2Profile.TESTING)
    initialise(vault, administrator=ADMINISTRATOR, passphrase=held)
    unseal(vault)
    orderer = vault if sealed_here else open_vault(load_config(config))
    seal_by_order(orderer, None, reason=ReasonDraft("other", "Break-in at the data centre"))
    if not sealed_here:
        assert becomes(lambda: vault.is_sealed)
    with pytest.raises(Sealed):
        unseal(vault)
    lift_order(vault)
    with pytest.raises(Unavailable):
        unseal(vault)
    held.give(Secret(b"correct horse battery staple"))
    unseal(vault)
    assert not vault.is_sealed


def becomes(holds: Callable[[], bool], *, seconds: float = 20.0) -> bool:
    """Whether it holds before so long."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
