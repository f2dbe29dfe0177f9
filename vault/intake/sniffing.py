"""What a file is: by its content and its name together, from a short list of what the vault takes.

Guarantees: pure over the name and the first bytes. A file whose name says one thing and whose content another is
refused (``intake.type_mismatch``), never believed in either; whatever is not on the list is refused
(``intake.type_unknown``). Leaves to the sandboxed converter: whether the rest of the file is sound.
Source: ISO 32000-2 7.5.2, PNG 5.2, ITU-T T.81 B.1, TIFF 6.0 section 2, RFC 9649 2.4; ASVS 5.0.0 5.2.2.
"""

from __future__ import annotations

import enum

from vault.errors import InputError
from vault.intake.text_encoding import decode_text

HEAD_BYTES = 4096
"""How many first bytes of a file are looked at."""

_PDF_HEADER_WITHIN = 1024


class MediaType(enum.Enum):
    """What the vault takes."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    WEBP = "image/webp"
    TEXT = "text/plain"
    MARKDOWN = "text/markdown"


_BY_EXTENSION = {
    "pdf": MediaType.PDF,
    "png": MediaType.PNG,
    "jpg": MediaType.JPEG,
    "jpeg": MediaType.JPEG,
    "tif": MediaType.TIFF,
    "tiff": MediaType.TIFF,
    "webp": MediaType.WEBP,
    "txt": MediaType.TEXT,
    "text": MediaType.TEXT,
    "md": MediaType.MARKDOWN,
    "markdown": MediaType.MARKDOWN,
}
EXTENSIONS = tuple(_BY_EXTENSION)


def sniff(head: bytes, *, name: str) -> MediaType:
    """The type of a file that begins with ``head`` (up to :data:`HEAD_BYTES`) and is called ``name``.

    InputError ``intake.empty``, ``intake.type_unknown`` or ``intake.type_mismatch`` otherwise.
    """
    if not head:
        raise InputError("intake.empty")
    declared = _BY_EXTENSION.get(_extension(name))
    if declared is None:
        raise InputError("intake.type_unknown", allowed=" ".join(EXTENSIONS))
    found = _by_content(head[:HEAD_BYTES], declared)
    if found is not declared:
        found_name = found.value if found else "unknown"
        raise InputError("intake.type_mismatch", declared=declared.value, found=found_name)
    return declared


def _extension(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def _by_content(head: bytes, declared: MediaType) -> MediaType | None:
    """What the bytes are. ``declared`` only decides what content cannot: Markdown or text, and a late PDF header."""
    by_magic = _by_magic(head)
    if by_magic is not None:
        return by_magic
    if declared is MediaType.PDF and b"%PDF-" in head[:_PDF_HEADER_WITHIN]:
        return MediaType.PDF
    if decode_text(head, is_beginning=len(head) == HEAD_BYTES) is None:
        return None
    return declared if declared is MediaType.MARKDOWN else MediaType.TEXT


def _by_magic(head: bytes) -> MediaType | None:
    if head.startswith(b"%PDF-"):
        return MediaType.PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return MediaType.TIFF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return MediaType.WEBP
    return None
