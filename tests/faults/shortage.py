"""A disk that is full, for real: a small tmpfs where mounting is permitted, else the kernel's limit on file sizes.

Either way it is the kernel that refuses the write, somewhere inside whatever writes then.
"""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DISK_MIB = 12
_FASTER = 8


@contextmanager
def small_disk(place: Path) -> Iterator[SmallDisk | SizeLimit]:
    """The most real shortage that this machine permits, at ``place``."""
    place.mkdir()
    if not _mounted(place):
        yield SizeLimit(place)
        return
    try:
        yield SmallDisk(place)
    finally:
        subprocess.run(["umount", str(place)], capture_output=True, check=True)


def _mounted(place: Path) -> bool:
    """Whether a small disk could be mounted there; asks for root and, in a container, for the right to mount."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", str(place)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@dataclass(frozen=True)
class SmallDisk:
    """A file system of its own; a filler takes what is to be missing."""

    directory: Path

    @contextmanager
    def leaving(self, free_bytes: int) -> Iterator[None]:
        filler = self.directory / "filler"
        descriptor = os.open(filler, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            status = os.fstatvfs(descriptor)
            taken = status.f_bavail * status.f_bsize - free_bytes
            if taken > 0:
                os.posix_fallocate(descriptor, 0, taken)
            yield
        finally:
            os.close(descriptor)
            filler.unlink()


@dataclass(frozen=True)
class SizeLimit:
    """No file of this process may grow beyond a limit; Python ignores the signal, so that the write fails.

    The limit grows faster than what is said to be free, so that in the end the database fits under it.
    """

    directory: Path

    @contextmanager
    def leaving(self, free_bytes: int) -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (free_bytes * _FASTER, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
