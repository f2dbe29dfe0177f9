"""A file that grows: appended to, synced before anybody relies on it, opened anew when it was moved away.

Rotation is left to the tool of the machine (logrotate with ``create`` or ``nocreate``; ``copytruncate`` loses lines):
before each batch the file behind the name is compared with the open one. What a crash tore off stays as it is, a line
of its own, and its entry is sent again whole: nothing that was written is ever rewritten.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vault.errors import Unavailable

_MODE = 0o640
_LINE_END = b"\n"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class FileOutput:
    """Appends to the file of this name. Its folder must be there."""

    may_forget = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    @property
    def is_open(self) -> bool:
        return self._file is not None and not self._was_moved(self._file)

    def open(self) -> None:
        if self.is_open:
            return
        self.close()
        with self._translated():
            self._file = self._opened()
            self._end_torn_line(self._file)

    def check(self) -> None:
        """A file does not end by itself; that it was moved away is seen when it is opened."""

    def send(self, content: bytes) -> None:
        self.open()
        assert self._file is not None
        with self._translated():
            _write_all(self._file, content)
            os.fsync(self._file)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _was_moved(self, file: int) -> bool:
        try:
            named, opened = self._path.stat(), os.fstat(file)
        except OSError:
            return True
        return (named.st_dev, named.st_ino) != (opened.st_dev, opened.st_ino)

    def _opened(self) -> int:
        """The file, made if it is not there; the folder is synced then, or the name could be lost with the power."""
        flags = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK
        try:
            file = os.open(self._path, flags)
        except FileNotFoundError:
            file = os.open(self._path, flags | os.O_CREAT, _MODE)
            _sync_folder(self._path.parent)
        if not stat.S_ISREG(os.fstat(file).st_mode):
            os.close(file)
            raise Unavailable("feed.file")
        return file

    def _end_torn_line(self, file: int) -> None:
        size = os.fstat(file).st_size
        if size and os.pread(file, 1, size - 1) != _LINE_END:
            _write_all(file, _LINE_END)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Closes after any failure, so that the next try begins with a look at the last line."""
        try:
            yield
        except OSError as error:
            self.close()
            raise Unavailable("feed.full" if error.errno in _FULL else "feed.file") from error


def _write_all(file: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
