"""Opened blocks as a readable stream: what is sealed again without ever being whole in memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO


class OpenedStream(io.RawIOBase, BinaryIO):
    """Reads from an iterator of blocks; errors of the iterator come out of the read that meets them."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Exactly ``size`` bytes until the end, or everything."""
        wanted = -1 if size is None else size
        taken = bytearray()
        while wanted < 0 or len(taken) < wanted:
            if not self._rest:
                block = next(self._blocks, None)
                if block is None:
                    break
                self._rest = memoryview(block)
            piece = self._rest if wanted < 0 else self._rest[: wanted - len(taken)]
            taken += piece
            self._rest = self._rest[len(piece) :]
        return bytes(taken)
