"""A temporary place for an upload on disk, sealed from its first byte under a key that never leaves this process.

Guarantees: no plaintext touches a disk (reliability rule I3); the file has no name where the system can do that, and
after a crash holds nothing that anybody can open; the content can be read any number of times, each time verified to
its end; it is bounded. Leaves to others: what the content is, and sealing it for good. Not safe for two threads.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

from keys.errors import UnwrapError
from keys.model import EncryptionContext, Secret
from keys.primitives import StreamOpener, StreamSealer, keyed_token, new_secret
from vault.clock import RandomBytes
from vault.errors import InputError, TamperError, Unavailable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CONTEXT = EncryptionContext("vault.spool.v1", ())
_BUFFER_BYTES = 1 << 18
_MEBIBYTE = 1 << 20


class SealedSpool:
    """Takes an upload by :meth:`write` and gives it back by :meth:`rewind`; a context manager that removes it.

    ``directory`` must exist. InputError ``intake.too_large`` beyond ``max_bytes``; Unavailable ``spool.full`` or
    ``spool.unavailable`` when the disk cannot take it.
    """

    def __init__(self, directory: Path, *, max_bytes: int, random: RandomBytes) -> None:
        self._max_bytes = max_bytes
        self._key = new_secret(random)
        self._sealer: StreamSealer | None = StreamSealer(self._key, context=_CONTEXT)
        self._digest = hashlib.sha256()
        self._size = 0
        self._sealed_bytes = 0
        with translated_spool_errors():
            # unnamed (O_TMPFILE) where the file system can, else removed at once; 0600 either way
            self._file = tempfile.TemporaryFile(dir=directory, buffering=0)  # noqa: SIM115 - closed by close()

    @property
    def size(self) -> int:
        """Bytes of plaintext taken so far."""
        return self._size

    @property
    def sha256(self) -> bytes:
        """Digest of the plaintext taken so far. Never stored, since it betrays a guessed content; see :meth:`token`."""
        return self._digest.digest()

    def token(self, key: Secret) -> bytes:
        """The content's digest under ``key``: 32 bytes that tell equal contents to nobody without the key."""
        return keyed_token(key, self.sha256)

    def write(self, plaintext: bytes | bytearray | memoryview) -> int:
        """Takes the next bytes, all of them. ValueError once the content was read."""
        if self._sealer is None:
            raise ValueError("this spool is complete")
        if self._size + len(plaintext) > self._max_bytes:
            raise InputError("intake.too_large", limit_mib=self._max_bytes // _MEBIBYTE)
        for begin in range(0, len(plaintext), _BUFFER_BYTES):
            block = plaintext[begin : begin + _BUFFER_BYTES]
            self._digest.update(block)
            self._append(self._sealer.update(block))
        self._size += len(plaintext)
        return len(plaintext)

    def rewind(self) -> BinaryIO:
        """A reader of the whole plaintext from its beginning; the first call completes the content.

        Readers do not disturb one another. TamperError ``tamper.content`` if the file was altered meanwhile, at the
        latest where the end would be.
        """
        if self._sealer is not None:
            self._append(self._sealer.finalize())
            self._sealer = None
        return io.BufferedReader(_OpeningReader(self._file.fileno(), self._key, self._sealed_bytes), _BUFFER_BYTES)

    def close(self) -> None:
        """Gives the disk space back; readers end."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _append(self, sealed: bytes) -> None:
        rest = memoryview(sealed)
        with translated_spool_errors():
            while rest:
                rest = rest[self._file.write(rest) :]
        self._sealed_bytes += len(sealed)


class _OpeningReader(io.RawIOBase):
    """The plaintext of the sealed file, read at its own position."""

    def __init__(self, descriptor: int, key: Secret, sealed_bytes: int) -> None:
        self._descriptor = descriptor
        self._opener = StreamOpener(key, context=_CONTEXT)
        self._position = 0
        self._sealed_bytes = sealed_bytes
        self._ready = memoryview(b"")
        self._is_open = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        while not self._ready and not self._is_open:
            self._ready = memoryview(self._open_more())
        with memoryview(buffer).cast("B") as target:
            count = min(len(target), len(self._ready))
            target[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _open_more(self) -> bytes:
        wanted = min(_BUFFER_BYTES, self._sealed_bytes - self._position)
        with translated_spool_errors():
            sealed = os.pread(self._descriptor, wanted, self._position)
        self._position += len(sealed)
        try:
            if sealed:
                return self._opener.update(sealed)
            self._is_open = True
            return self._opener.finalize()
        except UnwrapError as exc:
            raise TamperError("tamper.content") from exc


@contextmanager
def translated_spool_errors() -> Iterator[None]:
    """What the file system of the spool cannot do is Unavailable ``spool.full`` or ``spool.unavailable``."""
    try:
        yield
    except OSError as exc:
        is_full = exc.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        raise Unavailable("spool.full" if is_full else "spool.unavailable") from exc
