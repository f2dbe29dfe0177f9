"""Errors of a file system as errors of the vault, translated once, here."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from vault.errors import NotFound, TamperError, Unavailable
from vault.storage.port import ObjectKey

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NOT_PLAIN = frozenset({errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO})


@contextmanager
def translated_os_errors(key: ObjectKey | None) -> Iterator[None]:
    """Absent -> NotFound ``object.missing`` (without ``key``: the store itself is missing), a link or folder in an
    object's place -> TamperError ``object.kind``, everything else -> Unavailable ``store.*``."""
    try:
        yield
    except OSError as exc:
        if exc.errno in _FULL:
            raise Unavailable("store.full") from exc
        if exc.errno in _DENIED:
            raise Unavailable("store.denied") from exc
        if key is None:
            raise Unavailable("store.unavailable") from exc
        if exc.errno == errno.ENOENT:
            raise NotFound("object.missing") from exc
        if exc.errno in _NOT_PLAIN:
            raise TamperError("object.kind") from exc
        raise Unavailable("store.unavailable") from exc
