"""Sealed things to test with: fixed names, generated contents, real keys."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass

from keys.model import EncryptionContext, Secret
from vault.sealing.contexts import object_context
from vault.sealing.envelope import SealingReader, open_sealed
from vault.sealing.page_pack import PackSummary, PackWriter

DOSSIER, DOCUMENT = "daaaaaaaaaaaaaaaaaaaaaaaaaa", "fbbbbbbbbbbbbbbbbbbbbbbbbbb"
CHUNK = 16_384
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 1 << 20, (1 << 20) + 7)


def original_context(*, document: str = DOCUMENT, version: int = 1) -> EncryptionContext:
    return object_context(dossier_id=DOSSIER, document_id=document, version=version, part="original")


def new_dek() -> Secret:
    return Secret(os.urandom(32))


@dataclass(frozen=True)
class SealedObject:
    """An object and what its row keeps."""

    content: bytes
    header: bytes
    sha256: bytes
    size: int


def seal(plaintext: bytes, dek: Secret, *, context: EncryptionContext | None = None) -> SealedObject:
    reader = SealingReader(
        io.BytesIO(plaintext), dek, context=context or original_context(), plaintext_bytes=len(plaintext)
    )
    content = reader.read()
    return SealedObject(content, reader.header, reader.sha256, reader.sealed_bytes)


def open_as(sealed: SealedObject, content: bytes, dek: Secret, *, context: EncryptionContext | None = None) -> bytes:
    """Opens ``content`` as if it were the object of ``sealed``'s row."""
    blocks = open_sealed(
        io.BytesIO(content),
        dek,
        context=context or original_context(),
        header=sealed.header,
        expected_bytes=sealed.size,
    )
    return b"".join(blocks)


PAGES = ((b"first image" * 3000, 30, 20, "甲"), (b"second image", 31, 21, ""), (b"third image" * 90, 32, 22, "text"))


def write_pack(
    dek: Secret, *, version: int = 1, contents: list[tuple[bytes, str]] | None = None
) -> tuple[bytes, PackSummary]:
    """A pack of three pages (or of these images and texts, 1 x 1), and what its row keeps."""
    sink = io.BytesIO()
    writer = PackWriter(sink, dek, dossier_id=DOSSIER, document_id=DOCUMENT, version=version)
    pages = PAGES if contents is None else [(image, 1, 1, text) for image, text in contents]
    for number, (image, width, height, text) in enumerate(pages, start=1):
        writer.add_page(number, image=image, width=width, height=height, text=text)
    summary = writer.finish()
    return sink.getvalue(), summary
