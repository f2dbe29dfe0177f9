"""Sealed objects as streams: sealed while they are stored, opened while they are read, checked without keys.

Guarantees: what is sealed has exactly the announced length; what is opened is exactly what was sealed in this context,
from the first byte to the last, and the object is the one whose header and length the database row keeps; what is
checked without keys is the one whose length and SHA-256 it keeps. Memory does not grow with the object. Leaves to
others: keys and their wrapping, and storage. Source: docs/spec/envelope.md.

What an opener hands out before it ends is provisional: each chunk is authentic, but that nothing is missing is known
only once the iterator has ended without an error. Whoever acts earlier must be able to take it back.
"""

from __future__ import annotations

import hashlib
import hmac
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from keys.errors import UnwrapError
from keys.model import EncryptionContext, Secret
from keys.primitives import HEADER_BYTES, StreamOpener, StreamSealer, sealed_length
from vault.errors import InputError, NotFound, TamperError
from vault.storage.port import ObjectKey, ObjectStore

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BUFFER_BYTES = 1 << 18
_HELD_BACK_BYTES = 16_384
"""A chunk: the most that a sealer or opener keeps from one call to the next."""


class SealingReader(io.RawIOBase, BinaryIO):
    """The sealed form of a plaintext stream, read like a file: ``read(n)`` gives exactly ``n`` bytes until the end.

    Pass it to :meth:`ObjectStore.put` with ``size=sealed_length(plaintext_bytes)``. InputError ``intake.size_mismatch``
    while reading if the source is shorter or longer than ``plaintext_bytes``; the last sealed bytes are then never
    given out, so what was stored of it can not be opened.
    """

    def __init__(self, source: BinaryIO, dek: Secret, *, context: EncryptionContext, plaintext_bytes: int) -> None:
        self._source = source
        self._plaintext_bytes = plaintext_bytes
        self._consumed = 0
        self._sealer = StreamSealer(dek, context=context)
        self._given = 0
        self._ready = memoryview(self._sealer.update(b""))
        self._digest = hashlib.sha256(self._ready)
        self._block = bytearray()
        self._out = bytearray(_room(min(plaintext_bytes, BUFFER_BYTES)))
        self._is_sealed = False
        self.header = bytes(self._ready)
        """The 56 bytes that the wrap record of the DEK is bound to."""

    @property
    def sealed_bytes(self) -> int:
        """Length of the whole object, once it has been read to the end (ValueError before)."""
        self._require_end()
        return self._given

    @property
    def sha256(self) -> bytes:
        """Digest of the whole object, once it has been read to the end (ValueError before)."""
        self._require_end()
        return self._digest.digest()

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        remaining = sealed_length(self._plaintext_bytes) - self._given
        wanted = remaining if size is None or size < 0 else min(size, remaining)
        if len(self._block) < wanted:
            self._block = bytearray(wanted)  # kept: a fresh one for each part of an upload costs as much as the cipher
        with memoryview(self._block)[:wanted] as block:
            return bytes(block[: self.readinto(block)])

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fills the whole buffer unless the end comes first."""
        with memoryview(buffer).cast("B") as target:
            filled = self._take(target)
            while filled < len(target) and not self._is_sealed:
                if len(target) - filled >= len(self._out):
                    filled += self._seal_into(target[filled:])  # without the detour
                else:
                    self._ready = memoryview(self._out)[: self._seal_into(self._out)]
                    filled += self._take(target[filled:])
        self._given += filled
        return filled

    def _take(self, target: memoryview) -> int:
        count = min(len(target), len(self._ready))
        target[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _seal_into(self, target: bytearray | memoryview) -> int:
        """Seals the next piece of the source, or the end, into ``target``, which has room for either."""
        plaintext = self._source.read(min(BUFFER_BYTES, self._plaintext_bytes - self._consumed))
        if plaintext:
            self._consumed += len(plaintext)
            written = self._sealer.update_into(plaintext, target)
        else:
            self._require_source_end()
            last = self._sealer.finalize()
            written, self._is_sealed = len(last), True
            target[:written] = last
        self._digest.update(memoryview(target)[:written])
        return written

    def _require_source_end(self) -> None:
        received = self._consumed + len(self._source.read(1))
        if received != self._plaintext_bytes:
            raise InputError("intake.size_mismatch", announced=self._plaintext_bytes, received=received)

    def _require_end(self) -> None:
        if not self._is_sealed or self._ready:
            raise ValueError("the object has not been read to its end")


def open_sealed(
    stream: BinaryIO, dek: Secret, *, context: EncryptionContext, header: bytes, expected_bytes: int
) -> Iterator[bytes]:
    """The plaintext in blocks of up to about 256 KiB, provisional until the iterator ends.

    ``header`` and ``expected_bytes`` are the row's. The row's digest is not computed: the header commits to key and
    salt, every byte after it stands under a tag, so nobody without the DEK makes another object that passes
    (docs/adr/0012-opening-checks-tags-not-the-digest.md).

    TamperError ``tamper.content`` for altered bytes, another object, a wrong key or a wrong context (not told apart),
    ``tamper.length`` when the object is shorter or longer than the row says.
    """
    for block in _opened(stream, dek, context=context, header=header, expected_bytes=expected_bytes):
        yield bytes(block)


def copy_opened(
    stream: BinaryIO,
    sink: BinaryIO,
    dek: Secret,
    *,
    context: EncryptionContext,
    header: bytes,
    expected_bytes: int,
) -> int:
    """Writes the plaintext to ``sink`` and says how many bytes; the errors of :func:`open_sealed`.

    What was written counts only once this has returned.
    """
    written = 0
    for block in _opened(stream, dek, context=context, header=header, expected_bytes=expected_bytes):
        sink.write(block)
        written += len(block)
    return written


def verify_stored(store: ObjectStore, key: ObjectKey, *, expected_bytes: int, expected_sha256: bytes) -> None:
    """Reads a stored object whole and compares it with its row, without any key.

    TamperError ``tamper.object_missing``, ``tamper.length`` or ``tamper.digest``.
    """
    digest, received = hashlib.sha256(), 0
    try:
        with store.open_stream(key) as stream:
            # one byte more than expected is enough to know
            while received <= expected_bytes and (block := stream.read(BUFFER_BYTES)):
                digest.update(block)
                received += len(block)
    except NotFound as exc:
        raise TamperError("tamper.object_missing") from exc
    if received != expected_bytes:
        raise TamperError("tamper.length")
    if digest.digest() != expected_sha256:
        raise TamperError("tamper.digest")


def seal_whole(plaintext: bytes, dek: Secret, *, context: EncryptionContext) -> bytes:
    """A small stream sealed at once, for what fits into memory."""
    sealer = StreamSealer(dek, context=context)
    return sealer.update(plaintext) + sealer.finalize()


def open_whole(sealed: bytes, dek: Secret, *, context: EncryptionContext) -> bytes:
    """The plaintext of a stream held in memory, all of it verified; TamperError ``tamper.content``."""
    opener = StreamOpener(dek, context=context)
    try:
        return opener.update(sealed) + opener.finalize()
    except UnwrapError as exc:
        raise TamperError("tamper.content") from exc


def _opened(
    stream: BinaryIO, dek: Secret, *, context: EncryptionContext, header: bytes, expected_bytes: int
) -> Iterator[memoryview]:
    """Opens a stream in a fixed buffer; each block is valid until the next.

    1. it begins as the row's object does                                -> tamper.length, tamper.content
    2. read up to the expected length, no further than one byte beyond   -> tamper.length
    3. open chunk by chunk                                               -> tamper.content
    4. the object ends exactly here                                      -> tamper.length
    5. the stream ends exactly here (the last chunk is marked)           -> tamper.content
    """
    opener, remaining = StreamOpener(dek, context=context), expected_bytes - HEADER_BYTES
    out = bytearray(_room(min(expected_bytes, BUFFER_BYTES)))
    try:
        begin = _read_header(stream)  # 1
        if not hmac.compare_digest(begin, header):
            raise TamperError("tamper.content")
        opener.update_into(begin, out)
        while remaining > 0:
            sealed = stream.read(min(BUFFER_BYTES, remaining))  # 2
            if not sealed:
                raise TamperError("tamper.length")
            remaining -= len(sealed)
            opened = opener.update_into(sealed, out)  # 3
            if opened:
                yield memoryview(out)[:opened]
        if remaining or stream.read(1):  # 4
            raise TamperError("tamper.length")
        last = opener.finalize()  # 5
    except UnwrapError as exc:
        raise TamperError("tamper.content") from exc
    if last:
        yield memoryview(last)


def _read_header(stream: BinaryIO) -> bytes:
    header = b""
    while len(header) < HEADER_BYTES:
        more = stream.read(HEADER_BYTES - len(header))
        if not more:
            raise TamperError("tamper.length")
        header += more
    return header


def _room(buffer_bytes: int) -> int:
    """What one buffer may become when sealed or opened, together with what was held back before."""
    return sealed_length(buffer_bytes + _HELD_BACK_BYTES) + HEADER_BYTES
