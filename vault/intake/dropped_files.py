"""Finds files in the watched folder and refuses to be led elsewhere by them.

Layout: ``<folder>/<dossier reference>/<file>``. Guarantees: only regular files with one link are seen, by lstat and
through directory descriptors opened with O_NOFOLLOW, so that no symbolic link, hard link, FIFO or swapped directory
leads out of the folder; hidden and temporary names are left alone. Source: ASVS 5.0.0 5.3.2, CWE-59, CWE-367.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from vault.errors import Unavailable
from vault.intake.settle import Appearance

QUARANTINE = "_quarantine"

_TEMPORARY_PREFIXES = (".", "~$", "~WRL")
_TEMPORARY_SUFFIXES = (".part", ".partial", ".crdownload", ".download", ".tmp", ".filepart", "~")


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """A file as seen: ``reference`` is its subfolder ("" for the folder itself), ``name`` its name there."""

    reference: str
    name: str
    appearance: Appearance


def list_dropped(folder: Path) -> list[DroppedFile]:
    """Every file that may be taken. Unavailable (``intake.folder_missing``) if the folder itself cannot be read."""
    try:
        with open_directory(folder) as descriptor:
            found = _files(descriptor, reference="")
            references = sorted(_directories(descriptor))
    except OSError as exc:
        raise Unavailable("intake.folder_missing") from exc
    for reference in references:
        with suppress(OSError), open_directory(folder / reference) as descriptor:
            found += _files(descriptor, reference=reference)
    return found


@contextmanager
def open_directory(path: Path) -> Iterator[int]:
    """A descriptor of a directory that is not reached through a link in its last part."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def is_takeable(status: os.stat_result) -> bool:
    """A regular file that has no second name anywhere."""
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1


def is_being_written(directory: int, name: str) -> bool:
    """Whether some process on this machine has the file open for writing, where the file system can tell.

    A read lease is refused while there is a writer (fcntl(2)). Other file systems and owners give no answer: False.
    """
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as exc:
        return exc.errno == errno.EAGAIN
    finally:
        os.close(descriptor)
    return False


def _is_temporary(name: str) -> bool:
    return name.startswith(_TEMPORARY_PREFIXES) or name.lower().endswith(_TEMPORARY_SUFFIXES)


def _directories(descriptor: int) -> list[str]:
    with os.scandir(descriptor) as entries:
        return [
            entry.name
            for entry in entries
            if entry.is_dir(follow_symlinks=False) and entry.name != QUARANTINE and not entry.name.startswith(".")
        ]


def _files(descriptor: int, *, reference: str) -> list[DroppedFile]:
    found = []
    with os.scandir(descriptor) as entries:
        for name in sorted(entry.name for entry in entries if not _is_temporary(entry.name)):
            with suppress(FileNotFoundError):
                status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                if is_takeable(status):
                    found.append(DroppedFile(reference=reference, name=name, appearance=Appearance.of(status)))
    return found
