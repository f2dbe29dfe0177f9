"""The file of an export, sealed in segments: made without knowing its length before, read from any place.

Guarantees: no byte of it lies anywhere in clear; a segment opens only as the one it is, of this export, and as the last
one only if it is; what is read was verified whole, segment by segment, before any byte of it is given out. Leaves to
others: the DEK and its wrapping. Source: docs/spec/exports.md, "The sealed file".

::

    object   = segment 0 || segment 1 || ...     each sealed on its own, 1 MiB of the file in each but the last
    context  = "vault.export.v1" || lp(export id) || lp(be64 number) || lp("more" or "last")
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Self, cast

from keys.model import EncryptionContext, Secret
from keys.primitives import sealed_length
from vault.errors import InputError, NotFound, TamperError
from vault.sealing.envelope import open_whole, seal_whole
from vault.sealing.spool import translated_spool_errors
from vault.storage.port import ObjectKey, ObjectStore

SEGMENT_BYTES = 1 << 20
_SEALED_SEGMENT_BYTES = sealed_length(SEGMENT_BYTES)
_LABEL = "vault.export.v1"
_MEBIBYTE = 1 << 20


class SealedFile:
    """Takes the file by :meth:`write`, then :meth:`finish`; a context manager that removes what lies in ``directory``.

    There it has no name and holds ciphertext alone. InputError ``export.too_large`` beyond ``max_mib``; Unavailable
    ``spool.full`` or ``spool.unavailable`` when the disk cannot take it.
    """

    def __init__(self, directory: Path, dek: Secret, *, export_id: str, max_mib: int) -> None:
        self._dek, self._export_id, self._max_mib = dek, export_id, max_mib
        self._waiting = bytearray()
        self._number = 0
        self._digest = hashlib.sha256()
        self.file_bytes = 0
        self.sealed_bytes = 0
        with translated_spool_errors():
            self._file = cast("BinaryIO", tempfile.TemporaryFile(dir=directory, buffering=0))  # noqa: SIM115 - closed below

    @property
    def sha256(self) -> bytes:
        """Of the opened file, as far as it has been taken."""
        return self._digest.digest()

    def write(self, content: bytes) -> None:
        """Takes the next bytes, all of them."""
        self.file_bytes += len(content)
        if self.file_bytes > self._max_mib * _MEBIBYTE:
            raise InputError("export.too_large", limit_mib=self._max_mib)
        self._digest.update(content)
        self._waiting += content
        while len(self._waiting) > SEGMENT_BYTES:  # a full one is held back: it may be the last
            self._seal(bytes(self._waiting[:SEGMENT_BYTES]), is_last=False)
            del self._waiting[:SEGMENT_BYTES]

    def finish(self) -> BinaryIO:
        """Seals the rest; the whole object as a stream of ``sealed_bytes``."""
        self._seal(bytes(self._waiting), is_last=True)
        with translated_spool_errors():
            self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Gives the disk space back."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _seal(self, content: bytes, *, is_last: bool) -> None:
        sealed = seal_whole(content, self._dek, context=_context(self._export_id, self._number, is_last=is_last))
        rest = memoryview(sealed)
        with translated_spool_errors():
            while rest:
                rest = rest[self._file.write(rest) :]
        self._number += 1
        self.sealed_bytes += len(sealed)


def read_file(
    store: ObjectStore, key: ObjectKey, dek: Secret, *, export_id: str, file_bytes: int, first: int, last: int
) -> Iterator[bytes]:
    """The bytes ``first`` to ``last`` (both included) of a file of ``file_bytes``, a segment at a time.

    TamperError ``tamper.content``, ``tamper.length`` or ``tamper.object_missing``; Unavailable when the store is away.
    """
    if not 0 <= first <= last < file_bytes:
        raise ValueError("a range lies within the file")
    final = (file_bytes - 1) // SEGMENT_BYTES
    for number in range(first // SEGMENT_BYTES, last // SEGMENT_BYTES + 1):
        length = SEGMENT_BYTES if number < final else file_bytes - final * SEGMENT_BYTES
        content = _open(store, key, dek, number, length, _context(export_id, number, is_last=number == final))
        begins = number * SEGMENT_BYTES
        yield content[max(first - begins, 0) : last - begins + 1]


def _open(
    store: ObjectStore, key: ObjectKey, dek: Secret, number: int, length: int, context: EncryptionContext
) -> bytes:
    try:
        sealed = store.open_range(key, offset=number * _SEALED_SEGMENT_BYTES, length=sealed_length(length))
    except NotFound as error:
        raise TamperError("tamper.object_missing") from error
    except TamperError as error:
        raise TamperError("tamper.length") from error
    return open_whole(sealed, dek, context=context)


def _context(export_id: str, number: int, *, is_last: bool) -> EncryptionContext:
    fields = (export_id.encode(), number.to_bytes(8, "big"), b"last" if is_last else b"more")
    return EncryptionContext(_LABEL, fields)
