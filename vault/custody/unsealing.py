"""Unsealing a running process: at once if the provider answers, otherwise again and again until it does."""

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


def unseal(vault: Vault) -> None:
    """Unseals this process and records it. Sealed, Unavailable or TamperError leave it sealed."""
    if vault.is_sealed:
        vault.keyroom.unseal()
        try:
            record(vault, Entry(Event.VAULT_UNSEALED, Outcome.SUCCESS))
        except BaseException:  # keys that nobody knows to be here must not stay
            vault.keyroom.seal()
            raise


def unseal_when_possible(
    vault: Vault, *, stop_event: threading.Event, report: Callable[[str, BaseException], None]
) -> threading.Thread:
    """A thread that ends once the vault is unsealed or ``stop_event`` is set; tells ``report`` of each failure."""

    def try_until_unsealed() -> None:
        pause = FIRST_PAUSE_SECONDS
        while not stop_event.is_set():
            try:
                unseal(vault)
            except (OperatorError, TamperError) as error:
                report("unsealing", error)
            if not vault.is_sealed:
                return
            stop_event.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    thread = threading.Thread(target=try_until_unsealed, name="unsealing", daemon=True)
    thread.start()
    return thread
