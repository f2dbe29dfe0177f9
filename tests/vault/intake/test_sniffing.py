"""A file is what its content and its name agree on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import InputError
from vault.intake.sniffing import HEAD_BYTES, MediaType, sniff

HEADS = {
    MediaType.PDF: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    MediaType.PNG: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    MediaType.JPEG: b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    MediaType.TIFF: b"II*\0\x08\0\0\0",
    MediaType.WEBP: b"RIFF\x24\0\0\0WEBPVP8L",
    MediaType.TEXT: "客户".encode(),
    MediaType.MARKDOWN: b"# heading",
}
NAMES = {
    MediaType.PDF: "a.PDF",
    MediaType.PNG: "a.png",
    MediaType.JPEG: "a.jpeg",
    MediaType.TIFF: "a.tif",
    MediaType.WEBP: "a.webp",
    MediaType.TEXT: "a.txt",
    MediaType.MARKDOWN: "a.md",
}
TEXTS = {MediaType.TEXT, MediaType.MARKDOWN}


@pytest.mark.parametrize("media_type", MediaType)
def test_content_and_name_that_agree_are_believed(media_type: MediaType) -> None:
    """Every type of the list is recognised."""
    assert sniff(HEADS[media_type], name=NAMES[media_type]) is media_type


@pytest.mark.parametrize("named", MediaType)
@pytest.mark.parametrize("content", MediaType)
def test_lying_file_is_refused(named: MediaType, content: MediaType) -> None:
    """A name that says one type over the content of another is believed in neither."""
    if named is content or {named, content} == TEXTS:
        return

    with pytest.raises(InputError) as refused:
        sniff(HEADS[content], name=NAMES[named])

    assert refused.value.code == "intake.type_mismatch"


@pytest.mark.parametrize("name", ["a.exe", "a.docx", "a.svg", "a.html", "a", ".pdf", "a.pdf.exe", "a.pdf ", ""])
def test_name_that_is_not_on_the_list_is_refused(name: str) -> None:
    """The list is closed, whatever the content is."""
    with pytest.raises(InputError) as refused:
        sniff(HEADS[MediaType.PDF], name=name)

    assert refused.value.code == "intake.type_unknown"


@pytest.mark.parametrize(
    "content", [b"MZ\x90\0", b"PK\x03\x04", b"\x7fELF\x02", b"a\0b", "标".encode("utf-16-le"), b"\xff\xff\xff"]
)
def test_binary_content_under_a_text_name_is_refused(content: bytes) -> None:
    """Programs, archives and UTF-16 without its mark are not text."""
    with pytest.raises(InputError) as refused:
        sniff(content, name="notes.txt")

    assert refused.value.code == "intake.type_mismatch"


def test_empty_content_is_refused() -> None:
    """Nothing is no type."""
    with pytest.raises(InputError) as refused:
        sniff(b"", name="a.pdf")

    assert refused.value.code == "intake.empty"


def test_pdf_header_after_a_few_bytes_is_found() -> None:
    """Real files have junk before the header; readers look for it in the first 1,024 bytes."""
    assert sniff(b"junk\n" + HEADS[MediaType.PDF], name="a.pdf") is MediaType.PDF


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
@given(offset=st.integers(0, 3))
def test_text_cut_inside_a_character_is_still_text(encoding: str, offset: int) -> None:
    """Only the first bytes are looked at, and they may end anywhere."""
    content = (" " * offset + "档案" * HEAD_BYTES).encode(encoding)[:HEAD_BYTES]

    assert sniff(content, name="a.txt") is MediaType.TEXT


@given(head=st.binary(max_size=64), name=st.text(max_size=20))
def test_any_input_gives_a_type_or_a_known_refusal(head: bytes, name: str) -> None:
    """No input makes the rule fall over."""
    try:
        found = sniff(head, name=name)
    except InputError as refused:
        assert refused.code in {"intake.empty", "intake.type_unknown", "intake.type_mismatch"}  # noqa: PT017
    else:
        assert isinstance(found, MediaType)
