"""The peer of a verification: processes that read leaves, hash them and, if asked, decode them. Nothing else is loaded.

``python -m benchmarks.hashing_peer FILE LEAVES PROCESSES hash|decode``
"""

from __future__ import annotations

import hashlib
import itertools
import json
import sqlite3
import subprocess
import sys

BATCH = 2048


def lead(path: str, leaves: int, processes: int, work: str) -> None:
    """Starts as many processes, each with its share, and waits for them."""
    borders = [leaves * number // processes for number in range(processes + 1)]
    command = [sys.executable, "-m", "benchmarks.hashing_peer", path]
    running = [
        subprocess.Popen([*command, str(start), str(end), work, "share"]) for start, end in itertools.pairwise(borders)
    ]
    statuses = [process.wait() for process in running]
    if any(statuses):
        raise RuntimeError("a peer failed")


def hash_leaves(path: str, start: int, end: int, work: str) -> None:
    """The leaves from ``start`` to before ``end``."""
    database = sqlite3.connect(path)
    query = "SELECT leaf FROM trail_leaves WHERE position >= ? AND position < ? ORDER BY position"
    for begin in range(start, end, BATCH):
        for (leaf,) in database.execute(query, (begin, min(begin + BATCH, end))).fetchall():
            hashlib.sha256(b"\x00" + leaf).digest()
            if work == "decode":
                json.loads(leaf)


if __name__ == "__main__":
    file, one, other, wanted, *is_share = sys.argv[1:]
    (hash_leaves if is_share else lead)(file, int(one), int(other), wanted)
