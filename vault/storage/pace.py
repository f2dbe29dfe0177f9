"""A deadline over a whole stream that does not depend on how long the stream is.

Guarantees that a store which keeps every single wait short but never gets on (a byte every few seconds) is given up.
Only time spent waiting for the store counts: a slow reader of a fast store is not at fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from vault.errors import Unavailable

GRACE_SECONDS = 30.0
SLOWEST_BYTES_PER_SECOND = 128 << 10


class Pace:
    """Counts waiting time and bytes of one stream: 30 s, and 1 s more for each 128 KiB that moved."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._waited = 0.0
        self._allowed = GRACE_SECONDS

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Around each wait for the store."""
        begin = self._monotonic()
        try:
            yield
        finally:
            self.waited(self._monotonic() - begin)

    def waited(self, seconds: float) -> None:
        self._waited += seconds

    def moved(self, count: int) -> None:
        """``count`` bytes got through. Unavailable ``store.too_slow`` once the time allowed so far is spent."""
        self._allowed += count / SLOWEST_BYTES_PER_SECOND
        if self._waited > self._allowed:
            raise Unavailable("store.too_slow")
