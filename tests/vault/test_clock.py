"""Time never runs backwards, to the millisecond, whatever the machine's clock is told."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.clock import FixedClock, SteadyClock, SystemClock, system_random

NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)


class Ticking:
    """A monotonic clock that is moved by hand, in seconds."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def pair() -> tuple[FixedClock, Ticking, SteadyClock]:
    wall, ticking = FixedClock(NOON), Ticking()
    return wall, ticking, SteadyClock(wall, monotonic=ticking)


def test_machines_clock_is_aware_and_in_whole_milliseconds() -> None:
    """What is stored and what is compared is one value."""
    now = SystemClock().now()

    assert now.tzinfo is dt.UTC
    assert now.microsecond % 1000 == 0
    assert abs(now - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)


def test_steady_clock_follows_the_wall() -> None:
    """While both go on, it is the wall's time."""
    wall, ticking, steady = pair()
    wall.advance(dt.timedelta(seconds=5))
    ticking.seconds += 5

    assert steady.now() == NOON + dt.timedelta(seconds=5)


def test_clock_set_back_extends_nothing() -> None:
    """A lease that ends in 15 minutes ends in 15 minutes, also if somebody sets the clock back by a day."""
    wall, ticking, steady = pair()
    wall.advance(dt.timedelta(days=-1))
    ticking.seconds += 15 * 60

    assert steady.now() == NOON + dt.timedelta(minutes=15)


def test_clock_set_forward_is_believed() -> None:
    """It can only end things sooner; and it does not go back afterwards."""
    wall, _ticking, steady = pair()
    wall.advance(dt.timedelta(hours=2))
    assert steady.now() == NOON + dt.timedelta(hours=2)

    wall.advance(dt.timedelta(hours=-2))
    assert steady.now() == NOON + dt.timedelta(hours=2)


def test_time_passes_however_often_it_is_asked_for() -> None:
    """Ten thousand readings in a second, after the clock was set back: a second has passed all the same."""
    wall, ticking, steady = pair()
    wall.advance(dt.timedelta(days=-1))
    for _ in range(10_000):
        ticking.seconds += 0.0001
        steady.now()

    passed = steady.now() - NOON
    assert dt.timedelta(milliseconds=998) <= passed <= dt.timedelta(milliseconds=1000)


@given(st.lists(st.tuples(st.integers(-10_000, 10_000), st.integers(0, 5_000_000)), max_size=30))
def test_no_reading_is_before_another_and_none_less_than_the_time_that_passed(steps: list[tuple[int, int]]) -> None:
    """Any jumps of the wall, in seconds, with any time between the readings, in microseconds."""
    wall, ticking, steady = pair()
    readings, elapsed = [steady.now()], 0
    for jump, microseconds in steps:
        wall.advance(dt.timedelta(seconds=jump))
        ticking.seconds += microseconds / 1_000_000
        elapsed += microseconds
        readings.append(steady.now())

    assert readings == sorted(readings)
    assert readings[-1] - readings[0] >= dt.timedelta(milliseconds=elapsed // 1000 - 1)


@pytest.mark.parametrize(("hours", "begins_at"), [(5, 5), (-5, 0)])
def test_time_known_from_before_a_restart_is_the_least(hours: int, begins_at: int) -> None:
    """A clock that was set back while the vault was down is noticed."""
    floor = NOON + dt.timedelta(hours=hours)
    steady = SteadyClock(FixedClock(NOON), monotonic=Ticking(), floor=floor)

    assert steady.now() == NOON + dt.timedelta(hours=begins_at)


def test_threads_that_ask_at_once_never_see_time_go_back() -> None:
    """Each thread's readings rise, with the real monotonic clock of many callers."""
    wall, ticking, steady = pair()
    backwards = []

    def ask() -> None:
        last = steady.now()
        for _ in range(300):
            ticking.seconds += 0.0007
            now = steady.now()
            if now < last:
                backwards.append((last, now))
            last = now

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    wall.advance(dt.timedelta(hours=-3))
    for thread in threads:
        thread.join()

    assert backwards == []


def test_fixed_clock_stands_still_until_told() -> None:
    """What tests and replays rest on."""
    clock = FixedClock(NOON)
    assert clock.now() == clock.now() == NOON

    clock.advance(dt.timedelta(minutes=1))
    assert clock.now() == NOON + dt.timedelta(minutes=1)


def test_randomness_is_of_the_length_asked_for_and_fresh() -> None:
    """The operating system's."""
    assert [len(system_random(length)) for length in (0, 1, 32)] == [0, 1, 32]
    assert system_random(32) != system_random(32)
