"""The signed checkpoint that a whole pack stands up to: opened under the key of its epoch, never just read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vault.database import ledger_reading
from vault.database.engine import Connection
from vault.errors import TamperError, Unavailable
from vault.ledger.checkpoint import Checkpoint, CheckpointRefused
from vault.ledger.epochs import epoch_of, open_under_epochs


@dataclass(frozen=True, slots=True)
class Pin:
    """A signed size. ``public`` is the key that signed ``note``."""

    checkpoint: Checkpoint
    note: str
    public: bytes
    signed_at: dt.datetime


def newest_pin(tx: Connection) -> Pin:
    """The newest checkpoint. Unavailable ``trail.no_checkpoint``; TamperError ``trail.checkpoint`` if it is forged."""
    newest = ledger_reading.newest_checkpoint(tx)
    if newest is None:
        raise Unavailable("trail.no_checkpoint")
    note, signed_at = newest
    epochs = ledger_reading.list_epochs(tx)
    try:
        checkpoint = open_under_epochs(note, epochs)
    except CheckpointRefused as error:
        raise TamperError("trail.checkpoint") from error
    epoch = epoch_of(checkpoint.size, epochs)
    assert epoch is not None  # the one that it was opened under
    return Pin(checkpoint, note, epoch.public, signed_at)
