"""Runs an operation in a child process that is killed at its k-th effect, and says what the child had been told.

The child is forked, so it begins in a millisecond with everything imported; it opens the vault for itself, as a process
that starts does. What its caller would have been told before the end comes back through a pipe.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.faults.effects import Effects, kill_myself, watch_files
from tests.faults.invariants import Acknowledged
from vault.ledger.events import Event

Perform = Callable[[Path, Effects], Iterable[Acknowledged]]
"""Does the operation on the ground; yields what is acknowledged, as it is."""

MOST_EFFECTS = 1_500


@dataclass(frozen=True)
class Ended:
    """How a child ended: killed at its ``at``-th effect, or done after ``effects`` of them."""

    ground: Path
    at: int
    effects: int
    effect: str
    is_done: bool
    acknowledged: tuple[Acknowledged, ...]

    @property
    def place(self) -> str:
        """For messages: where the child was killed."""
        return f"killed at effect {self.at} ({self.effect})"


def killed_at_each_effect(
    fresh: Callable[[], Path], perform: Perform, *, first: int = 1, stride: int = 1
) -> Iterator[Ended]:
    """Children killed at the first effect, the one after, and so on; the last one is done. At least one was killed."""
    for at in range(first, MOST_EFFECTS, stride):
        ended = run_child(fresh(), perform, at=at)
        yield ended
        if ended.is_done:
            assert at > first, "nothing was there to be killed"
            return
    raise AssertionError("the operation has no end")


def run_child(ground: Path, perform: Perform, *, at: int) -> Ended:
    """One child. AssertionError with its own words if it failed instead of being killed."""
    reading, writing = os.pipe()
    log = ground / "child.log"
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _be_child(ground, perform, at=at, pipe=writing, log=log)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = [json.loads(line) for line in pipe.read().splitlines()]
    _pid, status = os.waitpid(pid, 0)
    is_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    is_done = os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0
    assert is_killed or is_done, log.read_text(errors="replace")
    last = next((each for each in reversed(said) if "effect" in each), {"effect": "", "count": 0})
    told = tuple(Acknowledged(Event(each["event"]), each["subject"]) for each in said if "event" in each)
    return Ended(ground, at, last["count"], last["effect"], is_done, told)


def _be_child(ground: Path, perform: Perform, *, at: int, pipe: int, log: Path) -> None:
    """Never returns. Nothing of the parent's is cleaned up here: no exit handler runs, no destructor."""
    write = os.write  # before it is watched

    def say(what: dict[str, object]) -> None:
        write(pipe, json.dumps(what).encode() + b"\n")

    def strike(effect: str) -> None:
        say({"effect": effect, "count": effects.count})
        kill_myself(effect)

    status = 1
    with suppress(BaseException):
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        sys.stderr = sys.stdout = os.fdopen(2, "w", closefd=False)
        (ground / "tmp").mkdir(exist_ok=True)
        tempfile.tempdir = str(ground / "tmp")
        effects = Effects(strike, at=at)
        try:
            for each in perform(ground, effects):
                say({"event": each.event.value, "subject": each.subject})
            say({"effect": effects.last, "count": effects.count})
            status = 0
        except BaseException:  # noqa: BLE001 - whatever it is, the parent reads it in the log
            traceback.print_exc()
            sys.stderr.flush()
    os._exit(status)


__all__ = ["Ended", "Perform", "killed_at_each_effect", "run_child", "watch_files"]
