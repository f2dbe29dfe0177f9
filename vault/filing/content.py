"""What is handed in: bytes that can be read more than once, and never trusted to be as long as they say."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from keys.model import Secret
from keys.primitives import keyed_token
from vault.errors import InputError
from vault.intake.names import display_title
from vault.intake.sniffing import HEAD_BYTES, MediaType, sniff

_CHUNK_BYTES = 1 << 20
MEBIBYTE = 1 << 20


class Content(Protocol):
    """Bytes at rest somewhere; ``rewind`` gives a reader from the beginning, any number of times."""

    @property
    def size(self) -> int: ...

    def rewind(self) -> BinaryIO: ...


@dataclass(frozen=True, slots=True)
class FileContent:
    """An open seekable file as content. The caller closes it."""

    file: BinaryIO
    size: int

    def rewind(self) -> BinaryIO:
        self.file.seek(0)
        return self.file


@dataclass(frozen=True, slots=True)
class ExaminedContent:
    """What one pass over the content found out: its type by name and content, its title, and its SHA-256."""

    media_type: MediaType
    title: str
    digest: bytes = field(repr=False)


def content_token(key: Secret, dossier_id: str, digest: bytes) -> bytes:
    """32 bytes that are equal for equal contents of one dossier and say nothing else without the key."""
    return keyed_token(key, dossier_id.encode() + digest, length=32)


def examine(content: Content, *, file_name: str, max_mib: int) -> ExaminedContent:
    """Reads the content once. InputError ``intake.*`` for what is empty, too large, cut short or not what it says."""
    if content.size > max_mib * MEBIBYTE:
        raise InputError("intake.too_large", limit_mib=max_mib)
    reader = content.rewind()
    head = reader.read(HEAD_BYTES)
    media_type = sniff(head, name=file_name)
    digest, read = hashlib.sha256(head), len(head)
    while chunk := reader.read(_CHUNK_BYTES):
        digest.update(chunk)
        read += len(chunk)
    if read != content.size:
        raise InputError("intake.size_mismatch", announced=content.size, received=read)
    return ExaminedContent(media_type, display_title(file_name), digest.digest())
