"""Runs a command in a forked process, which it may harden and exit from, with everything imported already."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.cli import main, session
from tests.company import open_cheaply


@dataclass(frozen=True)
class Told:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        """What it said with ``--json``: one document and nothing else."""
        return json.loads(self.out)


def by(login: str) -> tuple[str, ...]:
    """The options of somebody who signs in with what lies in the file ``password`` beside the configuration."""
    return ("--as", login, "--password-file", "password")


@dataclass(frozen=True)
class Running:
    """A command that runs: the leader of a process group of its own."""

    pid: int
    place: Path

    def ended(self) -> Told:
        """What it said, once it has ended."""
        _pid, status = os.waitpid(self.pid, 0)
        out, err = ((self.place / name).read_text("utf-8") for name in ("stdout", "stderr"))
        return Told(os.waitstatus_to_exitcode(status), out, err)


def run(config: Path, *arguments: str, language: str = "en", typed: str = "") -> Told:
    """``dossier-vault --config CONFIG --language LANGUAGE ARGUMENTS...`` in the directory of the configuration.

    ``typed`` is its standard input. The caller must not be connected to an SQLite file that the command opens:
    SQLite would take the caller's locks for the command's own.
    """
    return start(config, *arguments, language=language, typed=typed).ended()


def start(
    config: Path,
    *arguments: str,
    language: str = "en",
    typed: str = "",
    prepare: Callable[[], None] = lambda: None,
) -> Running:
    """The same, not waited for. ``prepare`` is called in its process before it begins."""
    place = config.parent
    out, err, read = place / "stdout", place / "stderr", place / "stdin"
    read.write_text(typed, "utf-8")
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        prepare()
        _become(place, ["--config", str(config), "--language", language, *arguments], out=out, err=err, read=read)
    return Running(pid, place)


def _become(place: Path, arguments: list[str], *, out: Path, err: Path, read: Path) -> None:
    """Never returns; nothing of the parent's is cleaned up here.

    As in every company of the tests, password hashing is the cheapest legal one, and the built-in fonts are read once.
    """
    code = 70
    try:
        for path, number in ((out, 1), (err, 2)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
        os.dup2(os.open(read, os.O_RDONLY), 0)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        os.chdir(place)
        session.open_vault = open_cheaply
        main(arguments, prog_name="dossier-vault")
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 0 if ending.code is None else 1
    except BaseException:  # noqa: BLE001 - told to the test
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
