"""The heap of a process that serves pages: one for all threads, which keeps the memory of a page for the next one.

A page is decoded, marked and encoded in a few buffers of many megabytes. glibc gives each thread a heap of its own and
hands such buffers back to the system when a page is done, so that the next one pays for them again: measured as up to
half of a page's processor time, all of it in the kernel. What is kept is no more than a page needs while it is made.
"""

from __future__ import annotations

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_KEPT_BYTES = 48 << 20
_LARGEST_BUFFER_BYTES = 32 << 20
"""glibc's own limit; larger ones are always given back."""


def keep_memory_of_pages() -> bool:
    """Asks the C library for it; False where it has no such settings. Call before threads are started."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    settings = {
        _M_ARENA_MAX: 1,
        _M_MMAP_THRESHOLD: _LARGEST_BUFFER_BYTES,
        _M_TRIM_THRESHOLD: _KEPT_BYTES,
    }
    return mallopt is not None and all(mallopt(name, value) == 1 for name, value in settings.items())
