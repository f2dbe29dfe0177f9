"""The index of a page pack: where each page's image and text lie, and how large the page is.

Guarantees: parts follow one another without gap or overlap from the object's first byte, so the index holds lengths
only and offsets can not lie; what is parsed was sealed for this very document version; sizes are bounded before they
are used. Leaves to others: fetching and opening the parts (:mod:`vault.sealing.page_pack`).

Source: docs/spec/envelope.md.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from keys.model import EncryptionContext, Secret
from keys.primitives import sealed_length
from vault.errors import TamperError
from vault.sealing.contexts import object_context
from vault.sealing.envelope import open_whole, seal_whole

MOST_PAGES = 10_000
LONGEST_PART_BYTES = 48 << 20
"""Plaintext of one image or text. Sealed it stays below what a store gives in one range (64 MiB)."""
LONGEST_SIDE_PIXELS = 0xFFFF

_INDEX_PART = "pages/index"
_FORMAT_VERSION = 1
_HEAD = struct.Struct(">BI")  # format version, pages
_ENTRY = struct.Struct(">IIHH")  # image bytes, text bytes (plaintext), width, height (pixels)
LONGEST_INDEX_BYTES = sealed_length(_HEAD.size + MOST_PAGES * _ENTRY.size)
"""Of a sealed index."""


class PartKind(enum.Enum):
    """What of a page a part holds; the value is in the part's context and in the trail."""

    IMAGE = "image"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class PackPart:
    """One sealed part: its place in the object (``offset``, ``length`` sealed bytes) and its plaintext's length."""

    page_number: int
    kind: PartKind
    offset: int
    plaintext_bytes: int

    @property
    def length(self) -> int:
        return sealed_length(self.plaintext_bytes)


@dataclass(frozen=True, slots=True)
class PackPage:
    """One page: ``number`` from 1, the image's size in pixels, and its two parts."""

    number: int
    width: int
    height: int
    image: PackPart
    text: PackPart


@dataclass(frozen=True, slots=True)
class PackScope:
    """Whose pages these are; every part of a pack is bound to it."""

    dossier_id: str
    document_id: str
    version: int

    def index_context(self) -> EncryptionContext:
        return self._context(_INDEX_PART)

    def part_context(self, page_number: int, kind: PartKind) -> EncryptionContext:
        return self._context(f"page/{page_number}/{kind.value}")

    def _context(self, part: str) -> EncryptionContext:
        return object_context(dossier_id=self.dossier_id, document_id=self.document_id, version=self.version, part=part)


@dataclass(frozen=True, slots=True)
class PackIndex:
    """The pages of one pack in order; ``pages[n - 1]`` is page n."""

    scope: PackScope
    pages: tuple[PackPage, ...]

    @classmethod
    def open(cls, index_sealed: bytes, dek: Secret, *, dossier_id: str, document_id: str, version: int) -> PackIndex:
        """The index of this document version. TamperError ``tamper.content`` or, if malformed, ``tamper.index``."""
        if len(index_sealed) > LONGEST_INDEX_BYTES:
            raise TamperError("tamper.index")
        scope = PackScope(dossier_id, document_id, version)
        encoded = open_whole(index_sealed, dek, context=scope.index_context())
        return cls(scope, tuple(_parse(encoded)))

    def seal(self, dek: Secret) -> bytes:
        """The index as it is stored: in the database row and at the end of the object."""
        return seal_whole(_encode(self.pages), dek, context=self.scope.index_context())


def find_page(index_sealed: bytes, dek: Secret, *, scope: PackScope, number: int) -> PackPage | None:
    """Page ``number`` alone, or None beyond the last, after the same checks as :meth:`PackIndex.open`.

    The whole index is opened and every figure checked, but a page of a thousand is not made a thousand objects.
    """
    if len(index_sealed) > LONGEST_INDEX_BYTES:
        raise TamperError("tamper.index")
    encoded = open_whole(index_sealed, dek, context=scope.index_context())
    count = _page_count(encoded)
    images, texts, widths, heights = zip(*_ENTRY.iter_unpack(memoryview(encoded)[_HEAD.size :]), strict=True)
    if min(images) < 1 or min(widths) < 1 or min(heights) < 1 or max(*images, *texts) > LONGEST_PART_BYTES:
        raise TamperError("tamper.index")
    if not 1 <= number <= count:
        return None
    here = number - 1
    return place_page(
        number,
        offset=sum(map(sealed_length, images[:here])) + sum(map(sealed_length, texts[:here])),
        image_bytes=images[here],
        text_bytes=texts[here],
        width=widths[here],
        height=heights[here],
    )


def place_page(number: int, *, offset: int, image_bytes: int, text_bytes: int, width: int, height: int) -> PackPage:
    """A page whose parts begin at ``offset``; ValueError when a figure is out of bounds."""
    if not (1 <= number <= MOST_PAGES and 1 <= width <= LONGEST_SIDE_PIXELS and 1 <= height <= LONGEST_SIDE_PIXELS):
        raise ValueError("a page's number or size is out of bounds")
    if not (1 <= image_bytes <= LONGEST_PART_BYTES and 0 <= text_bytes <= LONGEST_PART_BYTES):
        raise ValueError("a page's image or text is empty or too long")
    image = PackPart(number, PartKind.IMAGE, offset, image_bytes)
    text = PackPart(number, PartKind.TEXT, offset + image.length, text_bytes)
    return PackPage(number, width, height, image, text)


def end_of(page: PackPage) -> int:
    """The offset after the page's last part."""
    return page.text.offset + page.text.length


def _encode(pages: tuple[PackPage, ...]) -> bytes:
    entries = (
        _ENTRY.pack(page.image.plaintext_bytes, page.text.plaintext_bytes, page.width, page.height) for page in pages
    )
    return _HEAD.pack(_FORMAT_VERSION, len(pages)) + b"".join(entries)


def _parse(encoded: bytes) -> Iterator[PackPage]:
    """Strict: one version, the exact length, every figure in bounds."""
    _page_count(encoded)
    try:
        yield from _placed(_ENTRY.iter_unpack(memoryview(encoded)[_HEAD.size :]))
    except ValueError as exc:
        raise TamperError("tamper.index") from exc


def _page_count(encoded: bytes) -> int:
    """What the head says, when the index is of this version and exactly as long as that."""
    if len(encoded) < _HEAD.size:
        raise TamperError("tamper.index")
    version, count = _HEAD.unpack_from(encoded)
    if version != _FORMAT_VERSION or not 1 <= count <= MOST_PAGES:
        raise TamperError("tamper.index")
    if len(encoded) != _HEAD.size + count * _ENTRY.size:
        raise TamperError("tamper.index")
    return int(count)


def _placed(entries: Iterable[tuple[int, ...]]) -> Iterator[PackPage]:
    offset = 0
    for number, (image_bytes, text_bytes, width, height) in enumerate(entries, start=1):
        page = place_page(
            number, offset=offset, image_bytes=image_bytes, text_bytes=text_bytes, width=width, height=height
        )
        offset = end_of(page)
        yield page
