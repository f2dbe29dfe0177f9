"""An object store in a local directory.

Guarantees: an object is there whole and durable, or not at all (written beside, fsync, given its name without ever
replacing another, fsync of the folder); nothing is followed that is not a plain file or directory below the root; only
the owner may read (0600, 0700). Leaves to others: secrecy and integrity of contents, which are sealed, and copies of
the disk. A missing root is never created: an unmounted disk must not look like an empty store.

Source: reliability.md, "Durability": rename without fsync left 20 of 20 files empty after a power loss.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from vault.clock import RandomBytes
from vault.errors import Conflict, InputError, TamperError
from vault.storage.directory_errors import translated_os_errors
from vault.storage.directory_listing import remove_stale_files, stored_object, walk_objects
from vault.storage.object_keys import check_range, checked_key
from vault.storage.port import Capabilities, ObjectKey, StoredObject
from vault.storage.probing import probe_key, probe_store

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

UNFINISHED = ".unfinished"
"""Folder of files still being written; no key begins with a dot."""

_COPY_BYTES = 1 << 20
_DIRECTORY_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # NONBLOCK: a FIFO must not hang the open


class DirectoryStore:
    """:class:`vault.storage.port.ObjectStore` over ``root``, which must exist and be writable."""

    def __init__(self, root: Path, *, random: RandomBytes) -> None:
        self._root = root
        self._random = random

    def put(self, key: ObjectKey, content: BinaryIO, *, size: int) -> None:
        """Stores ``size`` bytes under a key that is free; Conflict ``object.exists`` otherwise.

        1. write beside   2. fsync   3. give it its name   4. fsync the folder
        A crash before 3 leaves a file in ``.unfinished`` that :meth:`probe` removes a day later.
        InputError ``intake.size_mismatch`` if ``content`` ends early.
        """
        name = checked_key(key).rpartition("/")[2]
        with translated_os_errors(key):
            descriptor, unfinished = tempfile.mkstemp(dir=self._unfinished_folder())
        try:
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                self._copy(key, content, file.fileno(), size)  # 1
                with translated_os_errors(key):
                    os.fsync(file.fileno())  # 2
            with translated_os_errors(key), self._folder(key, create=True) as folder:
                self._give_name(unfinished, name, folder)  # 3
                os.fsync(folder)  # 4
        finally:
            with suppress(OSError):
                Path(unfinished).unlink(missing_ok=True)

    def open_range(self, key: ObjectKey, *, offset: int, length: int) -> bytes:
        check_range(offset=offset, length=length)
        with self._file(key) as descriptor, translated_os_errors(key):
            if offset + length > os.fstat(descriptor).st_size:
                raise TamperError("object.length")
            block = os.pread(descriptor, length, offset)
            while len(block) < length:
                more = os.pread(descriptor, length - len(block), offset + len(block))
                if not more:
                    raise TamperError("object.length")
                block += more
            return block

    @contextmanager
    def open_stream(self, key: ObjectKey) -> Iterator[BinaryIO]:
        with self._file(key) as descriptor:
            yield io.BufferedReader(_FileReader(key, descriptor), _COPY_BYTES)

    def stat(self, key: ObjectKey) -> StoredObject:
        with self._file(key) as descriptor, translated_os_errors(key):
            return stored_object(key, os.fstat(descriptor))

    def delete(self, key: ObjectKey) -> None:
        """Removes the object durably; the folder stays."""
        name = checked_key(key).rpartition("/")[2]
        with translated_os_errors(key):
            try:
                with self._folder(key) as folder:
                    os.unlink(name, dir_fd=folder)
                    os.fsync(folder)
            except FileNotFoundError:
                self._require_root()

    def list_objects(self, prefix: str = "") -> Iterator[StoredObject]:
        """Every object whose key begins with ``prefix``, in no order that can be relied on."""
        self._require_root()
        yield from walk_objects(self._root, prefix)

    def probe(self) -> Capabilities:
        """As the port says; also removes what puts that were killed left behind more than a day ago."""
        key = probe_key(self._random)
        capabilities = probe_store(self, key, kind="directory", place=str(self._root))
        with translated_os_errors(key):
            remove_stale_files(self._unfinished_folder())
        return capabilities

    def _copy(self, key: ObjectKey, content: BinaryIO, descriptor: int, size: int) -> None:
        remaining = size
        while remaining:
            block = memoryview(content.read(min(_COPY_BYTES, remaining)))
            if not block:
                raise InputError("intake.size_mismatch", announced=size, received=size - remaining)
            remaining -= len(block)
            with translated_os_errors(key):
                while block:
                    block = block[os.write(descriptor, block) :]

    def _give_name(self, unfinished: str, name: str, folder: int) -> None:
        try:
            os.link(unfinished, name, dst_dir_fd=folder)  # unlike rename it never replaces
            return
        except FileExistsError as exc:
            raise Conflict("object.exists") from exc
        except OSError as exc:
            if exc.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK):
                raise
        # a file system without hard links; keys are random, so that nobody races for this one
        with suppress(FileNotFoundError):
            os.stat(name, dir_fd=folder, follow_symlinks=False)
            raise Conflict("object.exists")
        os.rename(unfinished, name, dst_dir_fd=folder)

    def _unfinished_folder(self) -> Path:
        self._require_root()
        folder = self._root / UNFINISHED
        folder.mkdir(mode=0o700, exist_ok=True)
        if not stat.S_ISDIR(folder.lstat().st_mode):
            raise TamperError("object.kind")
        return folder

    def _require_root(self) -> None:
        with translated_os_errors(None):
            os.close(os.open(self._root, _DIRECTORY_FLAGS & ~os.O_NOFOLLOW))

    @contextmanager
    def _file(self, key: ObjectKey) -> Iterator[int]:
        name = checked_key(key).rpartition("/")[2]
        with translated_os_errors(key):
            try:
                with self._folder(key) as folder:
                    descriptor = os.open(name, _FILE_FLAGS, dir_fd=folder)
            except FileNotFoundError:
                self._require_root()
                raise
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise TamperError("object.kind")
            yield descriptor
        finally:
            os.close(descriptor)

    @contextmanager
    def _folder(self, key: ObjectKey, *, create: bool = False) -> Iterator[int]:
        """The folder of ``key``, reached segment by segment so that no link is followed below the root."""
        descriptor = os.open(self._root, _DIRECTORY_FLAGS & ~os.O_NOFOLLOW)
        try:
            for segment in key.split("/")[:-1]:
                if create:
                    _make_folder(segment, descriptor)
                inner = os.open(segment, _DIRECTORY_FLAGS, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = inner
            yield descriptor
        finally:
            os.close(descriptor)


class _FileReader(io.RawIOBase):
    """An open file whose read errors are the vault's."""

    def __init__(self, key: ObjectKey, descriptor: int) -> None:
        self._key = key
        self._descriptor = descriptor

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        with translated_os_errors(self._key):
            return os.readv(self._descriptor, [buffer])


def _make_folder(name: str, parent: int) -> None:
    with suppress(FileExistsError):
        os.mkdir(name, mode=0o700, dir_fd=parent)
        os.fsync(parent)
