"""Words planted where secrets are, every document type with one inside, and the eyes that look for them at rest."""

from __future__ import annotations

import base64
import io
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo
from reportlab.pdfgen import canvas

SHORTEST = 12


def documents(word: str) -> dict[str, bytes]:
    """A small document of every type that the vault takes, with ``word`` in its text, pixels or metadata."""
    picture = Image.new("RGB", (600, 300), "white")
    ImageDraw.Draw(picture).text((20, 120), word, fill="black")
    exif = Image.Exif()
    exif[0x010E] = word  # ImageDescription
    comment = PngInfo()
    comment.add_text("Comment", word)
    return {
        "Offer.pdf": _pdf(word),
        "Note.txt": f"{word}\nfirst line of a note\n".encode(),
        "Plan.md": f"# {word}\n\nA plan with *words* in it.\n".encode(),
        "Card.png": _image(picture, "PNG", pnginfo=comment),
        "Badge.jpg": _image(picture, "JPEG", exif=exif, comment=word.encode()),
        "Scan.tiff": _image(picture, "TIFF", exif=exif),
        "Photo.webp": _image(picture, "WEBP", exif=exif, lossless=True),
    }


def spellings(words: Iterable[str | bytes]) -> dict[bytes, str]:
    """Each secret as it may stand in a file: as it is, UTF-16, hexadecimal, base64 at any offset; and what it is of."""
    found: dict[bytes, str] = {}
    for word in words:
        raw = word.encode() if isinstance(word, str) else word
        assert len(raw) >= SHORTEST, "a secret that short is found anywhere"
        forms = [raw, raw.hex().encode(), raw.hex().upper().encode(), *_base64_forms(raw)]
        if isinstance(word, str):
            forms += [word.encode("utf-16-le"), word.encode("utf-16-be"), word.lower().encode(), word.upper().encode()]
            forms.append("".join(word.split()).casefold().encode())
        found |= {form: str(word)[:40] for form in forms}
    return found


def found_in(files: Iterable[tuple[str, bytes]], wanted: Mapping[bytes, str]) -> list[str]:
    """Where something was found, with what it was."""
    return [f"{name}: {words}" for name, content in files for form, words in wanted.items() if form in content]


def on_disk(*directories: Path, leaving_out: Iterable[Path] = ()) -> Iterator[tuple[str, bytes]]:
    """Every file under the directories, its name included, but for what is meant to hold secrets."""
    skipped = set(leaving_out)
    for directory in directories:
        for path in sorted(directory.rglob("*")):
            if path in skipped or path.is_symlink():
                continue
            yield f"name of {path}", os.fsencode(path.relative_to(directory))
            if path.is_file():
                yield str(path), path.read_bytes()


def open_files_of_this_process() -> Iterator[tuple[str, bytes]]:
    """Every regular file that this process has open, also those without a name."""
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            status = descriptor.stat()
            if stat.S_ISREG(status.st_mode):
                yield f"open file {descriptor.readlink()}", descriptor.read_bytes()
        except OSError:  # closed meanwhile
            continue


def _pdf(word: str) -> bytes:
    written = io.BytesIO()
    drawing = canvas.Canvas(written, pageCompression=0)
    drawing.setTitle(word)
    drawing.drawString(72, 700, word)
    drawing.showPage()
    drawing.save()
    return written.getvalue()


def _image(picture: Image.Image, kind: str, **options: object) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **options)  # type: ignore[arg-type]
    return written.getvalue()


def _base64_forms(raw: bytes) -> Iterator[bytes]:
    """Base64 of anything that has ``raw`` inside, at each of the three offsets, without the ends that depend on it."""
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + raw)
        inner = encoded[4 if shift else 0 : -4]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))
