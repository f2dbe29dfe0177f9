"""What makes the tests quick without changing what they prove; used by ``tests/conftest.py`` alone.

``use_memory_for_files``: files whose loss nobody tests lie in memory. The product asks for every commit to be on disk
before it goes on, and so it does here; a disk that takes milliseconds for that makes the tests wait for most of their
time.

``share_compiled_statements``: every test has an engine of its own, and would compile the same statements anew.
"""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

_MEMORY = Path("/dev/shm")
_ENOUGH_BYTES = 4 << 30
"""Of free space, and of memory beside it: several times what the tests of all workers hold at once."""


def use_memory_for_files() -> None:
    """Makes ``/dev/shm`` the directory for temporary files, here and in child processes.

    Not where TMPDIR is set, where it is small, as in many containers, or where memory is short.
    """
    if "TMPDIR" in os.environ or not _MEMORY.is_dir():
        return
    if min(shutil.disk_usage(_MEMORY).free, _available_memory()) >= _ENOUGH_BYTES:
        os.environ["TMPDIR"] = str(_MEMORY)
        tempfile.tempdir = None


def share_compiled_statements() -> None:
    """Lets all engines of this process that speak to the same kind of database share what they compiled."""
    original = sa.create_engine
    shared = _Statements()

    @functools.wraps(original)
    def create_engine(*args: Any, **options: Any) -> sa.Engine:
        engine = original(*args, **options)
        engine.update_execution_options(compiled_cache=shared)
        return engine

    sa.create_engine = create_engine


class _Statements(MutableMapping[Any, Any]):
    """SQLAlchemy's keys begin with the dialect of the one engine; here they begin with its name."""

    def __init__(self) -> None:
        self._compiled: dict[Any, Any] = {}

    def __getitem__(self, key: Any) -> Any:
        return self._compiled[_without_engine(key)]

    def __setitem__(self, key: Any, compiled: Any) -> None:
        self._compiled[_without_engine(key)] = compiled

    def __delitem__(self, key: Any) -> None:
        del self._compiled[_without_engine(key)]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._compiled)

    def __len__(self) -> int:
        return len(self._compiled)


def _without_engine(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *rest = key
    return (dialect.name, *rest)


def _available_memory() -> int:
    """Bytes, as the system estimates them; 0 where it does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:")), 0)
