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

from vault.database.spilled_counters import SpilledCounters
from vault.ledger.audit_facts import Counters, OpenIntent, Walk
from vault.ledger.recorder import instant

STATE_VERSION = 1


class StateRefused(ValueError):
    """The stored state is none that a walk left behind."""


def encode_state(walk: Walk) -> bytes:
    """The walk as it stands after the leaf before ``walk.position``."""
    intents = {name: [each.position, instant(each.logged), each.event] for name, each in walk.intents.items()}
    return b"".join(
        (
            b'{"day_from":%d,"documents":' % walk.day_from,
            _encode_counters(walk.documents),
            b',"handles":',
            _encode_counters(walk.handles),
            b',"intents":',
            _encode(intents),
            b',"lanes":',
            _encode_counters(walk.lanes),
            b',"logged":%b,"origin":%b,"root":"%b"'
            % (_encode(walk.logged), _encode(walk.origin), walk.frontier.root().hex().encode("ascii")),
            b',"size":%d,"v":%d}' % (walk.position, STATE_VERSION),
        )
    )


def _encode_counters(counters: Counters) -> bytes:
    """An object with sorted members, of as many counters as there are, made piece by piece."""
    encoded = bytearray(b"{")
    for name, last in counters.items():
        encoded += b",%b:%d" % (_encode(name), last) if len(encoded) > 1 else b"%b:%d" % (_encode(name), last)
    return bytes(encoded + b"}")


def _encode(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


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
            str(name): OpenIntent(int(position), dt.datetime.fromisoformat(logged), *map(str, event))
            for name, (position, logged, *event) in stored["intents"].items()
        }
        fits = (
            stored["v"] == STATE_VERSION
            and stored["size"] == walk.position
            and stored["root"] == walk.frontier.root().hex()
        )
        counters = [_counters(stored.pop(kind)) for kind in _COUNTERS]
        logged, day_from, origin = str(stored["logged"]), int(stored["day_from"]), str(stored["origin"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StateRefused(str(error)) from error
    if not fits:
        raise StateRefused("a state of another size or root")
    walk.logged, walk.day_from, walk.origin, walk.intents = logged, day_from, origin, intents
    walk.lanes, walk.documents, walk.handles = counters


def _counters(stored: dict[str, Any]) -> Counters:
    counters = SpilledCounters()
    for name, last in stored.items():
        counters[str(name)] = int(last)
    return counters


_COUNTERS = ("lanes", "documents", "handles")
