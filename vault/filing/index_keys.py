"""The keys of the two indexes, names and contents: one each, and two while one is replaced.

What was filed before the replacement began has tokens under the key; what is filed after it has tokens under the
successor; so whoever looks something up asks with both, and whoever files asks for the newest one in the transaction
that commits it.
"""

from __future__ import annotations

import contextlib

from keys.model import Secret
from vault.custody.keyroom import KeyRoom, ServiceKey
from vault.database import key_queries
from vault.database.engine import Connection
from vault.errors import Unavailable


def successor_of(which: ServiceKey) -> str:
    """The name under which the key is stored that takes the place of this one."""
    return f"{which.value}.next"


def index_keys(keyroom: KeyRoom, which: ServiceKey) -> list[Secret]:
    """The key, and its successor while it is replaced. Sealed while sealed."""
    keys = [keyroom.service_key(which)]
    with contextlib.suppress(Unavailable):
        keys.append(keyroom.named_key(successor_of(which)))
    return keys


def newest_index_key(keyroom: KeyRoom, tx: Connection, which: ServiceKey) -> Secret:
    """The key for what is filed in this transaction: nobody begins or ends a replacement before its commit."""
    key_queries.share_keys(tx)
    keyroom.catch_up(tx)
    return index_keys(keyroom, which)[-1]
