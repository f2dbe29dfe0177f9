"""The untrusted file on its way to the child: in anonymous sealed memory, never on a disk.

Guarantees: at most ``limit`` bytes are taken; when :func:`sealed_source` yields, the memory can neither grow, shrink
nor change; it is freed when the last descriptor closes, also after ``kill -9``. Source: memfd_create(2), fcntl(2).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from vault.errors import InputError
from vault.intake.converter.refusals import Refusal, error_of

Source = BinaryIO | Iterable[bytes]
"""Something with ``read(n)``, or an iterator of chunks."""

_CHUNK_BYTES = 1 << 20
_SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


@contextmanager
def sealed_source(source: Source, *, limit: int) -> Iterator[int]:
    """A descriptor of sealed memory with all of ``source``; ``intake.empty`` or ``intake.too_large`` otherwise."""
    descriptor = os.memfd_create("source", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        if _fill(descriptor, source, limit) == 0:
            raise error_of(Refusal.EMPTY)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
        yield descriptor
    finally:
        os.close(descriptor)


def _fill(descriptor: int, source: Source, limit: int) -> int:
    total = 0
    for chunk in _chunks(source):
        total += len(chunk)
        if total > limit:
            raise InputError(Refusal.TOO_LARGE.code, limit_bytes=limit)
        view = memoryview(chunk)
        while view:
            view = view[os.write(descriptor, view) :]
    return total


def _chunks(source: Source) -> Iterator[bytes]:
    read = getattr(source, "read", None)
    if read is None:
        yield from source
        return
    while chunk := read(_CHUNK_BYTES):
        yield chunk
