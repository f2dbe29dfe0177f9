"""A verification beside a request: told as it goes, one at a time, and never longer than somebody waits."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Generator, Iterator
from typing import cast

import pytest

from tests.company import Company
from tests.vault.trail.test_verifying import verified
from vault.clock import FixedClock
from vault.errors import AccessDenied, TooMany, Unavailable
from vault.ledger import audit
from vault.trail import running_verification
from vault.trail.running_verification import RunningVerification, Step, start_verification


class Gate:
    """Holds a verification at its first batch until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()
        original = running_verification.verify_trail

        def held(*arguments: object, **named: object) -> object:
            note = cast("audit.Progress", named["progress"])

            def progress(done: int, total: int) -> None:
                self.reached.set()
                assert self.opened.wait(30)
                note(done, total)

            return original(*arguments, **{**named, "progress": progress})  # type: ignore[arg-type]

        monkeypatch.setattr(running_verification, "verify_trail", held)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate(monkeypatch)
    yield gate
    gate.opened.set()


@pytest.fixture
def turn() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(1)


def start(company: Company, turn: threading.Semaphore) -> RunningVerification:
    company.sequence()
    return start_verification(company.vault, company.at_keyboard("auditor"), turn=turn)


def is_free(turn: threading.Semaphore) -> bool:
    """Waits for the thread's last act."""
    if turn.acquire(timeout=10):
        turn.release()
        return True
    return False


def test_it_tells_how_far_it_is_and_then_what_it_found(
    company: Company, turn: threading.BoundedSemaphore, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    """Steps that grow to the whole, then a report that is sound."""
    monkeypatch.setattr(audit, "BATCH", 10)
    original = FixedClock.now

    def now(self: FixedClock) -> dt.datetime:
        self.advance(dt.timedelta(milliseconds=600))
        return original(self)

    monkeypatch.setattr(FixedClock, "now", now)
    running = start(company, turn)

    steps = list(running.steps())

    assert len(steps) > 2
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert running.report().is_sound
    assert is_free(turn)


def test_only_one_runs_at_a_time(company: Company, turn: threading.BoundedSemaphore, gate: Gate) -> None:
    """A second is told to wait, and may begin when the first has ended."""
    first = start(company, turn)
    assert gate.reached.wait(10)

    with pytest.raises(TooMany, match=r"trail\.verifying"):
        start(company, turn)
    gate.opened.set()
    list(first.steps())

    assert first.report().is_sound
    assert is_free(turn)
    second = start(company, turn)
    list(second.steps())
    assert second.report().is_sound


def test_it_is_given_up_when_nobody_waits_any_more(
    company: Company, turn: threading.BoundedSemaphore, gate: Gate
) -> None:
    """The browser was closed: the work ends at its next step, which is recorded."""
    running = start(company, turn)
    assert gate.reached.wait(10)
    steps = cast("Generator[Step, None, None]", running.steps())
    threading.Timer(0.2, gate.opened.set).start()
    running.give_up()
    assert list(steps) == []

    with pytest.raises(Unavailable, match=r"trail\.verification_given_up"):
        running.report()
    assert is_free(turn)
    assert verified(company)[0].code == "verification.given_up"


def test_closing_the_steps_gives_it_up(company: Company, turn: threading.BoundedSemaphore, gate: Gate) -> None:
    """What a server does with an answer whose reader is gone."""
    running = start(company, turn)
    assert gate.reached.wait(10)
    steps = cast("Generator[Step, None, None]", running.steps())
    reader = threading.Thread(target=lambda: next(steps, None))
    gate.opened.set()
    reader.start()
    reader.join(10)
    steps.close()

    assert is_free(turn)
    assert running._given_up.is_set()


def test_it_ends_after_the_longest_time(
    company: Company, turn: threading.BoundedSemaphore, gate: Gate, clock: FixedClock
) -> None:
    """And says who can do it."""
    running = start(company, turn)
    assert gate.reached.wait(10)
    clock.advance(running_verification.LONGEST)
    gate.opened.set()
    list(running.steps())

    with pytest.raises(Unavailable, match=r"trail\.verification_too_long"):
        running.report()
    assert is_free(turn)


def test_who_may_not_takes_no_turn(company: Company, turn: threading.BoundedSemaphore) -> None:
    """Refused at once, before a thread is begun."""
    with pytest.raises(AccessDenied):
        start_verification(company.vault, company.at_keyboard("admin"), turn=turn)

    assert is_free(turn)


def test_fault_inside_is_raised_to_who_asks_and_the_turn_comes_back(
    company: Company, turn: threading.BoundedSemaphore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No thread dies unheard, and the next verification can run."""

    def fail(*_arguments: object, **_named: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(running_verification, "verify_trail", fail)
    running = start(company, turn)
    list(running.steps())

    with pytest.raises(OSError, match="disk"):
        running.report()
    assert is_free(turn)


@pytest.mark.parametrize(("done", "total", "percent"), [(0, 0, 0), (1, 3, 33), (3, 3, 100), (5, 3, 100)])
def test_step_is_a_share_of_the_whole(done: int, total: int, percent: int) -> None:
    """Never more than all of it, also of an empty trail."""
    assert Step(done, total).percent == percent
