"""Where a verification that found nothing came to its end, so that the next can go on from there.

It holds the tree's right edge and what a walk carries from leaf to leaf: enough that whatever follows must be the
continuation of exactly this tree. Whoever has it from elsewhere than the database needs to trust nothing in that; the
copy that the database keeps is a convenience, and worth what the leaf is worth that names its digest
(docs/spec/trail.md, "Going on from a verification"). One spelling: JSON with sorted members, no blanks, ASCII.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vault.ledger.audit_facts import ErasedPeriod, Walk
from vault.ledger.audit_keys import NamedKey
from vault.ledger.pruned_state import StateRefused, encode_state, restore_state
from vault.ledger.tree import Frontier

FORMAT = "dossier-vault verified trail v1"
MOST_BYTES = 2**28

__all__ = ["FORMAT", "StateRefused", "VerifiedState", "capture", "parse_file", "parse_state", "resume", "write_file"]


@dataclass(frozen=True, slots=True)
class VerifiedState:
    """The state after ``size`` leaves; ``encoded`` is what is stored and digested."""

    size: int
    root: bytes
    encoded: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 in hexadecimal, as the ``trail.verified`` leaf names it."""
        return hashlib.sha256(self.encoded).hexdigest()


def capture(walk: Walk) -> VerifiedState:
    """The walk as it stands."""
    before = {
        "edge": walk.frontier.edge_bytes().hex(),
        "erasures": {period: _erasure(walk, period) for period in walk.recorded_erasures},
        "format": FORMAT,
        "keys": {str(number): list(key) for number, key in walk.keys.items()},
    }
    encoded = b'%b,"walk":%b}' % (_encode(before)[:-1], encode_state(walk))  # spliced: the walk's state can be large
    return VerifiedState(walk.position, walk.frontier.root(), encoded)


def parse_state(encoded: bytes) -> VerifiedState:
    """The state in these bytes, whoever wrote them; StateRefused if it is none."""
    walk = Walk()
    _restore(walk, _load(encoded))
    return VerifiedState(walk.position, walk.frontier.root(), encoded)


def resume(walk: Walk, state: VerifiedState) -> None:
    """A fresh walk that goes on after ``state``."""
    _restore(walk, _load(state.encoded))


def write_file(state: VerifiedState) -> str:
    """For the auditor to keep: the state with its digest, against slips of copying and storing."""
    return _encode({"digest": state.digest, "state": json.loads(state.encoded)}).decode("ascii") + "\n"


def parse_file(text: str) -> VerifiedState:
    """The state that :func:`write_file` wrote; StateRefused if the file is none, or was altered."""
    if len(text) > MOST_BYTES:
        raise StateRefused("larger than any state")
    file = _load(text.encode("utf-8", "surrogatepass"))
    if file.keys() != {"digest", "state"} or not isinstance(file["state"], dict):
        raise StateRefused("not a verified state with its digest")
    state = parse_state(_encode(file["state"]))
    if file["digest"] != state.digest:
        raise StateRefused("the digest is that of another state")
    return state


def _load(encoded: bytes) -> dict[str, Any]:
    try:
        found = json.loads(encoded)
    except (ValueError, RecursionError) as error:
        raise StateRefused("not JSON") from error
    if not isinstance(found, dict):
        raise StateRefused("not an object")
    return found


def _restore(walk: Walk, state: dict[str, Any]) -> None:
    try:
        if state["format"] != FORMAT:
            raise StateRefused("another format")
        walk.position = int(state["walk"]["size"])
        walk.frontier = Frontier.from_bytes(walk.position, bytes.fromhex(state["edge"]))
        walk.keys = {int(number): _named_key(*key) for number, key in state["keys"].items()}
        _restore_erasures(walk, state["erasures"])
        restore_state(walk, _encode(state["walk"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StateRefused(str(error)) from error


def _erasure(walk: Walk, period: str) -> list[str | None]:
    """The month of an erased period, and whose handle its entries have as far as one was met."""
    use = walk.erased_periods.get(period)
    return [walk.recorded_erasures[period], use.handle if use is not None else None]


def _restore_erasures(walk: Walk, erasures: Mapping[str, Sequence[object]] | Sequence[str]) -> None:
    """States of older versions say which periods, and nothing else of them."""
    if not isinstance(erasures, Mapping):
        walk.recorded_erasures = {str(period): "" for period in erasures}
        return
    for period, (month, handle) in erasures.items():
        walk.recorded_erasures[period] = str(month)
        if month:
            walk.erased_periods[period] = ErasedPeriod(-1, str(month), None if handle is None else str(handle))


def _named_key(key: object, origin: object, from_size: object = None) -> NamedKey:
    """States of older versions do not say from which size on."""
    return NamedKey(str(key), str(origin), from_size if isinstance(from_size, int) else None)


def _encode(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")
