"""What runs after ``serve``: the real process tree over a real vault."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.company import copy_company
from tests.repository.sources import ROOT
from tests.servers import free_port, require

START_SECONDS = 60
END_SECONDS = 60
_CAP_IPC_LOCK = 14


@contextmanager
def served(directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The process tree of ``serve``, answering; it must end orderly on SIGTERM."""
    port = free_port()
    config = directory / "config.toml"
    config.write_text(config.read_text() + f'\n[gateway]\nlisten = "127.0.0.1:{port}"\nworkers = 1\n')
    command = [sys.executable, "-m", "gateway", "--config", str(config), "serve"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await_answer(port, process)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(END_SECONDS) == 0


def test_every_process_that_holds_keys_locks_its_memory(built_company: Path, tmp_path: Path) -> None:
    """A fork does not inherit the lock, so each process takes its own: the worker and every web process."""
    require(_may_lock_memory(), "the right to lock memory (CAP_IPC_LOCK)")
    copy_company(built_company, tmp_path / "vault")

    with served(tmp_path / "vault") as process:
        children = _children(process.pid)
        web_master = next(each for each in children if _children(each))
        [worker] = [each for each in children if each != web_master]
        assert all(_locked_kilobytes(each) > 0 for each in [process.pid, worker, *_children(web_master)])


def _await_answer(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the gateway does not answer")


def _children(parent: int) -> list[int]:
    return [process for process in _processes() if _status_of(process).get("PPid") == str(parent)]


def _processes() -> list[int]:
    return sorted(int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())


def _status_of(process: int | str) -> dict[str, str]:
    """Names and values as the kernel gives them; nothing for a process that has ended."""
    with suppress(OSError):
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        return {name: value.split()[0] for name, _, value in (line.partition(":") for line in lines) if value.split()}
    return {}


def _locked_kilobytes(process: int) -> int:
    return int(_status_of(process)["VmLck"])


def _may_lock_memory() -> bool:
    if sys.platform != "linux":
        return False
    return os.geteuid() == 0 and bool(int(_status_of("self")["CapEff"], 16) >> _CAP_IPC_LOCK & 1)
