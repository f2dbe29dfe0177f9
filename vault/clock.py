"""Time and randomness as arguments: the two effects that every rule needs and no rule may reach for.

Wired once in :mod:`vault.assembly`; tests pass a :class:`FixedClock`.
"""

from __future__ import annotations

import datetime as dt
import secrets
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


class FixedClock:
    """A clock that stands still until told; for tests and replays."""

    def __init__(self, moment: dt.datetime) -> None:
        self._moment = moment

    def now(self) -> dt.datetime:
        return self._moment

    def advance(self, step: dt.timedelta) -> None:
        self._moment += step


system_random: RandomBytes = secrets.token_bytes
