"""Documents become page images, with real files and the real sandbox."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.vault.intake.samples import (
    CORPUS,
    LIMITS,
    convert,
    font_path,
    make_image,
    make_pdf,
    pixels,
    raw_pdf,
    sandbox,
)
from vault.errors import InputError, Unavailable
from vault.intake import ConversionLimits, Sandbox, convert_document, probe_sandbox
from vault.intake.sniffing import HEAD_BYTES, MediaType, sniff


def dark_box(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Where the page is not white."""
    return image.convert("L").point(lambda value: 255 if value < 128 else 0).getbbox()


def test_probe_finds_a_sufficient_sandbox(tmp_path: Path) -> None:
    """On a supported kernel documents can be converted, and the report names what holds."""
    report = probe_sandbox(sandbox(tmp_path))

    assert (report.is_sufficient, "no_new_privileges" in report.held) == (True, True)


def test_a4_pdf_becomes_numbered_pages_with_text(tmp_path: Path) -> None:
    """Pages come in order, at 150 dots per inch, each with its own text."""
    pages = convert(make_pdf("first page", "second page"), MediaType.PDF, workspace=tmp_path)

    assert [(page.number, page.width, page.height) for page in pages] == [(1, 1241, 1754), (2, 1241, 1754)]
    assert [page.text.strip() for page in pages] == ["first page", "second page"]


def test_page_image_is_lossless_rgb_of_the_said_size_without_metadata(tmp_path: Path) -> None:
    """The image is what the page says, and only pixels."""
    page = convert(make_pdf("x"), MediaType.PDF, workspace=tmp_path)[0]

    image = pixels(page)

    assert (image.format, image.mode, image.size) == ("WEBP", "RGB", (page.width, page.height))
    assert page.image[12:16] == b"VP8L"
    assert not {"exif", "icc_profile", "xmp"} & set(image.info)


def test_text_in_a_font_that_is_not_embedded_is_drawn(tmp_path: Path) -> None:
    """Chinese text without an embedded font shows, by the vault's font and no file of the system."""
    page = convert(make_pdf("客户档案"), MediaType.PDF, workspace=tmp_path)[0]

    box = dark_box(pixels(page))

    assert page.text.strip() == "客户档案"
    assert box is not None
    assert 150 < box[2] - box[0] < 260  # four characters of 24 points at 150 dots per inch


