"""A zip with one spelling: members stored as they are, sizes and checksums in front, nothing that could be otherwise.

Not compressed: what a compressor writes differs from version to version, and has bits that nobody reads. Fixed times,
no comments, no extra fields but the sizes that zip64 needs, so that a flipped bit anywhere is a flipped bit in
something that is checked. Written front to back, one member in memory at a time. Source: PKWARE APPNOTE 6.3.10.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator

from vault.ledger.bundle.layout import Member

_DATE = 0x0021
"""The first of January 1980, as early as a zip can say."""
_MADE_ON_UNIX = 0x0300
_REGULAR_FILE = 0o100644 << 16
_VERSION, _VERSION_64 = 10, 45
_MOST_32, _MOST_16 = 0xFFFFFFFF, 0xFFFF


def zip_bytes(members: Iterable[Member]) -> Iterator[bytes]:
    """The zip of ``members``, in pieces. Names are ASCII. ValueError for a member of 4 GiB or more."""
    directory: list[bytes] = []
    offset = 0
    for name, pieces in members:
        content = b"".join(pieces)
        if len(content) >= _MOST_32:
            raise ValueError(f"{name} is too large for a member")
        facts = struct.pack("<HHHHIII", 0, 0, 0, _DATE, zlib.crc32(content), len(content), len(content))
        encoded = name.encode("ascii")
        header = struct.pack("<4sH", b"PK\x03\x04", _VERSION) + facts + struct.pack("<HH", len(encoded), 0) + encoded
        directory.append(_directory_entry(encoded, facts, offset))
        yield header
        yield content
        offset += len(header) + len(content)
    yield from directory
    yield _end(len(directory), sum(map(len, directory)), offset)


def _directory_entry(name: bytes, facts: bytes, offset: int) -> bytes:
    extra = struct.pack("<HHQ", 1, 8, offset) if offset >= _MOST_32 else b""
    version = _VERSION_64 if extra else _VERSION
    return (
        struct.pack("<4sHH", b"PK\x01\x02", _MADE_ON_UNIX | version, version)
        + facts
        + struct.pack("<HHHHHII", len(name), len(extra), 0, 0, 0, _REGULAR_FILE, min(offset, _MOST_32))
        + name
        + extra
    )


def _end(count: int, size: int, offset: int) -> bytes:
    """The end records; those of zip64 where a number needs them."""
    end_64 = b""
    if count >= _MOST_16 or size >= _MOST_32 or offset >= _MOST_32:
        record = struct.pack("<QHHIIQQQQ", 44, _VERSION_64, _VERSION_64, 0, 0, count, count, size, offset)
        end_64 = b"PK\x06\x06" + record + struct.pack("<4sIQI", b"PK\x06\x07", 0, offset + size, 1)
    short = min(count, _MOST_16)
    end = struct.pack("<HHHHIIH", 0, 0, short, short, min(size, _MOST_32), min(offset, _MOST_32), 0)
    return end_64 + b"PK\x05\x06" + end
