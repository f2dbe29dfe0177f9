"""Marked page images as one PDF that opens with a password: nothing is in it but pictures, one a page.

Encrypted with AES-256 as ISO 32000-2 says (revision 6), by pypdf. The owner's password is thrown away, so whoever has
the password reads and prints; it grants no editing. No text, title, author or date goes into the file.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

from pypdf import PdfWriter
from pypdf.constants import UserAccessPermissions
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject

from vault.clock import RandomBytes

LONGEST_SIDE_POINTS = 842.0
"""A4's: a page keeps its proportions."""
OWNER_PASSWORD_BYTES = 32
_MAY = UserAccessPermissions.PRINT | UserAccessPermissions.PRINT_TO_REPRESENTATION


@dataclass(frozen=True, slots=True)
class PageImage:
    """A JPEG in colour with its size in pixels."""

    jpeg: bytes
    width: int
    height: int


def marked_pdf(pages: Iterable[PageImage], *, password: str, random: RandomBytes) -> bytes:
    """The pages as an encrypted PDF."""
    writer = PdfWriter()
    writer.metadata = None
    for page in pages:
        _add(writer, page)
    writer.encrypt(
        user_password=password,
        owner_password=random(OWNER_PASSWORD_BYTES).hex(),
        permissions_flag=_MAY,
        algorithm="AES-256",
    )
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _add(writer: PdfWriter, image: PageImage) -> None:
    scale = LONGEST_SIDE_POINTS / max(image.width, image.height)
    width, height = image.width * scale, image.height * scale
    page = writer.add_blank_page(width=width, height=height)
    picture = writer._add_object(_picture(image))
    drawing = StreamObject()
    drawing.set_data(f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /P Do Q".encode())
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/P"): picture})}
    )
    page[NameObject("/Contents")] = writer._add_object(drawing)


def _picture(image: PageImage) -> StreamObject:
    """The JPEG as it is, not decoded and encoded again."""
    picture = StreamObject()
    picture.set_data(image.jpeg)
    picture.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(image.width),
            NameObject("/Height"): NumberObject(image.height),
            NameObject("/ColorSpace"): NameObject("/DeviceRGB"),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/Filter"): NameObject("/DCTDecode"),
        }
    )
    return picture
