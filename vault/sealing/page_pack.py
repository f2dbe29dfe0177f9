"""Page packs: every page of a document version in one object, each page's image and text sealed on its own.

Layout: ``page 1 image | page 1 text | page 2 image | ... | sealed index | index length (be32) | format name (16)``.

Guarantees: a page is one ranged read and is verified whole before a byte of it is used; a part opens only as the page
and kind it was sealed as; writing holds one page in memory. Leaves to others: wrapping the DEK (bound to the index's
header), keeping the sealed index in the database row, and storage. Source: docs/spec/envelope.md.
"""

from __future__ import annotations

import errno
import hashlib
import struct
from dataclasses import dataclass
from typing import BinaryIO

from keys.model import Secret
from keys.primitives import HEADER_BYTES
from vault.errors import InputError, TamperError, Unavailable
from vault.sealing.envelope import open_whole, seal_whole
from vault.sealing.pack_index import (
    LONGEST_INDEX_BYTES,
    LONGEST_PART_BYTES,
    MOST_PAGES,
    PackIndex,
    PackPage,
    PackPart,
    PackScope,
    PartKind,
    find_page,
    place_page,
)
from vault.storage.port import ObjectKey, ObjectStore

__all__ = [
    "PackIndex",
    "PackPage",
    "PackPart",
    "PackScope",
    "PackSummary",
    "PackWriter",
    "PartKind",
    "find_index",
    "find_page",
    "read_part",
    "read_part_of",
]

_TRAILER = struct.Struct(">I16s")  # length of the sealed index, format name
_FORMAT_NAME = b"vault.pages.v1\0\0"


@dataclass(frozen=True, slots=True)
class PackSummary:
    """What the database row keeps of a pack. ``header`` is the sealed index's, which the DEK's wrap is bound to."""

    index_sealed: bytes
    header: bytes
    sealed_bytes: int
    sha256: bytes
    page_count: int


class PackWriter:
    """Writes one pack to ``sink``, page by page; what is written is ciphertext.

    Unavailable ``spool.full`` or ``spool.unavailable`` when the sink cannot take it. Nothing written counts before
    :meth:`finish` has returned.
    """

    def __init__(self, sink: BinaryIO, dek: Secret, *, dossier_id: str, document_id: str, version: int) -> None:
        self._sink = sink
        self._dek = dek
        self._scope = PackScope(dossier_id, document_id, version)
        self._pages: list[PackPage] = []
        self._digest = hashlib.sha256()
        self._written = 0
        self._is_finished = False

    def add_page(self, number: int, *, image: bytes, width: int, height: int, text: str) -> None:
        """Seals the next page; pages come in order from 1 (ValueError).

        InputError ``intake.too_many_pages`` beyond 10,000 pages, ``intake.page_too_large`` for an image or text of
        more than 48 MiB.
        """
        if self._is_finished or number != len(self._pages) + 1:
            raise ValueError(f"page {number} does not follow page {len(self._pages)}")
        if number > MOST_PAGES:
            raise InputError("intake.too_many_pages", limit=MOST_PAGES)
        encoded = text.encode()
        if max(len(image), len(encoded)) > LONGEST_PART_BYTES:
            raise InputError("intake.page_too_large", page=number)
        page = place_page(
            number, offset=self._written, image_bytes=len(image), text_bytes=len(encoded), width=width, height=height
        )
        self._write_part(image, page.image)
        self._write_part(encoded, page.text)
        self._pages.append(page)

    def finish(self) -> PackSummary:
        """Writes index and trailer. InputError ``intake.damaged`` for a document without a page."""
        if self._is_finished:
            raise ValueError("this pack is finished")
        if not self._pages:
            raise InputError("intake.damaged")
        self._is_finished = True
        index_sealed = PackIndex(self._scope, tuple(self._pages)).seal(self._dek)
        self._write(index_sealed + _TRAILER.pack(len(index_sealed), _FORMAT_NAME))
        return PackSummary(
            index_sealed, index_sealed[:HEADER_BYTES], self._written, self._digest.digest(), len(self._pages)
        )

    def _write_part(self, plaintext: bytes, part: PackPart) -> None:
        context = self._scope.part_context(part.page_number, part.kind)
        self._write(seal_whole(plaintext, self._dek, context=context))

    def _write(self, sealed: bytes) -> None:
        try:
            self._sink.write(sealed)
        except OSError as exc:
            is_full = exc.errno in (errno.ENOSPC, errno.EDQUOT)
            raise Unavailable("spool.full" if is_full else "spool.unavailable") from exc
        self._digest.update(sealed)
        self._written += len(sealed)


def read_part(store: ObjectStore, key: ObjectKey, part: PackPart, dek: Secret, *, index: PackIndex) -> bytes:
    """One page's image or text (UTF-8): one ranged read, all of it verified.

    TamperError ``tamper.content`` or ``object.length``; NotFound ``object.missing``.
    """
    return read_part_of(store, key, part, dek, scope=index.scope)


def read_part_of(store: ObjectStore, key: ObjectKey, part: PackPart, dek: Secret, *, scope: PackScope) -> bytes:
    """As :func:`read_part`, for a part that :func:`find_page` gave."""
    sealed = store.open_range(key, offset=part.offset, length=part.length)
    return open_whole(sealed, dek, context=scope.part_context(part.page_number, part.kind))


def find_index(store: ObjectStore, key: ObjectKey) -> bytes:
    """The sealed index at the end of a pack, for when the database row is lost. TamperError ``tamper.index``.

    Not trusted before it opens: :meth:`PackIndex.open`.
    """
    size = store.stat(key).size
    if size < _TRAILER.size:
        raise TamperError("tamper.index")
    trailer = store.open_range(key, offset=size - _TRAILER.size, length=_TRAILER.size)
    length, name = _TRAILER.unpack(trailer)
    if name != _FORMAT_NAME or not 0 < length <= min(LONGEST_INDEX_BYTES, size - _TRAILER.size):
        raise TamperError("tamper.index")
    return store.open_range(key, offset=size - _TRAILER.size - length, length=length)
