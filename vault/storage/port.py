"""The object store as the vault needs it: few operations, every foreign error translated.

An object is written once under a unique random key and never changed. Nothing here depends on conditional writes,
versioning, Object Lock or ETags. All stored bytes are ciphertext; integrity rests on the sealing format and on the
length and SHA-256 that the database row keeps, not on what a store claims.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, NewType, Protocol

ObjectKey = NewType("ObjectKey", str)
"""Lower-case path of ``[0-9a-z/._-]``, at most 200 characters, no empty, ``.`` or ``..`` segment."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What a store knows of an object: its key, size in bytes and time of last change (UTC)."""

    key: ObjectKey
    size: int
    modified: dt.datetime


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What was found out of a store when it was probed; shown by ``doctor``. Nothing relies on these.

    ``kind`` is ``directory`` or ``S3``, ``place`` its path or address; ``facts`` are what was done, with how it went.
    """

    kind: str
    place: str
    facts: tuple[tuple[str, str], ...]


class ObjectStore(Protocol):
    """Port over a bucket or directory.

    Raises :class:`vault.errors.NotFound` (code ``object.missing``) for an absent key,
    :class:`vault.errors.Unavailable` (code ``store.unavailable``, ``store.full``, ``store.bucket_missing``,
    ``store.denied``) when the store cannot serve, and :class:`vault.errors.TamperError` (code ``object.length``) when
    fewer or more bytes arrive than were asked for. Every call returns within bounded time.
    """

    def put(self, key: ObjectKey, content: BinaryIO, *, size: int) -> None:
        """Store exactly ``size`` bytes read from ``content``; durable when this returns.

        A key that exists already raises :class:`vault.errors.Conflict` where the store can tell. If ``content``
        raises or ends early nothing is left under ``key`` and no thread or connection leaks.
        """

    def open_range(self, key: ObjectKey, *, offset: int, length: int) -> bytes:
        """Exactly ``length`` bytes from ``offset``, at most 64 MiB."""

    def open_stream(self, key: ObjectKey) -> AbstractContextManager[BinaryIO]:
        """The whole object as a readable stream with ``read(n)``; closes its connection on exit."""

    def stat(self, key: ObjectKey) -> StoredObject: ...

    def delete(self, key: ObjectKey) -> None:
        """Remove the object; removing an absent one is fine."""

    def list_objects(self, prefix: str = "") -> Iterator[StoredObject]: ...

    def probe(self) -> Capabilities:
        """Write, read back, range-read and delete a small probe object; raises Unavailable with the remedy."""
