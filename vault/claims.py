"""Holding a row of long work while its step runs longer than a claim lasts."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Iterator

from vault.database.engine import Connection, transaction
from vault.errors import VaultError
from vault.runtime import Vault

CLAIM_SECONDS = 20
"""As long as others wait for a worker that was killed."""
NEWS_SECONDS = 5.0

Keep = Callable[[Connection, dt.datetime], object]
"""Prolongs the claim in this transaction until that moment, if it is still held."""


@contextlib.contextmanager
def holding_claim(vault: Vault, keep: Keep, *, every_seconds: float) -> Iterator[None]:
    """Keeps a claim fresh while the block runs. News that cannot be given is given later, or the claim lapses.

    ``every_seconds``: ``NEWS_SECONDS``, or oftener where ``keep`` writes progress too that somebody watches.
    """
    done = threading.Event()

    def give() -> None:
        while not done.wait(every_seconds):
            until = vault.clock.now() + dt.timedelta(seconds=CLAIM_SECONDS)
            with contextlib.suppress(VaultError), transaction(vault.engine) as tx:
                keep(tx, until)

    thread = threading.Thread(target=give, name="claim news", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
