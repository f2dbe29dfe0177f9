"""Unsealing a running process: at once if the provider answers, else again and again until it does."""

from __future__ import annotations

import threading
from collections.abc import Callable

from vault.errors import OperatorError, TamperError
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.recording import record
from vault.runtime import Vault

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 15.0
WATCH_SECONDS = 1.0


def unseal(vault: Vault) -> None:
    """Unseals this process and records it. Sealed, Unavailable or TamperError leave it sealed."""
    if vault.is_sealed:
        vault.keyroom.unseal()
        try:
            record(vault, Entry(Event.VAULT_UNSEALED, Outcome.SUCCESS))
            for lost in vault.keyroom.keyring.lost_versions:
                facts: dict[str, str | int] = {"ring": lost.ring, "number": lost.version}
                record(vault, Entry(Event.OBJECT_TAMPERED, Outcome.FAILED, code="tamper.key", details=facts))
        except BaseException:  # keys that nobody knows to be here must not stay
            vault.keyroom.seal()
            raise


def unseal_when_possible(
    vault: Vault, *, stop_event: threading.Event, report: Callable[[str, BaseException], None]
) -> threading.Thread:
    """A thread that unseals whenever the vault is sealed, until ``stop_event``; tells ``report`` of each failure.

    It goes on after the first success: a vault that is sealed by order and released again unseals by itself where the
    root key can be had without a person.
    """

    def keep_unsealed() -> None:
        pause = FIRST_PAUSE_SECONDS
        while not stop_event.is_set():
            try:
                unseal(vault)
            except (OperatorError, TamperError) as error:
                report("unsealing", error)
                waits_for_order = error.code == "sealed.by_order"
                pause = WATCH_SECONDS if waits_for_order else min(pause * 2, LONGEST_PAUSE_SECONDS)
            stop_event.wait(pause if vault.is_sealed else WATCH_SECONDS)

    thread = threading.Thread(target=keep_unsealed, name="unsealing", daemon=True)
    thread.start()
    return thread
