"""``feed show``, ``feed run`` and ``feed replay``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cli.session import AWAY, DONE, FOUND, NOT_ALLOWED, UNUSABLE
from tests.gateway.cli.running import by, run
from tests.repository.sources import ROOT
from tests.vault.feed.collector import collecting, until

REASON = ("--reason", "The collector lost a disk last night")
BY = (*by("auditor"), *REASON)


def with_feed(config: Path, *lines: str) -> Path:
    """The configuration with one feed more, called soc."""
    table = "\n".join(["", "[[feeds]]", 'name = "soc"', *lines, ""])
    config.write_text(config.read_text(encoding="utf-8") + table, encoding="utf-8")
    return config


def to_stdout(config: Path, *lines: str) -> Path:
    return with_feed(config, 'format = "ocsf"', 'output = "stdout"', *lines)


def test_vault_without_feeds_shows_none(config: Path) -> None:
    """Nothing to say is nothing wrong."""
    told = run(config, "feed", "show", "--json")

    assert (told.code, told.answer) == (DONE, {"ok": True, "feeds": []})


def test_replay_to_stdout_gives_the_lines_and_nothing_else(config: Path) -> None:
    """The answer for people stands on stderr; feed show has the feed's standing unchanged."""
    told = run(to_stdout(config), "feed", "replay", "soc", "--from", "3", "--to", "6", *BY)

    assert told.code == DONE, told.err
    lines = [json.loads(line) for line in told.out.splitlines()]
    assert [each["unmapped"]["index"] for each in lines] == [3, 4, 5, 6]
    assert told.err == "soc\t3\t6\t4\n"
    [standing] = run(config, "feed", "show", "--json").answer["feeds"]
    assert standing["next_index"] == 0


def test_replay_with_ids_unseals_and_names_logins(config: Path) -> None:
    """As the feed does."""
    told = run(to_stdout(config, 'people = "ids"'), "feed", "replay", "soc", "--from", "1", *BY)

    assert told.code == DONE, told.err
    assert '"name":"admin"' in told.out


def test_replay_is_refused_as_documented(config: Path) -> None:
    """Not an auditor: 3; no such feed: 3; no reason, no such range: 2; nobody who takes it: 5."""
    with_feed(config, 'format = "cef"', 'output = "tcp"', 'address = "127.0.0.1:9"')
    start = ("--from", "0", "--json")
    officer = run(config, "feed", "replay", "soc", *start, *by("officer"), *REASON)
    unknown = run(config, "feed", "replay", "other", *start, *BY)
    no_reason = run(config, "feed", "replay", "soc", *start, *by("auditor"), "--reason", ".")
    beyond = run(config, "feed", "replay", "soc", "--from", "100000", "--json", *BY)
    nobody = run(config, "feed", "replay", "soc", *start, *BY)

    assert (officer.code, officer.answer["code"]) == (NOT_ALLOWED, "denied.office")
    assert (unknown.code, unknown.answer["code"]) == (NOT_ALLOWED, "feed.unknown")
    assert (no_reason.code, no_reason.answer["code"]) == (UNUSABLE, "reason.meaningless")
    assert (beyond.code, beyond.answer["code"]) == (UNUSABLE, "feed.range")
    assert (nobody.code, nobody.answer["code"]) == (AWAY, "feed.unreachable")


def test_feed_that_runs_sends_until_it_is_told_to_end(config: Path) -> None:
    """In the foreground, over TCP; afterwards it shows as well, and another sender may begin at once."""
    with collecting() as collector:
        with_feed(config, 'format = "syslog"', 'output = "tcp"', f'address = "{collector.address}"')
        with _running(config) as process:
            until(lambda: len(collector.indices()) > 20)
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        assert collector.indices() == list(range(len(collector.indices())))
    told = run(config, "feed", "show", "--json")
    assert told.code == DONE
    [standing] = told.answer["feeds"]
    assert (standing["name"], standing["output"], standing["ok"]) == ("soc", "tcp", True)
    assert run(config, "feed", "show").out.startswith("soc\tok\tsyslog\t127.0.0.1:")


def test_feed_on_stdout_ends_when_nobody_reads_any_more(config: Path) -> None:
    """Code 5, so that whoever supervises it starts it again; the lines are the feed's alone."""
    to_stdout(config)
    reader, writer = os.pipe()
    with _running(config, stdout=writer) as process:
        os.close(writer)
        with os.fdopen(reader, "rb") as stream:
            assert json.loads(stream.readline())["unmapped"]["index"] == 0
            until(lambda: run(config, "feed", "show", "--json").answer["feeds"][0]["next_index"] > 0)
        run(config, "trail", "verify")  # something to send
        _sequence(config)
        assert process.wait(60) == AWAY


def test_failing_feed_is_code_one_with_its_sentence(config: Path) -> None:
    """In both languages."""
    with_feed(config, 'format = "ocsf"', 'output = "file"', f'path = "{config.parent}/objects"')
    with _running(config) as process:
        until(lambda: run(config, "feed", "show").code == FOUND)
        process.kill()
    assert "cannot be written" in run(config, "feed", "show").out
    doctor = run(config, "doctor", "--json")
    assert doctor.code == FOUND
    [line] = [each for each in doctor.answer["checks"] if each["check"] == "feed soc"]
    assert not line["ok"]
    assert "cannot be written" in line["detail"]
    assert "无法写入" in run(config, "feed", "show", language="zh").out


@pytest.mark.parametrize("line", ['framing = "octets"', 'output = "udp"', 'people = "names"'])
def test_words_that_no_feed_knows_are_faults_of_the_configuration(config: Path, line: str) -> None:
    """Said before anything runs. (The first is known, and lacks an output.)"""
    with_feed(config, 'format = "ocsf"', line)

    assert run(config, "feed", "show").code == UNUSABLE


def _running(config: Path, *, stdout: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gateway", "--config", str(config), "feed", "run", "soc"]
    return subprocess.Popen(command, cwd=ROOT, stdout=stdout, stderr=subprocess.DEVNULL)


def _sequence(config: Path) -> None:
    """What the worker does, in a process of its own."""
    code = (
        "import sys; from pathlib import Path; from vault.config import load_config; "
        "from vault.assembly import open_vault, sequencer_of; v = open_vault(load_config(Path(sys.argv[1]))); "
        "v.keyroom.unseal(); sequencer_of(v).run_once()"
    )
    subprocess.run([sys.executable, "-c", code, str(config)], cwd=ROOT, check=True)
