"""Ctrl-C while a command works: it ends at once, says so in one line, and leaves no process behind."""

from __future__ import annotations

import os
import signal
import time
from functools import partial
from pathlib import Path

import pytest

from gateway.cli.lazy import INTERRUPTED
from tests.gateway.cli.running import start
from vault.ledger.examiners import Help
from vault.trail import verifying

PROMPTLY_SECONDS = 5.0


def small_segments() -> None:
    """In the command's own process: a trail of a few entries is worth the help of others.

    Whoever started the tests in the background had them ignore Ctrl-C, which is handed down.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    verifying.Help = partial(Help, segment=8, least=8)  # type: ignore[misc,assignment]


def helpers_of(pid: int) -> list[int]:
    """The processes that it has started."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def held_helpers(pid: int, count: int) -> list[int]:
    """Stopped once it waits for them, in a thread for each: they will never answer."""
    deadline = time.monotonic() + 60
    while len(found := helpers_of(pid)) < count or len(list(Path(f"/proc/{pid}/task").iterdir())) <= count:
        assert time.monotonic() < deadline
        time.sleep(0.002)
    for each in found:
        os.kill(each, signal.SIGSTOP)
    return found


def is_gone(pid: int) -> bool:
    """Whether there is no such process; one that has ended and waits to be looked at is gone, too."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.parametrize("to_group", [False, True], ids=["to the leader alone", "to its process group"])
def test_interrupted_verification_ends_at_once_and_leaves_no_helper(config: Path, to_group: bool) -> None:
    """By hand and by a script; not with the code of a trail that is not sound."""
    running = start(config, "trail", "verify", "--processes", "2", prepare=small_segments)
    helpers = held_helpers(running.pid, 2)
    begun = time.monotonic()
    (os.killpg if to_group else os.kill)(running.pid, signal.SIGINT)

    told = running.ended()

    assert time.monotonic() - begun < PROMPTLY_SECONDS
    assert (told.code, told.out, told.err) == (INTERRUPTED, "", "Interrupted.\n")
    assert all(map(is_gone, helpers))
