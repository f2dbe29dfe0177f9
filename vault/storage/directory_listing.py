"""Walking a directory store: its objects, and what was left unfinished in it.

Guarantees: links are not followed, names that are no object keys are passed over, and what vanishes meanwhile is no
error. Ages are told by the file system's own clock, so that a network mount with another idea of now loses nothing.
"""

from __future__ import annotations

import datetime as dt
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from vault.storage.directory_errors import translated_os_errors
from vault.storage.object_keys import is_object_key
from vault.storage.port import ObjectKey, StoredObject

STALE_SECONDS = 24 * 3600


def stored_object(key: ObjectKey, status: os.stat_result) -> StoredObject:
    """What a file's status says of an object."""
    return StoredObject(key, status.st_size, dt.datetime.fromtimestamp(status.st_mtime, dt.UTC))


def walk_objects(root: Path, prefix: str) -> Iterator[StoredObject]:
    """Every plain file below ``root`` whose path is an object key beginning with ``prefix``."""
    begin = prefix.rpartition("/")[0]
    if begin and not is_object_key(begin):
        return
    folders = [begin]
    while folders:
        folder = folders.pop()
        for name, status in _entries(root / folder):
            path = f"{folder}/{name}" if folder else name
            if not is_object_key(path):
                continue
            if stat.S_ISDIR(status.st_mode):
                if path.startswith(prefix) or prefix.startswith(f"{path}/"):
                    folders.append(path)
            elif stat.S_ISREG(status.st_mode) and path.startswith(prefix):
                yield stored_object(ObjectKey(path), status)


def remove_stale_files(folder: Path) -> None:
    """Removes files in ``folder`` that nobody has written to for a day."""
    with tempfile.TemporaryFile(dir=folder) as now_file:
        now = os.fstat(now_file.fileno()).st_mtime
    for name, status in _entries(folder):
        if stat.S_ISREG(status.st_mode) and now - status.st_mtime > STALE_SECONDS:
            (folder / name).unlink(missing_ok=True)


def _entries(folder: Path) -> list[tuple[str, os.stat_result]]:
    found = []
    with translated_os_errors(None), suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                found.append((entry.name, entry.stat(follow_symlinks=False)))
    return found
