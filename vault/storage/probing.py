"""Trying a store out before it is relied on: write, look, read, read a range, delete.

Guarantees that a store which passed has kept and given back real bytes a moment ago, and that nothing of the attempt is
left. Leaves to others: every later failure.
"""

from __future__ import annotations

import io
from contextlib import suppress

from vault.clock import RandomBytes
from vault.errors import NotFound, TamperError, Unavailable, VaultError
from vault.storage.port import Capabilities, ObjectKey, ObjectStore

_PROBE_BYTES = 4096
_RANGE = slice(1000, 3000)


def probe_key(random: RandomBytes) -> ObjectKey:
    """A fresh key for one probe."""
    return ObjectKey(f"probe/{random(16).hex()}")


def probe_store(store: ObjectStore, key: ObjectKey, *, kind: str, place: str) -> Capabilities:
    """What was found out. Unavailable: as the store says, or ``store.unreliable`` with the ``step`` that went wrong."""
    content = (key.encode() * _PROBE_BYTES)[:_PROBE_BYTES]
    try:
        store.put(key, io.BytesIO(content), size=_PROBE_BYTES)
        _require(store.stat(key).size == _PROBE_BYTES, "size")
        with store.open_stream(key) as stream:
            _require(stream.read() == content, "read")
        part = store.open_range(key, offset=_RANGE.start, length=_RANGE.stop - _RANGE.start)
        _require(part == content[_RANGE], "range")
        _require(any(found.key == key for found in store.list_objects(key)), "list")
        store.delete(key)
        _require(_is_gone(store, key), "delete")
    except (NotFound, TamperError) as exc:
        raise Unavailable("store.unreliable", step="read") from exc
    finally:
        with suppress(VaultError):
            store.delete(key)
    facts = (("write", "ok"), ("read", "ok"), ("ranged read", "ok"), ("list", "ok"), ("delete", "ok"))
    return Capabilities(kind, place, facts)


def _is_gone(store: ObjectStore, key: ObjectKey) -> bool:
    try:
        store.stat(key)
    except NotFound:
        return True
    return False


def _require(holds: bool, step: str) -> None:
    if not holds:
        raise Unavailable("store.unreliable", step=step)
