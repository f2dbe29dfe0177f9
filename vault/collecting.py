"""Looking for garbage seldom while very many objects are made that live as long as a batch.

Python looks at what is young each 700 objects, and every so often at all there is. A batch makes hundreds of thousands,
hardly one of them part of a cycle, beside all that a long-lived process holds: a third of the time went into it.
"""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Iterator

_COLLECT_AFTER = (100_000, 20, 20)


class _Collecting:
    """How many batches are being made in this process, and the threshold from before the first of them.

    The threshold is the interpreter's own, one for all threads, so what counts the batches is one for all as well.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._batches = 0
        self._usual = gc.get_threshold()

    def begin(self) -> None:
        with self._lock:
            if not self._batches:
                self._usual = gc.get_threshold()
                gc.set_threshold(*_COLLECT_AFTER)
            self._batches += 1

    def end(self) -> None:
        with self._lock:
            self._batches -= 1
            if not self._batches:
                gc.set_threshold(*self._usual)


_COLLECTING = _Collecting()


@contextlib.contextmanager
def collecting_seldom() -> Iterator[None]:
    """For the whole process while the block runs; what others leave behind meanwhile is found later.

    Blocks may overlap in any order: the last one that ends brings the usual threshold back.
    """
    _COLLECTING.begin()
    try:
        yield
    finally:
        _COLLECTING.end()
