"""Documents that are small to send and huge to open: each ends as a plain refusal within its limits."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from tests.vault.intake.samples import LIMITS, convert, make_image, make_pdf, raw_pdf
from vault.errors import InputError
from vault.intake import ConversionLimits
from vault.intake.sniffing import MediaType


def refusal(content: bytes, media_type: MediaType, *, workspace: Path, limits: ConversionLimits = LIMITS) -> str:
    with pytest.raises(InputError) as refused:
        convert(content, media_type, workspace=workspace, limits=limits)
    return refused.value.code


def test_page_box_of_two_thousand_million_points_is_refused(tmp_path: Path) -> None:
    """MediaBox 595 x 2147483648 is judged by its numbers, before any pixel is allocated."""
    bomb = raw_pdf(page="/MediaBox [0 0 595 2147483648]")

    assert refusal(bomb, MediaType.PDF, workspace=tmp_path) == "intake.page_too_large"


@pytest.mark.parametrize("box", ["0 0 100000 100000", "0 0 14401 10", "-2147483648 0 2147483647 800"])
def test_page_box_beyond_the_format_is_refused(box: str, tmp_path: Path) -> None:
    """A side longer than PDF allows is refused, whatever the other side is."""
    bomb = raw_pdf(page=f"/MediaBox [{box}]")

    assert refusal(bomb, MediaType.PDF, workspace=tmp_path) == "intake.page_too_large"


def test_page_content_of_half_a_gigabyte_is_refused(tmp_path: Path) -> None:
    """One page whose content unpacks from half a megabyte to 543 MB does not get the memory."""
    packer = zlib.compressobj(9)
    line = b"0 0 m 595 842 l S\n" * 60_000
    packed = b"".join(packer.compress(line) for _ in range(543_000_000 // len(line))) + packer.flush()
    bomb = raw_pdf(page="/MediaBox [0 0 595 842]", content=packed, filter_name="FlateDecode")
    limits = ConversionLimits(memory_bytes=768 << 20, cpu_seconds=10, wall_seconds=60)

    code = refusal(bomb, MediaType.PDF, workspace=tmp_path, limits=limits)

    assert code in {"intake.too_complex", "intake.damaged"}


def test_png_that_claims_a_gigapixel_is_refused(tmp_path: Path) -> None:
    """An image is judged by its header, before it is decoded."""
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    bomb = b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + b"\0\0\0\0"

    assert refusal(bomb, MediaType.PNG, workspace=tmp_path) == "intake.page_too_large"


def test_tiff_with_more_frames_than_allowed_is_refused(tmp_path: Path) -> None:
    """Frames are counted no further than to the limit."""
    frames = [Image.new("L", (4, 4)) for _ in range(12)]
    bomb = make_image(frames[0], "TIFF", save_all=True, append_images=frames[1:])
    limits = ConversionLimits(pages=10)

    assert refusal(bomb, MediaType.TIFF, workspace=tmp_path, limits=limits) == "intake.too_many_pages"


def test_pdf_with_more_pages_than_allowed_is_refused_before_the_first(tmp_path: Path) -> None:
    """The page count is judged before anything is drawn."""
    limits = ConversionLimits(pages=2)

    code = refusal(make_pdf("a", "b", "c"), MediaType.PDF, workspace=tmp_path, limits=limits)

    assert code == "intake.too_many_pages"


def test_text_that_fills_more_pages_than_allowed_is_refused(tmp_path: Path) -> None:
    """Line ends alone make pages; they count."""
    limits = ConversionLimits(pages=2)

    assert refusal(b"x\n" * 1000, MediaType.TEXT, workspace=tmp_path, limits=limits) == "intake.too_many_pages"


@pytest.mark.parametrize("limits", [ConversionLimits(total_pixels=3_000_000), ConversionLimits(output_bytes=4_000)])
def test_output_beyond_the_limit_is_refused(limits: ConversionLimits, tmp_path: Path) -> None:
    """Pixels and bytes count over all pages together."""
    code = refusal(make_pdf("one", "two", "three"), MediaType.PDF, workspace=tmp_path, limits=limits)

    assert code == "intake.too_large"


def test_source_beyond_the_limit_is_refused_without_a_child(tmp_path: Path) -> None:
    """No more than the limit is ever read into memory."""
    endless = io.BytesIO(b"x" * 5_000)
    limits = ConversionLimits(source_bytes=4_999)

    assert refusal(endless.read(), MediaType.TEXT, workspace=tmp_path, limits=limits) == "intake.too_large"


def test_deeply_nested_markdown_is_refused(tmp_path: Path) -> None:
    """Nesting beyond what the parser follows is refused; it would drop the text inside without a word."""
    nested = b"before\n\n" + b"> " * 20_000 + b"x\n"
    limits = ConversionLimits(cpu_seconds=10, wall_seconds=40)

    assert refusal(nested, MediaType.MARKDOWN, workspace=tmp_path, limits=limits) == "intake.too_complex"


def test_markdown_of_brackets_ends(tmp_path: Path) -> None:
    """Input made for quadratic link parsing is drawn as the text it is."""
    pages = convert(b"[" * 20_000, MediaType.MARKDOWN, workspace=tmp_path)

    assert pages[0].text.startswith("[[[")