def test_rotated_page_is_drawn_upright(tmp_path: Path) -> None:
    """/Rotate turns the page image."""
    document = raw_pdf(page="/MediaBox [0 0 400 200] /Rotate 90", content=b"0 0 100 50 re f")

    page = convert(document, MediaType.PDF, workspace=tmp_path)[0]

    assert page.width < page.height
    left, top, right, bottom = dark_box(pixels(page)) or (0, 0, 0, 0)
    assert (left, top, right // 10, bottom // 10) == (0, 0, 10, 20)


def test_annotation_is_drawn(tmp_path: Path) -> None:
    """What a note, stamp or square adds to a page is part of what a reader would see."""
    square = "/Annots [<< /Type /Annot /Subtype /Square /Rect [50 50 150 150] /C [0 0 0] /IC [0 0 0] /F 4 >>]"

    page = convert(raw_pdf(page=f"/MediaBox [0 0 200 200] {square}"), MediaType.PDF, workspace=tmp_path)[0]

    assert dark_box(pixels(page)) is not None


def test_large_page_is_scaled_to_the_longest_edge(tmp_path: Path) -> None:
    """A poster keeps its proportions and stays within the limit."""
    page = convert(make_pdf("x", size=(7200, 3600)), MediaType.PDF, workspace=tmp_path)[0]

    assert page.width <= LIMITS.edge_pixels
    assert abs(page.width / page.height - 2) < 0.01


def test_pdf_with_a_password_is_refused(tmp_path: Path) -> None:
    """An encrypted file says that it is encrypted."""
    with pytest.raises(InputError) as refused:
        convert(make_pdf("secret", password="open sesame"), MediaType.PDF, workspace=tmp_path)

    assert refused.value.code == "intake.encrypted"


@pytest.mark.parametrize("media_type", [MediaType.PDF, MediaType.PNG, MediaType.JPEG, MediaType.TIFF, MediaType.WEBP])
def test_garbage_is_refused_as_damaged(media_type: MediaType, tmp_path: Path) -> None:
    """Bytes that are no such file end as one word."""
    with pytest.raises(InputError) as refused:
        convert(b"%PDF-1.7 nothing of the sort" * 9, media_type, workspace=tmp_path)

    assert refused.value.code == "intake.damaged"


def test_truncated_image_is_refused_as_damaged(tmp_path: Path) -> None:
    """Half a picture is not a page."""
    whole = make_image(Image.effect_noise((300, 300), 90).convert("RGB"), "JPEG")

    with pytest.raises(InputError) as refused:
        convert(whole[: len(whole) // 2], MediaType.JPEG, workspace=tmp_path)

    assert refused.value.code == "intake.damaged"


def test_empty_source_is_refused(tmp_path: Path) -> None:
    """Nothing in, nothing out, said plainly."""
    with pytest.raises(InputError) as refused:
        convert(b"", MediaType.TEXT, workspace=tmp_path)

    assert refused.value.code == "intake.empty"


def test_exif_orientation_is_applied_and_exif_left_behind(tmp_path: Path) -> None:
    """A photograph taken sideways stands upright, and no place or author leaves with it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x013B] = "CANARY author"
    photograph = make_image(Image.new("RGB", (300, 100), "blue"), "JPEG", exif=exif)

    page = convert(photograph, MediaType.JPEG, workspace=tmp_path)[0]

    assert (page.width, page.height) == (100, 300)
    assert b"CANARY" not in page.image


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_png_mode_becomes_rgb(mode: str, tmp_path: Path) -> None:
    """Depth, palette and alpha do not matter."""
    content = make_image(Image.new("RGB", (8, 6), "white").convert("L").convert(mode), "PNG")

    page = convert(content, MediaType.PNG, workspace=tmp_path)[0]

    assert (pixels(page).mode, page.width, page.height) == ("RGB", 8, 6)


def test_transparent_pixels_become_white(tmp_path: Path) -> None:
    """What was see-through is paper."""
    page = convert(make_image(Image.new("RGBA", (4, 4), (255, 0, 0, 0)), "PNG"), MediaType.PNG, workspace=tmp_path)[0]

    assert pixels(page).getpixel((1, 1)) == (255, 255, 255)


def test_sixteen_bit_grey_is_scaled_not_clipped(tmp_path: Path) -> None:
    """Middle grey stays middle grey."""
    page = convert(make_image(Image.new("I;16", (4, 4), 32_768), "PNG"), MediaType.PNG, workspace=tmp_path)[0]

    value = pixels(page).getpixel((0, 0))

    assert value in {(127, 127, 127), (128, 128, 128)}


def test_cmyk_jpeg_becomes_rgb(tmp_path: Path) -> None:
    """Print colours become screen colours."""
    page = convert(make_image(Image.new("CMYK", (8, 8), (255, 0, 0, 0)), "JPEG"), MediaType.JPEG, workspace=tmp_path)[0]

    red, _, blue = pixels(page).getpixel((4, 4))  # type: ignore[misc]

    assert red < 20 < 230 < blue


def test_each_frame_of_a_tiff_is_a_page(tmp_path: Path) -> None:
    """A fax of three sheets has three pages, compressed or not."""
    sheets = [Image.new("1", (40 + index, 20), 1) for index in range(3)]
    content = make_image(sheets[0], "TIFF", save_all=True, append_images=sheets[1:], compression="group4")

    pages = convert(content, MediaType.TIFF, workspace=tmp_path)

    assert [page.width for page in pages] == [40, 41, 42]


def test_animation_gives_its_first_frame(tmp_path: Path) -> None:
    """Movement is not filed."""
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "blue")]
    content = make_image(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)

    pages = convert(content, MediaType.WEBP, workspace=tmp_path)

    assert [pixels(page).getpixel((5, 5)) for page in pages] == [(255, 0, 0)]


def test_large_image_is_scaled(tmp_path: Path) -> None:
    """A scan beyond the longest edge is reduced in proportion."""
    page = convert(make_image(Image.new("L", (8_000, 2_000)), "PNG"), MediaType.PNG, workspace=tmp_path)[0]

    assert (page.width, page.height) == (3508, 877)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_in_every_allowed_encoding_is_read(encoding: str, tmp_path: Path) -> None:
    """The page's text is the file's text."""
    page = convert("客户档案\n\tsecond line".encode(encoding), MediaType.TEXT, workspace=tmp_path)[0]

    assert page.text == "客户档案\n    second line"


def test_markdown_is_laid_out_and_its_links_say_where_they_lead(tmp_path: Path) -> None:
    """Structure becomes layout, HTML stays text, nothing is loaded."""
    source = "# 标题\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[bank](http://evil.test) <b>x</b> ![pic](http://a/b)"

    page = convert(source.encode(), MediaType.MARKDOWN, workspace=tmp_path)[0]

    expected = ["标题", "1. one", "2. two", "a  |  b", "1  |  2", "bank <http://evil.test> <b>x</b> [pic]"]
    assert page.text.split("\n") == expected


def test_text_stays_inside_the_margins(tmp_path: Path) -> None:
    """Long lines in either script are broken, not cut off."""
    source = ("word " * 200 + "\n\n" + "很长的中文段落没有空格。" * 60 + "\n\n" + "W" * 400).encode()

    page = convert(source, MediaType.MARKDOWN, workspace=tmp_path)[0]

    left, top, right, bottom = dark_box(pixels(page)) or (0, 0, 0, 0)
    assert left >= 100
    assert right <= page.width - 95
    assert top >= 100
    assert bottom <= page.height - 100


def test_missing_font_is_the_operators_fault(tmp_path: Path) -> None:
    """A vault without its font says so instead of drawing boxes."""
    broken = Sandbox(font_path=tmp_path / "none.otf", monotonic=time.monotonic, workspace=tmp_path)

    with pytest.raises(Unavailable) as refused:
        list(convert_document([b"x"], media_type=MediaType.TEXT, sandbox=broken))

    assert refused.value.code == "intake.no_font"


def test_missing_interpreter_is_no_sandbox(tmp_path: Path) -> None:
    """If no child can be started nothing is converted."""
    broken = Sandbox(
        font_path=font_path(), monotonic=time.monotonic, workspace=tmp_path, python=str(tmp_path / "python")
    )

    assert probe_sandbox(broken).is_sufficient is False


def test_document_of_many_pages_streams(tmp_path: Path) -> None:
    """The first page of 120 is there while the others are still to come."""
    document = make_pdf(*(f"page {number}" for number in range(1, 121)))
    pages = convert_document([document], media_type=MediaType.PDF, sandbox=sandbox(tmp_path), limits=LIMITS)

    first = next(pages)
    rest = list(pages)

    assert (first.number, [page.number for page in rest]) == (1, list(range(2, 121)))


def test_foreign_documents_are_converted_or_refused_with_a_known_word(tmp_path: Path) -> None:
    """Documents from public collections, some damaged on purpose, end in one of the two ways; here a sample of them."""
    allowed = {"intake.encrypted", "intake.damaged", "intake.type_mismatch", "intake.empty", "intake.type_unknown"}
    codes = set()
    for path in _foreign_documents(tmp_path):
        try:
            media_type = sniff(path.read_bytes()[:HEAD_BYTES], name=path.name)
            pages = convert(path.read_bytes(), media_type, workspace=tmp_path, limits=ConversionLimits(cpu_seconds=60))
            assert pages
        except InputError as refused:
            codes.add(refused.code)

    assert codes <= allowed


def _foreign_documents(directory: Path) -> list[Path]:
    found = sorted(path for kind in ("pdf-damaged", "images", "pdf") for path in (CORPUS / kind).glob("*.*"))
    if found:
        return found[::17]
    generated = directory / "generated"
    generated.mkdir()
    whole = make_pdf("one", "two")
    for cut in (60, 300, len(whole) // 2, len(whole) - 40):
        (generated / f"cut-{cut}.pdf").write_bytes(whole[:cut])
    drawing = Image.new("RGB", (60, 60))
    ImageDraw.Draw(drawing).line((0, 0, 60, 60), fill="white")
    (generated / "short.png").write_bytes(make_image(drawing, "PNG")[:-30])
    return sorted(generated.iterdir())
