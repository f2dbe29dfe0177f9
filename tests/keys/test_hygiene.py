"""Hygiene of the process, tried in processes of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.servers import require

_REPORT = """
import json, os, resource
from keys.hygiene import harden_process
{before}
report = harden_process()
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
print(json.dumps({{
    "holds": {{measure.name: measure.holds for measure in report.measures}},
    "reasons": {{measure.name: measure.reason for measure in report.measures}},
    "all": report.holds,
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "locked": int(status["VmLck"].split()[0]),
}}))
"""


def _hardened(before: str = "") -> dict[str, Any]:
    require(sys.platform == "linux", "Linux")
    source = _REPORT.format(before=before)
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=60)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_hardened_process_leaves_no_core_and_no_dump() -> None:
    """Core files and dumping are off, and reported so."""
    report = _hardened()
    assert report["core"] == [0, 0]
    assert report["holds"]["not_dumpable"] is True
    assert report["holds"]["no_core_files"] is True


def test_memory_lock_is_reported_as_the_kernel_sees_it() -> None:
    """Locked memory is claimed if and only if the kernel counts some, and a reason is given otherwise."""
    report = _hardened()
    assert report["holds"]["memory_locked"] is (report["locked"] > 0)
    assert report["holds"]["memory_locked"] or report["reasons"]["memory_locked"]
    assert report["all"] is all(report["holds"].values())


def test_limited_memory_lock_is_not_tried_and_says_why() -> None:
    """Under a finite limit and without the capability nothing is locked, since later allocations would fail."""
    drop = "resource.setrlimit(resource.RLIMIT_MEMLOCK, (65536, 65536)); os.geteuid() or os.setuid(65534)"
    report = _hardened(drop)
    assert report["holds"]["memory_locked"] is False
    assert "RLIMIT_MEMLOCK" in str(report["reasons"]["memory_locked"])
