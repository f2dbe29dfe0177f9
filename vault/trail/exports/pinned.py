"""The checkpoint that an export is pinned to: opened under the keys of the trail's epochs, never just read."""

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
    return _pin(tx, *newest)


def pin_of_size(tx: Connection, size: int) -> Pin | None:
    """The checkpoint of exactly this size, None if there is none; TamperError ``trail.checkpoint`` if it is forged."""
    found = ledger_reading.signed_checkpoint_of_size(tx, size)
    return _pin(tx, *found) if found else None


def _pin(tx: Connection, note: str, signed_at: dt.datetime) -> Pin:
    epochs = ledger_reading.list_epochs(tx)
    try:
        checkpoint = open_under_epochs(note, epochs)
    except CheckpointRefused:
        raise TamperError("trail.checkpoint") from None
    epoch = epoch_of(checkpoint.size, epochs)
    if epoch is None:
        raise TamperError("trail.checkpoint")
    return Pin(checkpoint, note, epoch.public, signed_at)
