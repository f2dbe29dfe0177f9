"""The worker's loops: each goes on by itself, whatever happens to it or to the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.export_words import ScreenWords
from tests.company import Company
from tests.vault.feed.collector import free_port
from tests.vault.feed.conftest import feed_config, with_feeds
from vault.assembly import sequencer_of
from vault.database import document_queries, feed_queries, ledger_reading
from vault.database.document_queries import VersionState
from vault.database.engine import reading
from vault.errors import Unavailable
from vault.worker import running
from vault.worker.running import Loop, run_loop, run_loops, worker_loops

PATIENCE_SECONDS = 60.0


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def report_nothing(_name: str, error: BaseException) -> None:
    raise AssertionError from error


def test_busy_loop_steps_again_at_once() -> None:
    """It pauses only when there was nothing to do."""
    stop, left = threading.Event(), [True] * 50

    def step() -> bool:
        if left:
            return left.pop()
        stop.set()
        return False

    started = time.monotonic()
    run_loop(Loop("busy", step, pause_seconds=5.0), stop_event=stop, report=report_nothing)
    assert time.monotonic() - started < 5.0


def test_failing_loop_tells_waits_longer_each_time_and_goes_on() -> None:
    """Each failure is told with the loop's name; the first success makes the pauses short again."""
    pauses: list[float] = []
    told: list[tuple[str, str]] = []
    answers = iter([Unavailable("a"), Unavailable("b"), ZeroDivisionError("c"), None, Unavailable("d"), None])

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            pauses.append(timeout or 0.0)
            if len(pauses) == 6:
                self.set()
            return self.is_set()

    def step() -> bool:
        error = next(answers)
        if error is not None:
            raise error
        return False

    loop = Loop("storing", step, pause_seconds=1.0)
    run_loop(loop, stop_event=Stop(), report=lambda name, error: told.append((name, str(error))))

    assert pauses == [2.0, 4.0, 8.0, 1.0, 2.0, 1.0]
    assert told == [("storing", "a"), ("storing", "b"), ("storing", "c"), ("storing", "d")]


def test_pauses_have_an_upper_bound() -> None:
    """However long something is away, it is asked for again soon."""
    pauses: list[float] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            pauses.append(timeout or 0.0)
            if len(pauses) == 40:
                self.set()
            return self.is_set()

    def step() -> bool:
        raise Unavailable

    run_loop(Loop("away", step, pause_seconds=1.0), stop_event=Stop(), report=lambda _name, _error: None)
    assert max(pauses) == running.LONGEST_PAUSE_SECONDS


def test_loop_that_fails_stops_no_other() -> None:
    """And all of them end when told."""
    stop, steps = threading.Event(), [0]

    def fail() -> bool:
        raise RuntimeError

    def count() -> bool:
        steps[0] += 1
        return True

    loops = [Loop("failing", fail, 0.01), Loop("counting", count, 0.01)]
    threads = run_loops(loops, stop_event=stop, report=lambda _name, _error: None)
    until(lambda: steps[0] > 100)
    assert all(thread.is_alive() for thread in threads)
    stop.set()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert not any(thread.is_alive() for thread in threads)
    assert [thread.name for thread in threads] == ["failing", "counting"]


def test_worker_makes_pages_and_places_entries_without_being_asked(company: Company) -> None:
    """A document that was handed in goes live, and its entries get their place, by the loops alone."""
    stop = threading.Event()
    submitted = company.submit("custodian", b"for the worker\n")
    loops = worker_loops(company.vault, sequence=sequencer_of(company.vault).run_once, words=ScreenWords())
    threads = run_loops(loops, stop_event=stop, report=report_nothing)
    try:
        until(lambda: _state(company, submitted.version_id) is VersionState.LIVE)
        until(lambda: _waiting(company) == 0)
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)


def test_sealed_worker_places_entries_and_converts_nothing(company: Company) -> None:
    """Being sealed is a state, not a failure: nothing is told, the document waits."""
    submitted = company.submit("custodian", b"for the worker\n")
    company.vault.seal()
    told: list[str] = []
    stop = threading.Event()
    loops = worker_loops(company.vault, sequence=sequencer_of(company.vault).run_once, words=ScreenWords())
    threads = run_loops(loops, stop_event=stop, report=lambda name, _error: told.append(name))
    try:
        until(lambda: _waiting(company) == 0)
        time.sleep(2 * running.CONVERSION_SECONDS)
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
    assert _state(company, submitted.version_id) is VersionState.STORED
    assert told == []


def test_loop_gives_back_what_it_holds_when_it_ends() -> None:
    """After the last step, also when that failed."""
    stop, ended = threading.Event(), threading.Event()

    def fail() -> bool:
        stop.set()
        raise RuntimeError

    run_loop(Loop("holding", fail, 0.01, ended.set), stop_event=stop, report=lambda _name, _error: None)
    assert ended.is_set()


def test_feed_whose_monitor_is_away_holds_up_no_other(company: Company, tmp_path: Path) -> None:
    """Each has a loop of its own; when the worker ends, another may take over at once."""
    away = feed_config(name="away", output="tcp", address=f"127.0.0.1:{free_port()}")
    there = feed_config(name="there", format="ocsf", output="file", path=tmp_path / "feed.jsonl")
    vault = with_feeds(company.vault, away, there, feed_config(name="command", output="stdout"))
    told: set[str] = set()
    stop = threading.Event()
    loops = worker_loops(vault, sequence=sequencer_of(vault).run_once, words=ScreenWords())
    assert [loop.name for loop in loops if "feed" in loop.name] == ["feed away", "feed there", "feeds' alarms"]
    threads = run_loops(loops, stop_event=stop, report=lambda name, _error: told.add(name))
    try:
        until(lambda: told == {"feed away"} and (tmp_path / "feed.jsonl").exists())
        until(lambda: "feed.changed" in (tmp_path / "feed.jsonl").read_text(encoding="utf-8"))
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
    with reading(vault.engine) as tx:
        assert {row.claimed_by for row in feed_queries.list_feeds(tx)} == {""}


@pytest.mark.parametrize("name", ["sequencing", "conversion", "sweeping"])
def test_every_loop_is_there_and_rests_when_there_is_nothing_to_do(company: Company, name: str) -> None:
    """An idle vault keeps no processor busy."""
    company.convert_all()
    company.sequence()
    loops = {
        loop.name: loop
        for loop in worker_loops(company.vault, sequence=sequencer_of(company.vault).run_once, words=ScreenWords())
    }
    loops[name].step()
    assert loops[name].step() is False
    assert loops[name].pause_seconds >= 0.1


def _state(company: Company, version_id: str) -> VersionState:
    with reading(company.vault.engine) as tx:
        found = document_queries.load_version(tx, version_id)
    assert found is not None
    return found.state


def _waiting(company: Company) -> int:
    with reading(company.vault.engine) as tx:
        return ledger_reading.count_waiting(tx)
