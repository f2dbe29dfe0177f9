"""What goes through the pipe from child to parent: fixed headers, capped lengths, nothing to parse.

A header is one kind byte and five unsigned 32-bit big-endian numbers; unused numbers are zero::

    READY    layers 0 0 0 0                                 first, once
    PAGE     number width height image_bytes text_bytes     then image and text
    END      pages 0 0 0 0                                  last
    REFUSED  refusal 0 0 0 0                                last

Guarantees: the parent compares every number with the limits before it allocates or reads, and with what it has seen
so far; whatever does not fit raises :class:`ProtocolError`. The image is checked for its container's first bytes and
its size only, never decoded. Specification: docs/spec/page-images.md.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Callable, Iterator

from vault.intake.converter.layers import ALL_LAYERS, Layer, is_sufficient
from vault.intake.converter.limits import ConversionLimits, ConvertedPage
from vault.intake.converter.refusals import Refusal, error_of

_HEADER = struct.Struct(">B5I")
HEADER_BYTES = _HEADER.size
_WEBP_OVERHEAD_BYTES = 65_536
_VP8L_START = 20  # RIFF size WEBP "VP8L" size, then the signature byte 0x2f and 14 + 14 bits of size

ReadExactly = Callable[[int], bytes]
Numbers = tuple[int, int, int, int, int]


class FrameKind(enum.IntEnum):
    READY = 1
    PAGE = 2
    END = 3
    REFUSED = 4


class ProtocolError(Exception):
    """The child said something it must not say: it is broken, or taken over."""


def encode_header(kind: FrameKind, *numbers: int) -> bytes:
    """The header of a frame with up to five numbers; a number beyond 32 bits raises :class:`struct.error`."""
    padded = (*numbers, *(0,) * (5 - len(numbers)))
    return _HEADER.pack(kind, *padded)


def encode_page(page: ConvertedPage) -> tuple[bytes, bytes, bytes]:
    """Header, image and text of one PAGE frame."""
    text = page.text.encode("utf-8")
    header = encode_header(FrameKind.PAGE, page.number, page.width, page.height, len(page.image), len(text))
    return header, page.image, text


def read_ready(read_exactly: ReadExactly) -> Layer:
    """The layers that the child says hold; a child that refuses at once raises its refusal."""
    kind, numbers = _read_header(read_exactly)
    if kind is FrameKind.REFUSED:
        raise _refusal(numbers)
    if kind is not FrameKind.READY or any(numbers[1:]) or numbers[0] > ALL_LAYERS:
        raise ProtocolError("expected READY")
    return Layer(numbers[0])


def read_pages(read_exactly: ReadExactly, limits: ConversionLimits) -> Iterator[ConvertedPage]:
    """Every page up to END. Raises what the child refused, or :class:`ProtocolError` beyond a limit or out of turn."""
    layers = read_ready(read_exactly)
    if not is_sufficient(layers):
        raise error_of(Refusal.NO_SANDBOX)
    pages = pixels = output = text = 0
    while True:
        kind, numbers = _read_header(read_exactly)
        if kind is FrameKind.REFUSED:
            raise _refusal(numbers)
        if kind is FrameKind.END:
            if numbers != (pages, 0, 0, 0, 0) or pages == 0:
                raise ProtocolError("END counts other pages than came")
            return
        if kind is not FrameKind.PAGE:
            raise ProtocolError("READY out of turn")
        pages += 1
        _check_page(numbers, pages, limits)
        _, width, height, image_bytes, text_bytes = numbers
        pixels, output, text = pixels + width * height, output + image_bytes, text + text_bytes
        if pixels > limits.total_pixels or output > limits.output_bytes or text > limits.text_bytes:
            raise error_of(Refusal.TOO_LARGE)
        yield _read_page(read_exactly, numbers)


def _read_header(read_exactly: ReadExactly) -> tuple[FrameKind, Numbers]:
    kind, first, second, third, fourth, fifth = _HEADER.unpack(read_exactly(HEADER_BYTES))
    try:
        return FrameKind(kind), (first, second, third, fourth, fifth)
    except ValueError:
        raise ProtocolError("unknown kind of frame") from None


def _refusal(numbers: Numbers) -> Exception:
    try:
        refusal = Refusal(numbers[0])
    except ValueError:
        return ProtocolError("unknown refusal")
    return ProtocolError("REFUSED with trailing numbers") if any(numbers[1:]) else error_of(refusal)


def _check_page(numbers: Numbers, expected: int, limits: ConversionLimits) -> None:
    number, width, height, image_bytes, text_bytes = numbers
    if number != expected or expected > limits.pages:
        raise ProtocolError("page out of turn")
    if not (1 <= width <= limits.edge_pixels and 1 <= height <= limits.edge_pixels):
        raise ProtocolError("page image out of size")
    if image_bytes > width * height * 4 + _WEBP_OVERHEAD_BYTES or text_bytes > limits.text_bytes:
        raise ProtocolError("page longer than its pixels allow")


def _read_page(read_exactly: ReadExactly, numbers: Numbers) -> ConvertedPage:
    number, width, height, image_bytes, text_bytes = numbers
    image = read_exactly(image_bytes)
    if _webp_size(image) != (width, height):
        raise ProtocolError("not a lossless WebP of the size that was said")
    try:
        text = read_exactly(text_bytes).decode("utf-8")
    except UnicodeDecodeError:
        raise ProtocolError("page text is not UTF-8") from None
    return ConvertedPage(number=number, image=image, width=width, height=height, text=text)


def _webp_size(image: bytes) -> tuple[int, int] | None:
    """Width and height by the header of a file that holds one VP8L chunk and nothing else (RFC 9649), else None."""
    head = image[: _VP8L_START + 5]
    if len(head) < _VP8L_START + 5 or head[:4] != b"RIFF" or head[8:16] != b"WEBPVP8L" or head[_VP8L_START] != 0x2F:
        return None
    riff_bytes, chunk_bytes = int.from_bytes(head[4:8], "little"), int.from_bytes(head[16:20], "little")
    if riff_bytes + 8 != len(image) or _VP8L_START + chunk_bytes + chunk_bytes % 2 != len(image):
        return None
    bits = int.from_bytes(head[_VP8L_START + 1 : _VP8L_START + 5], "little")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
