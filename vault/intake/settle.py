"""When a file in the watched folder is complete: pure.

Guarantees: a file counts as settled only after its identity, size and time of change stayed the same for the whole
quiet time, as seen at least twice. A half-written file whose writer died settles too: whether it is sound is for the
converter to find out. Times are monotonic seconds, so a step of the wall clock settles nothing.
"""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Appearance:
    """What changes when a file is written to, replaced or swapped."""

    device: int
    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Appearance:
        return cls(device=status.st_dev, inode=status.st_ino, size=status.st_size, modified_ns=status.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Watched:
    """An appearance and since when it has not changed."""

    appearance: Appearance
    unchanged_since: float

    def is_settled(self, *, now: float, quiet_seconds: float) -> bool:
        return now - self.unchanged_since >= quiet_seconds


def observe(before: Watched | None, seen: Appearance, *, now: float) -> Watched:
    """What is known after seeing the file once more."""
    if before is not None and before.appearance == seen:
        return before
    return Watched(appearance=seen, unchanged_since=now)
