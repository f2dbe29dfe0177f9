"""What a verification carries past entries whose bodies were pruned: the counters and open ends at that size.

Taken from a walk that found nothing wrong, stored beside the trail, and named by its digest in a ``trail.pruned`` leaf,
so that nobody can exchange it without exchanging a signed leaf (docs/spec/trail.md, "Pruning"). One spelling: JSON with
sorted members, no spaces, ASCII.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from vault.ledger.audit_facts import Walk
from vault.ledger.recorder import instant

STATE_VERSION = 1


class StateRefused(ValueError):
    """The stored state is none that a walk left behind."""


def encode_state(walk: Walk) -> bytes:
    """The walk as it stands after the leaf before ``walk.position``."""
    state = {
        "v": STATE_VERSION,
        "size": walk.position,
        "root": walk.frontier.root().hex(),
        "logged": walk.logged,
        "day_from": walk.day_from,
        "origin": walk.origin,
        "lanes": walk.lanes,
        "documents": walk.documents,
        "handles": walk.handles,
        "intents": {name: [position, instant(logged)] for name, (position, logged) in walk.intents.items()},
    }
    return json.dumps(state, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def digest_of_state(state: bytes) -> str:
    """As the ``trail.pruned`` leaf names it."""
    return hashlib.sha256(state).hexdigest()


def root_of_state(state: bytes) -> str:
    """The root (hex) at its size; for a state that was just taken."""
    return str(json.loads(state)["root"])


def restore_state(walk: Walk, state: bytes) -> None:
    """Goes on as the walk that left ``state``. StateRefused if it is none, or not of this size and root.

    Keys and erasures are not in it: the leaves that name them are never pruned.
    """
    try:
        stored: dict[str, Any] = json.loads(state)
        intents = {
            str(name): (int(position), dt.datetime.fromisoformat(logged))
            for name, (position, logged) in stored["intents"].items()
        }
        fits = (
            stored["v"] == STATE_VERSION
            and stored["size"] == walk.position
            and stored["root"] == walk.frontier.root().hex()
        )
        counters = [{str(name): int(last) for name, last in stored[kind].items()} for kind in _COUNTERS]
        logged, day_from, origin = str(stored["logged"]), int(stored["day_from"]), str(stored["origin"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StateRefused(str(error)) from error
    if not fits:
        raise StateRefused("a state of another size or root")
    walk.logged, walk.day_from, walk.origin, walk.intents = logged, day_from, origin, intents
    walk.lanes, walk.documents, walk.handles = counters


_COUNTERS = ("lanes", "documents", "handles")
