"""Looking for garbage seldom while very many objects are made that live as long as a batch.

Python looks at what is young each 700 objects, and every so often at all there is. A batch makes hundreds of thousands,
hardly one of them part of a cycle, beside all that a long-lived process holds: a third of the time went into it.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

_COLLECT_AFTER = (100_000, 20, 20)


@contextlib.contextmanager
def collecting_seldom() -> Iterator[None]:
    """For the whole process while the block runs; what others leave behind meanwhile is found later."""
    usual = gc.get_threshold()
    gc.set_threshold(*_COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
