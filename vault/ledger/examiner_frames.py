"""What a verification and the processes that help it say to each other: MessagePack of fixed shape, each in a frame.

A frame is its length in four bytes (big-endian) and as many bytes. Both sides are this program, started by itself.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, TypeVar

import msgspec

from vault.ledger.segment import Examined, Known

LONGEST_FRAME_BYTES = 1 << 28
_LENGTH = struct.Struct(">I")
_Said = TypeVar("_Said")


class Job(msgspec.Struct):
    """First: where the database is, and what holds for all segments. A key follows it if ``has_key``."""

    database_url: str
    known: Known
    batch: int
    has_key: bool


class Order(msgspec.Struct):
    """Then, again and again: the next segment."""

    start: int
    end: int


class Answer(msgspec.Struct):
    """To each order. None: this segment needs somebody who knows more."""

    outcome: Examined | None


def write_frame(pipe: BinaryIO, message: Job | Order | Answer) -> None:
    """At once."""
    encoded = msgspec.msgpack.encode(message)
    pipe.write(_LENGTH.pack(len(encoded)) + encoded)
    pipe.flush()


def read_frame(pipe: BinaryIO, kind: type[_Said]) -> _Said:
    """EOFError where the other side has ended; ValueError for what is no such message."""
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    if length > LONGEST_FRAME_BYTES:
        raise ValueError("longer than any message")
    return msgspec.msgpack.decode(_exactly(pipe, length), type=kind)


def _exactly(pipe: BinaryIO, count: int) -> bytes:
    content = pipe.read(count)
    if len(content) != count:
        raise EOFError
    return content
