"""Keeping key bytes out of core dumps, debuggers and swap, as far as the system allows, and saying how far that was.

Three measures, each tried on its own: not dumpable (Linux ``prctl``; also closes ``/proc/<pid>/mem`` and ptrace to the
same user), no core files (``RLIMIT_CORE``), memory locked (``mlockall``). They hold for this process, not for what it
forks (locks) or executes (both): call once in every process that holds keys. Python keeps copies of key bytes, so
nothing here promises that memory is wiped.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from dataclasses import dataclass
from pathlib import Path

_PR_GET_DUMPABLE = 3
_PR_SET_DUMPABLE = 4
_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4
_CAP_IPC_LOCK = 14
_LINUX = "linux"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: whether it holds, and why not."""

    name: str
    holds: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HygieneReport:
    """What held in this process."""

    not_dumpable: Measure
    no_core_files: Measure
    memory_locked: Measure

    @property
    def measures(self) -> tuple[Measure, ...]:
        return (self.not_dumpable, self.no_core_files, self.memory_locked)

    @property
    def holds(self) -> bool:
        """Whether all of them hold."""
        return all(measure.holds for measure in self.measures)


def harden_process() -> HygieneReport:
    """Applies every measure that the system allows. Never raises for one that it does not."""
    return HygieneReport(_forbid_dumping(), _forbid_core_files(), _lock_memory())


def _forbid_dumping() -> Measure:
    name = "not_dumpable"
    if sys.platform != _LINUX:
        return Measure(name, holds=False, reason="only Linux has it")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        return Measure(name, holds=False, reason=os.strerror(ctypes.get_errno()))
    return Measure(name, holds=libc.prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) == 0)


def _forbid_core_files() -> Measure:
    name = "no_core_files"
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError) as exc:
        return Measure(name, holds=False, reason=str(exc))
    return Measure(name, holds=True)


def _lock_memory() -> Measure:
    name = "memory_locked"
    if sys.platform != _LINUX:
        return Measure(name, holds=False, reason="only Linux has it")
    if not _may_lock_everything():
        # Locking what comes under a finite limit would make a later allocation fail in the middle of a request.
        return Measure(name, holds=False, reason="RLIMIT_MEMLOCK is limited: set LimitMEMLOCK=infinity")
    libc = ctypes.CDLL(None, use_errno=True)
    # ONFAULT locks pages as they are touched, so that address space that is only reserved costs no memory.
    if libc.mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT) != 0:
        return Measure(name, holds=False, reason=os.strerror(ctypes.get_errno()))
    return Measure(name, holds=True)


def _may_lock_everything() -> bool:
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    return soft == resource.RLIM_INFINITY or _has_capability(_CAP_IPC_LOCK)


def _has_capability(number: int) -> bool:
    try:
        status = Path("/proc/self/status").read_bytes()
    except OSError:
        return False
    effective = next((line.split()[1] for line in status.splitlines() if line.startswith(b"CapEff:")), b"0")
    return bool(int(effective, 16) >> number & 1)
