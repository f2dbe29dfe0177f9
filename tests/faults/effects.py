"""Everything a process asks of the world outside it, counted, so that a fault can strike at the k-th of them.

Nothing in the product knows of this: the store is wrapped at its port, the database is watched through SQLAlchemy's
events, and files through the functions of ``os``. What only asks (a SELECT, a read) can fail but leaves nothing behind,
so a kill is tried only at what changes something; between two such effects nothing changes but memory, and a kill
before each of them, and one after the last, is a kill everywhere.
"""

from __future__ import annotations

import dataclasses
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy import event

from vault.database.engine import Engine
from vault.runtime import Vault
from vault.storage.port import Capabilities, ObjectKey, ObjectStore, StoredObject

Strike = Callable[[str], None]
"""Told the effect that is about to happen; kills, raises, or returns."""

_QUESTIONS = ("SELECT", "PRAGMA", "BEGIN DEFERRED")
_MAKING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_FILE_EVENTS = frozenset({"os.link", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod"})


@dataclass
class Effects:
    """Counts effects; from the one numbered ``at`` on, ``lasting`` of them are struck."""

    strike: Strike
    at: int = 0
    lasting: int = 1
    with_questions: bool = False
    kinds: tuple[str, ...] = ("",)
    inside_store: bool = True
    count: int = 0
    last: str = ""
    _paused: bool = False

    def about_to(self, effect: str, *, asks: bool = False) -> None:
        """``asks``: it changes nothing out there. Only effects that begin with one of ``kinds`` count."""
        if self._paused or (asks and not self.with_questions) or not effect.startswith(self.kinds):
            return
        self.count += 1
        self.last = effect
        if self.at and self.at <= self.count < self.at + self.lasting:
            self.strike(effect)

    def arm(self, at: int, *, lasting: int = 1) -> None:
        """Counts from the beginning and strikes at the ``at``-th."""
        self.at, self.lasting, self.count = at, lasting, 0

    @contextmanager
    def in_store(self) -> Iterator[None]:
        """While a store puts: what it does for that counts only if ``inside_store``."""
        self._paused = not self.inside_store
        try:
            yield
        finally:
            self._paused = False

    def disarm(self) -> None:
        """Lets everything through."""
        self.at = 0


def kill_myself(_effect: str) -> None:
    """The power goes off."""
    os.kill(os.getpid(), signal.SIGKILL)


def watched_vault(vault: Vault, effects: Effects) -> Vault:
    """The same vault, whose store and database are counted from now on."""
    watch_engine(vault.engine, effects)
    return dataclasses.replace(vault, store=WatchedStore(vault.store, effects))


def watch_engine(engine: Engine, effects: Effects) -> None:
    """Counts each statement before it is executed, and each commit before and after it."""

    def about_to_execute(_cursor: object, statement: str, _parameters: object, _context: object) -> None:
        effects.about_to(f"sql: {' '.join(statement.split())[:60]}", asks=statement.lstrip().startswith(_QUESTIONS))

    def about_to_execute_bare(_cursor: object, statement: str, _context: object) -> None:
        about_to_execute(_cursor, statement, None, _context)

    event.listen(engine, "do_execute", about_to_execute)
    event.listen(engine, "do_executemany", about_to_execute)
    event.listen(engine, "do_execute_no_params", about_to_execute_bare)
    commit = engine.dialect.do_commit

    def do_commit(connection: Any) -> None:
        effects.about_to("commit")
        commit(connection)
        effects.about_to("commit answered")

    engine.dialect.do_commit = do_commit  # type: ignore[method-assign]


class WatchedStore:
    """An object store behind its own port; reading what is put counts too, since a put may end anywhere in it."""

    def __init__(self, inner: ObjectStore, effects: Effects) -> None:
        self._inner = inner
        self._effects = effects

    def put(self, key: ObjectKey, content: BinaryIO, *, size: int) -> None:
        self._effects.about_to("store: put")
        with self._effects.in_store():
            self._inner.put(key, _WatchedContent(content, self._effects), size=size)
        self._effects.about_to("store: put answered")

    def open_range(self, key: ObjectKey, *, offset: int, length: int) -> bytes:
        self._effects.about_to("store: range", asks=True)
        return self._inner.open_range(key, offset=offset, length=length)

    def open_stream(self, key: ObjectKey) -> AbstractContextManager[BinaryIO]:
        self._effects.about_to("store: stream", asks=True)
        return self._inner.open_stream(key)

    def stat(self, key: ObjectKey) -> StoredObject:
        self._effects.about_to("store: stat", asks=True)
        return self._inner.stat(key)

    def delete(self, key: ObjectKey) -> None:
        self._effects.about_to("store: delete")
        self._inner.delete(key)
        self._effects.about_to("store: delete answered")

    def list_objects(self, prefix: str = "") -> Iterator[StoredObject]:
        self._effects.about_to("store: list", asks=True)
        return self._inner.list_objects(prefix)

    def probe(self) -> Capabilities:
        self._effects.about_to("store: probe")
        return self._inner.probe()


class _WatchedContent(io.RawIOBase):
    def __init__(self, inner: BinaryIO, effects: Effects) -> None:
        self._inner = inner
        self._effects = effects

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        self._effects.about_to("store: reads what is put")
        return self._inner.read(size)


def watch_files(effects: Effects) -> None:
    """Counts what changes the file system. Cannot be taken back: only in a process that ends soon."""

    def audit(name: str, arguments: tuple[Any, ...]) -> None:
        if name in _FILE_EVENTS or (name == "open" and isinstance(arguments[2], int) and arguments[2] & _MAKING):
            effects.about_to(f"file: {name}")

    sys.addaudithook(audit)
    os.write = _counted(os.write, "file: write", effects)  # type: ignore[assignment]
    os.fsync = _counted(os.fsync, "file: fsync", effects)  # type: ignore[assignment]


@contextmanager
def watching_files(effects: Effects) -> Iterator[Effects]:
    """Counts writing, syncing and naming of files while the block runs, so that any of it can be made to fail."""
    names = ("write", "fsync", "link", "rename", "mkdir", "unlink")
    originals = {name: getattr(os, name) for name in names}
    for name, original in originals.items():
        setattr(os, name, _counted(original, f"file: {name}", effects))
    try:
        yield effects
    finally:
        for name, original in originals.items():
            setattr(os, name, original)


def _counted(function: Callable[..., Any], effect: str, effects: Effects) -> Callable[..., Any]:
    def counted(*arguments: Any, **named: Any) -> Any:
        effects.about_to(effect)
        return function(*arguments, **named)

    return counted


def open_connections(engine: Engine) -> int:
    """Connections that are checked out of the pool now."""
    pool = engine.pool
    assert isinstance(pool, sa.pool.QueuePool)
    return pool.checkedout()
