"""A ledger that nobody writes any more: entries pile up that have no place in the tree yet, and no signature.

Each is durable already, but only a place makes its loss seen. So long as a worker runs, a handful wait for part of a
second. Beyond ``MOST_WAITING`` none runs, or it cannot write; nobody opens or reads anything then until it is made up
for. That is many seconds' work of all gateways together, so what comes in one go, as a list of people does, stops
nobody.
"""

from __future__ import annotations

from vault.database import ledger_reading
from vault.database.engine import Connection
from vault.errors import Unavailable

MOST_WAITING = 5_000


def require_written(tx: Connection) -> None:
    """Unavailable ``trail.behind`` while more than ``MOST_WAITING`` entries wait for their place."""
    if ledger_reading.wait_more_than(tx, MOST_WAITING):
        raise Unavailable("trail.behind")
