"""An anchor in a directory: one file for each checkpoint, made once and never written again.

Guarantees: a file is there whole and durable before its placement counts (written beside, fsync, linked to a name that
is free, fsync of the folder); nothing is ever replaced or removed here. Leaves to others: that the directory is another
owner's. A file system mounted from another machine, where files can be added and not changed (WORM, ``chattr +a``, an
export whose server keeps snapshots), is what makes this an anchor against whoever runs the vault.

A missing directory is never made: a share that is not mounted must not look like an anchor that holds nothing.
"""

from __future__ import annotations

import errno
import heapq
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from vault.anchors.naming import FOLDER, folder_of, is_name, name_of, named_note
from vault.anchors.port import LONGEST_NOTE_BYTES, AnchorKind, Held, Placement, Receipt
from vault.clock import RandomBytes
from vault.errors import TamperError, Unavailable

MOST_NEWEST = 16
"""So many are looked at before an anchor's folder is taken to hold nothing of this trail."""

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a FIFO must not hang the open
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class DirectoryAnchor:
    """:class:`vault.anchors.port.Anchor` over a directory, which must exist."""

    kind = AnchorKind.DIRECTORY
    remembers = True

    def __init__(self, name: str, path: Path, *, period_seconds: float, random: RandomBytes) -> None:
        self.name = name
        self.place_name = str(path)
        self.period_seconds = period_seconds
        self._path = path
        self._random = random

    def place(self, placement: Placement) -> Receipt:
        """1. write beside   2. fsync   3. link to its name, which is free   4. fsync the folder

        Killed before 3, a file ``.x.unfinished`` stays that nobody takes for a note. A name that is taken holds this
        very note, or somebody has altered it: TamperError ``anchor.altered``.
        """
        name, content = name_of(placement.note, placement.checkpoint), placement.note.encode()
        folder_name = folder_of(placement.checkpoint.origin)
        with _translated_os_errors(), self._folder(folder_name, create=True) as folder:
            if not self._is_there(folder, name, content):
                self._write(folder, name, content)
            os.fsync(folder)  # 4; also of what a killed placement linked
        return Receipt(content, locator=f"{folder_name}/{name}")

    def newest(self, _origins: Sequence[str]) -> list[Held]:
        """From every folder of a log: a successor that this database knows nothing of has one as well."""
        found = []
        with _translated_os_errors():
            for folder in self._folders():
                found += [self._read(folder, name) for name in heapq.nsmallest(MOST_NEWEST, self._names(folder))]
        return found

    def held(self, _origins: Sequence[str]) -> Iterator[Held]:
        with _translated_os_errors():
            for folder in self._folders():
                for name in sorted(self._names(folder)):
                    yield self._read(folder, name)

    def check_receipt(self, note: str, receipt: bytes) -> str:
        return "" if receipt == note.encode() else "receipt.differs"

    def _is_there(self, folder: int, name: str, content: bytes) -> bool:
        try:
            found = _content(folder, name)
        except FileNotFoundError:
            return False
        if found != content:
            raise TamperError("anchor.altered")
        return True

    def _write(self, folder: int, name: str, content: bytes) -> None:
        beside = f".{self._random(8).hex()}.unfinished"
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644, dir_fd=folder)
        try:
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                view = memoryview(content)
                while view:  # 1
                    view = view[os.write(file.fileno(), view) :]
                os.fsync(file.fileno())  # 2
            os.link(beside, name, src_dir_fd=folder, dst_dir_fd=folder)  # 3: unlike rename it never replaces
        except FileExistsError:  # another node was faster
            self._is_there(folder, name, content)
        finally:
            with suppress(OSError):  # where files can be added and not removed, it stays and does no harm
                os.unlink(beside, dir_fd=folder)

    def _folders(self) -> list[str]:
        with os.scandir(self._path) as entries:
            return sorted(each.name for each in entries if FOLDER.fullmatch(each.name) and _is_folder(each))

    def _names(self, folder: str) -> list[str]:
        with os.scandir(self._path / folder) as entries:
            return [each.name for each in entries if is_name(each.name)]

    def _read(self, folder: str, name: str) -> Held:
        """What is no readable file is held too: as a note that opens nowhere."""
        try:
            with self._folder(folder) as descriptor:
                content = _content(descriptor, name)
        except OSError:
            content = b""
        return Held(named_note(name, content), f"{folder}/{name}")

    @contextmanager
    def _folder(self, name: str, *, create: bool = False) -> Iterator[int]:
        root = os.open(self._path, _FOLDER_FLAGS & ~os.O_NOFOLLOW)
        try:
            if create:
                with suppress(FileExistsError):
                    os.mkdir(name, mode=0o755, dir_fd=root)
                    os.fsync(root)
            folder = os.open(name, _FOLDER_FLAGS, dir_fd=root)
        finally:
            os.close(root)
        try:
            yield folder
        finally:
            os.close(folder)


def _content(folder: int, name: str) -> bytes:
    """At most one byte more than a note may have; OSError for what is no plain file."""
    descriptor = os.open(name, _FILE_FLAGS, dir_fd=folder)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a plain file")
        return os.pread(descriptor, LONGEST_NOTE_BYTES + 1, 0)
    finally:
        os.close(descriptor)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)


@contextmanager
def _translated_os_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(_code_of(error)) from error


def _code_of(error: OSError) -> str:
    if error.errno in _FULL:
        return "anchor.full"
    if error.errno in _DENIED:
        return "anchor.denied"
    return "anchor.missing" if error.errno in {errno.ENOENT, errno.ENOTDIR} else "anchor.unreachable"
