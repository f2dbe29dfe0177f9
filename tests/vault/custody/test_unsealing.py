"""Unsealing a process: recorded, or not done; and tried again until it can be."""

from __future__ import annotations

import threading

import pytest

from tests.attacks.observing import alter, trail
from tests.company import Company
from vault.custody import unsealing
from vault.custody.unsealing import unseal, unseal_when_possible
from vault.errors import Unavailable
from vault.ledger.events import Event


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
    thread.join(timeout=20)

    assert not thread.is_alive()
    assert not company.vault.is_sealed
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


def test_open_vault_needs_no_waiting(company: Company) -> None:
    """The thread ends at once."""
    thread = unseal_when_possible(company.vault, stop_event=threading.Event(), report=lambda _what, _error: None)
    thread.join(timeout=20)

    assert not thread.is_alive()
