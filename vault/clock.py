"""Time and randomness as arguments: the two effects that every rule needs and no rule may reach for.

Wired once in :mod:`vault.assembly`; tests pass a :class:`FixedClock`.
"""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from collections.abc import Callable
from typing import Protocol

RandomBytes = Callable[[int], bytes]
"""``n`` -> n cryptographically random bytes."""


class Clock(Protocol):
    def now(self) -> dt.datetime:
        """Aware UTC time, whole milliseconds."""


class SystemClock:
    """The machine's clock, truncated to milliseconds so that stored and compared times are the same value."""

    def now(self) -> dt.datetime:
        moment = dt.datetime.now(dt.UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class SteadyClock:
    """Wall time that never runs backwards, so that a set-back clock extends no lease (reliability rule I13).

    Between readings at least as much time passes as the monotonic clock counted; a jump forward is believed, since it
    can only end things sooner. ``floor`` is the latest time known from before a restart.
    """

    def __init__(self, clock: Clock, *, monotonic: Callable[[], float], floor: dt.datetime | None = None) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._lock = threading.Lock()
        now = clock.now()
        self._latest = max(now, floor) if floor else now
        self._read_at = monotonic()

    def now(self) -> dt.datetime:
        with self._lock:
            passed = int((self._monotonic() - self._read_at) * 1000)
            self._read_at += passed / 1000  # not what was read: fractions of a millisecond would never add up
            self._latest = max(self._clock.now(), self._latest + dt.timedelta(milliseconds=passed))
            return self._latest


class FixedClock:
    """A clock that stands still until told; for tests and replays."""

    def __init__(self, moment: dt.datetime) -> None:
        self._moment = moment

    def now(self) -> dt.datetime:
        return self._moment

    def advance(self, step: dt.timedelta) -> None:
        self._moment += step


system_random: RandomBytes = secrets.token_bytes
