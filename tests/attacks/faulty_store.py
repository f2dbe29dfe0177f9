"""The real object store with something happening to its puts: cut off, full, or lying about what was taken."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, BinaryIO

from tests.attacks.observing import Killed
from vault.errors import Unavailable
from vault.storage.port import ObjectKey, ObjectStore


class FaultyStore:
    """The real store, whose put is replaced by something that happens to puts."""

    def __init__(self, inner: ObjectStore, put: Callable[[ObjectStore, ObjectKey, bytes], None]) -> None:
        self._inner, self._put = inner, put

    def put(self, key: ObjectKey, content: BinaryIO, *, size: int) -> None:
        self._put(self._inner, key, content.read(size))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def cut_off(store: ObjectStore, key: ObjectKey, content: bytes) -> None:
    store.put(key, io.BytesIO(content), size=len(content))
    raise Killed


def full(store: ObjectStore, key: ObjectKey, content: bytes) -> None:
    raise Unavailable("store.full")


def _lose(store: ObjectStore, key: ObjectKey, content: bytes) -> None:
    """Says nothing and keeps nothing."""


def _cut(store: ObjectStore, key: ObjectKey, content: bytes) -> None:
    store.put(key, io.BytesIO(content[:-1]), size=len(content) - 1)


def _flip(store: ObjectStore, key: ObjectKey, content: bytes) -> None:
    store.put(key, io.BytesIO(content[:-1] + bytes([content[-1] ^ 1])), size=len(content))


LIES = {"lost": _lose, "cut": _cut, "flipped": _flip}
