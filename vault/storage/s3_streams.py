"""The two ends of a transfer to or from a bucket: content on its way in, an answer's body on its way out.

Guarantees: content is read in exactly the pieces that the client asks for, and its own errors are kept apart from the
client's; a body is given as it arrives, keeps the pace, and ends without error only where the server said it would.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

from urllib3 import BaseHTTPResponse

from vault.errors import InputError
from vault.storage.pace import Pace
from vault.storage.s3_errors import translated_s3_errors

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class OutgoingContent(io.RawIOBase, BinaryIO):
    """Content on its way into a bucket, for one thread.

    The time between two reads is the time the store took.
    """

    def __init__(self, content: BinaryIO, *, size: int, monotonic: Callable[[], float]) -> None:
        self._content = content
        self._size = size
        self._monotonic = monotonic
        self._pace = Pace(monotonic)
        self._left_at: float | None = None
        self._read = 0
        self._fault: Exception | None = None

    @property
    def is_consumed(self) -> bool:
        """Whether all of it was handed to the client."""
        return self._read == self._size

    def take_fault(self) -> Exception | None:
        """What went wrong on this side, once: kept on, error and content would hold one another in memory."""
        fault, self._fault = self._fault, None
        return fault

    @property
    def is_faulty(self) -> bool:
        """Whether reading the content raised."""
        return self._fault is not None

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        remaining = self._size - self._read
        wanted = remaining if size is None or size < 0 else min(size, remaining)
        try:
            self._keep_pace()
            block = self._read_exactly(wanted)
        except Exception as exc:
            self._fault = exc
            raise
        self._read += wanted
        self._left_at = self._monotonic()
        return block

    def _keep_pace(self) -> None:
        if self._left_at is not None:
            self._pace.waited(self._monotonic() - self._left_at)
            self._pace.moved(0)

    def _read_exactly(self, wanted: int) -> bytes:
        block = self._content.read(wanted)
        if len(block) < wanted:
            block = self._gather(block, wanted)
        self._pace.moved(wanted)
        return block

    def _gather(self, first: bytes, wanted: int) -> bytes:
        pieces, have = [first], len(first)
        while have < wanted:
            piece = self._content.read(wanted - have)
            if not piece:
                raise InputError("intake.size_mismatch", announced=self._size, received=self._read + have)
            pieces.append(piece)
            have += len(piece)
        return b"".join(pieces)


class IncomingBody(io.RawIOBase):
    """The body of an answer. One short wait for each read, whatever arrives is given at once."""

    def __init__(self, response: BaseHTTPResponse, *, pace: Pace) -> None:
        self._response = response
        self._pace = pace

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        with memoryview(buffer).cast("B") as target:
            # read1: read() would wait for all of it, 10 s for each byte; undecoded: sealed bytes are never compressed
            with translated_s3_errors(), self._pace.waiting():
                block = self._response.read1(len(target), decode_content=False)
            self._pace.moved(len(block))
            target[: len(block)] = block
        return len(block)
