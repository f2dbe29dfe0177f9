"""One export made as the worker makes it, in a process in which nothing else happens.

``python -m benchmarks.export_worker CONFIG EXPORT`` prints seconds, processor seconds and the resident MiB before it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from benchmarks.watched import MEBIBYTE, resident
from gateway.export_words import ScreenWords
from tests.company import open_company_vault
from vault.trail.exports.making import make_next


def make(config: Path, export_id: str) -> dict[str, float]:
    """What it took."""
    vault = open_company_vault(config)
    vault.keyroom.unseal()
    words, before = ScreenWords(), resident(os.getpid()) / MEBIBYTE
    begun, processor = time.perf_counter(), time.process_time()
    if not make_next(vault, words=words, worker="benchmark", export_id=export_id):
        raise RuntimeError("there is no such export")
    seconds, processor_seconds = time.perf_counter() - begun, time.process_time() - processor
    return {"seconds": seconds, "processor_seconds": processor_seconds, "before_mib": before}


if __name__ == "__main__":
    print(json.dumps(make(Path(sys.argv[1]), sys.argv[2])))
