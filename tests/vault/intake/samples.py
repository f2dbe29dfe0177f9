"""Documents made for the tests, and the sandbox they are converted in."""

from __future__ import annotations

import io
import time
from pathlib import Path

from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

import vault.marking
from vault.intake import ConversionLimits, ConvertedPage, Sandbox, convert_document
from vault.intake.sniffing import MediaType

ROOT = Path(__file__).resolve().parents[3]
CORPUS = ROOT.parent / "shared" / "corpus"
LIMITS = ConversionLimits(cpu_seconds=60, wall_seconds=120)


def font_path() -> Path:
    """The project's font, or a system font with Chinese glyphs."""
    vendored = Path(str(vault.marking.__path__[0])) / "fonts"
    candidates = [path for pattern in ("*.otf", "*.ttf", "*.ttc") for path in sorted(vendored.glob(pattern))]
    candidates += sorted(Path("/usr/share/fonts").rglob("NotoSansCJK-Regular.ttc"))
    return candidates[0]


def sandbox(workspace: Path, *, entry: str = "vault.intake.converter.child") -> Sandbox:
    return Sandbox(font_path=font_path(), monotonic=time.monotonic, workspace=workspace, entry=entry)


def convert(
    content: bytes, media_type: MediaType, *, workspace: Path, limits: ConversionLimits = LIMITS
) -> list[ConvertedPage]:
    return list(convert_document(io.BytesIO(content), media_type=media_type, sandbox=sandbox(workspace), limits=limits))


def pixels(page: ConvertedPage) -> Image.Image:
    return Image.open(io.BytesIO(page.image))


def make_pdf(*texts: str, size: tuple[float, float] = A4, password: str | None = None) -> bytes:
    """A PDF with one page per text, 24 points high at 72, 72 from the bottom left."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    written = io.BytesIO()
    drawing = canvas.Canvas(written, pagesize=size, encrypt=password)
    for text in texts:
        drawing.setFont("Helvetica" if text.isascii() else "STSong-Light", 24)
        drawing.drawString(72, 72, text)
        drawing.showPage()
    drawing.save()
    return written.getvalue()


def raw_pdf(*, page: str = "", content: bytes = b"", filter_name: str = "") -> bytes:
    """A minimal PDF with one page, whose dictionary gets ``page`` added: for boxes no library would write."""
    filter_entry = f"/Filter /{filter_name} " if filter_name else ""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << >> {page} >>".encode(),
        f"<< {filter_entry}/Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream",
    ]
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)


def make_image(image: Image.Image, image_format: str, **options: object) -> bytes:
    written = io.BytesIO()
    image.save(written, image_format, **options)  # type: ignore[arg-type]
    return written.getvalue()
