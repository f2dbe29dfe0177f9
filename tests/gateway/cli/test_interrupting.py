"""Ctrl-C while a command works: it ends at once, says so in one line, and leaves no process behind.

What is to be gone on with says its id before it works, so that it is known also where nothing more could be said.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from gateway.cli.lazy import INTERRUPTED
from gateway.cli.session import DONE
from tests.gateway.cli.running import by, run, start
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


def ended_before_the_file(signal_number: int) -> None:
    """In the command's own process: it gets the signal when it is about to write the first byte."""
    signal.signal(signal.SIGINT, signal.default_int_handler)

    def end(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and str(arguments[0]).endswith(".part"):
            signal.raise_signal(signal_number)

    sys.addaudithook(end)


def test_killed_export_has_said_what_goes_on_with_it(config: Path, tmp_path: Path) -> None:
    """One line of JSON on standard error; standard output is for the one answer, which did not come."""
    output = tmp_path / "trail.jsonl"
    command = ("trail", "export", *by("auditor"), "--format", "jsonl", "--output", str(output), "--json")
    words = ("--reason", "The yearly audit of the sales department")
    killed = start(config, *command, *words, prepare=partial(ended_before_the_file, signal.SIGKILL)).ended()

    assert (killed.code, killed.out, output.exists()) == (-signal.SIGKILL, "", False)
    export_id = json.loads(killed.err)["export"]
    resumed = run(config, *command, "--resume", export_id)
    assert (resumed.code, resumed.answer["export"], resumed.err) == (DONE, export_id, "")
    assert output.exists()


def test_interrupted_pack_has_said_what_goes_on_with_it(config: Path, tmp_path: Path) -> None:
    """In a sentence of the auditor's language, for people; it is the same pack that is written then."""
    output = tmp_path / "pack.zip"
    command = ("evidence", *by("auditor"), "--output", str(output))
    words = ("--person", "borrower", "--reason", "Dispute with a former employee")
    prepare = partial(ended_before_the_file, signal.SIGINT)
    interrupted = start(config, *command, *words, language="zh", prepare=prepare).ended()

    assert (interrupted.code, interrupted.out) == (INTERRUPTED, "")
    ordered, last = interrupted.err.splitlines()
    found = re.search(r"--resume (x[a-z2-7]{26}) ", ordered)
    assert found is not None
    assert last == "已中断。"
    assert run(config, *command, "--resume", found[1]).code == DONE
    assert output.exists()
