"""Runs one child: starts it with nothing, reads from it within a time budget, and leaves nothing of it behind.

Guarantees: empty environment, own session, own empty directory, no descriptor but the source, the pipe and the font;
on every way out the whole process group is killed, the child is reaped, the pipe closed and the directory gone. The
child also dies with its parent (confinement). Time is counted only while waiting, so a slow caller costs nothing.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vault.errors import Unavailable
from vault.intake.converter.job import Job
from vault.intake.converter.limits import ConversionLimits
from vault.intake.converter.refusals import Refusal, error_of
from vault.intake.converter.sandbox import Sandbox

# "-I" takes neither the environment nor the current directory into account, so the import root is said here.
_LAUNCHER = (
    "import sys, importlib; root, entry, job = sys.argv[1:]; sys.path.append(root); "
    "importlib.import_module(entry).main(job)"
)
_READ_BYTES = 1 << 20
_EXHAUSTED = {signal.SIGXCPU, signal.SIGKILL, signal.SIGABRT, signal.SIGTRAP, signal.SIGILL}


class ChildEnded(Exception):
    """The pipe ended before the protocol did."""


class ChildProcess:
    """A running child as :func:`running_child` yields it."""

    def __init__(self, process: subprocess.Popen[bytes], sandbox: Sandbox, wall_seconds: float) -> None:
        assert process.stdout is not None
        self._process = process
        self._pipe = process.stdout.fileno()
        self._monotonic = sandbox.monotonic
        self._seconds_left = wall_seconds
        self._poll = select.poll()
        self._poll.register(self._pipe, select.POLLIN)

    def read_exactly(self, count: int) -> bytes:
        """``count`` bytes; ``intake.timeout`` when the budget is spent, :class:`ChildEnded` when there are no more."""
        received = bytearray()
        while len(received) < count:
            self._wait_readable()
            chunk = os.read(self._pipe, min(count - len(received), _READ_BYTES))
            if not chunk:
                raise ChildEnded
            received += chunk
        return bytes(received)

    def refusal_by_exit(self) -> Refusal:
        """What the end of a child that said nothing means, by the signal that ended it."""
        try:
            status = self._process.wait(timeout=max(self._seconds_left, 0.0))
        except subprocess.TimeoutExpired:
            return Refusal.TIMEOUT
        if status == -signal.SIGSYS:
            return Refusal.FORBIDDEN_OPERATION
        return Refusal.TOO_COMPLEX if -status in _EXHAUSTED else Refusal.DAMAGED

    def _wait_readable(self) -> None:
        started = self._monotonic()
        ready = self._poll.poll(max(self._seconds_left, 0.0) * 1000)
        self._seconds_left -= max(self._monotonic() - started, 0.0)
        if not ready:
            raise error_of(Refusal.TIMEOUT)


@contextmanager
def running_child(
    sandbox: Sandbox, *, source: int, media_type: str, limits: ConversionLimits
) -> Iterator[ChildProcess]:
    """A child with ``source`` as its standard input. Unavailable (``intake.no_sandbox``) if none can be started."""
    process = _start(sandbox, source, media_type, limits)
    try:
        yield ChildProcess(process, sandbox, limits.wall_seconds)
    finally:
        _end(process)


def _start(sandbox: Sandbox, source: int, media_type: str, limits: ConversionLimits) -> subprocess.Popen[bytes]:
    """On return the child's directory is gone already: it stands in one where nothing can be created any more."""
    with tempfile.TemporaryDirectory(prefix="converter-", dir=sandbox.workspace, ignore_cleanup_errors=True) as empty:
        return _spawn(sandbox, Path(empty), source=source, media_type=media_type, limits=limits)


def _spawn(
    sandbox: Sandbox, empty: Path, *, source: int, media_type: str, limits: ConversionLimits
) -> subprocess.Popen[bytes]:
    try:
        font = os.open(sandbox.font_path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as exc:
        raise Unavailable("intake.no_font") from exc
    try:
        job = Job(parent_pid=os.getpid(), font_descriptor=font, media_type=media_type, limits=limits)
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module; nothing from the document
            [sandbox.python, "-I", "-B", "-c", _LAUNCHER, str(sandbox.import_root), sandbox.entry, job.encode()],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=empty,
            env={},
            close_fds=True,
            pass_fds=(font,),
            start_new_session=True,
            bufsize=0,
        )
    except OSError as exc:
        raise Unavailable(Refusal.NO_SANDBOX.code) from exc
    finally:
        os.close(font)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the group while its leader is not reaped yet, so that the number cannot have gone to someone else."""
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
