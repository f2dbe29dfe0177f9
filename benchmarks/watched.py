"""A command as its user runs it, in a process of its own, and its cost: time, processor, memory, log on the disk."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_SAMPLE_SECONDS = 0.05
MEBIBYTE = 1 << 20


@dataclass(slots=True)
class Cost:
    """Of one run. ``helper_mib``: of its largest child, 0 where nobody helped; ``log_mib``: of the file that was
    watched, 0 without one. Memory is resident memory, looked at twenty times a second.
    """

    seconds: float
    processor_seconds: float
    most_mib: float
    growth_mib: float
    helper_mib: float
    log_mib: float


def run_watched(command: Sequence[str], *, log: Path | None = None) -> tuple[bytes, Cost]:
    """Its standard output and what it cost. ``log`` is a file of which the largest size is kept.

    Raises ``CalledProcessError`` if it does not end with 0.
    """
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT) as process:
        assert process.stdout is not None
        watch = _Watch(process.pid, log)
        watching = threading.Thread(target=watch.go_on, name="watch")
        watching.start()
        answer = process.stdout.read()
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)  # it is reaped already
        seconds = time.perf_counter() - begun
        watch.ended.set()
        watching.join()
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, list(command), answer)
    memory = (watch.most / MEBIBYTE, watch.growth / MEBIBYTE, watch.helper / MEBIBYTE)
    return answer, Cost(seconds, used.ru_utime + used.ru_stime, *memory, watch.log_bytes / MEBIBYTE)


class _Watch:
    """Looks at a process, its children and a file again and again. Bytes.

    ``growth`` is against what the process had before it had children.
    """

    def __init__(self, pid: int, log: Path | None) -> None:
        self._pid = pid
        self._log = log
        self._before_helpers = 0
        self.ended = threading.Event()
        self.most = self.helper = self.growth = self.log_bytes = 0

    def go_on(self) -> None:
        while not self.ended.wait(_SAMPLE_SECONDS):
            leading, children = resident(self._pid), _children(self._pid)
            if not children and not self.helper:
                self._before_helpers = leading
            self.most = max(self.most, leading)
            self.helper = max([self.helper, *(resident(child) for child in children)])
            self.growth = max(self.growth, leading - self._before_helpers)
            if self._log is not None and self._log.exists():
                self.log_bytes = max(self.log_bytes, self._log.stat().st_size)


def resident(pid: int) -> int:
    """Bytes of memory that a process has now; 0 if there is none."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _children(pid: int) -> list[int]:
    """Those that run what they were started for: until then a child is a copy of its parent, memory and all."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text(encoding="ascii").split()]
        except OSError:
            continue
    own = _command_line(pid)
    return [child for child in found if _command_line(child) != own]


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
