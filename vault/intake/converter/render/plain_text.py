"""Draws text files: preformatted, so that what was aligned with spaces stays aligned.

Guarantees: the encoding is decided, never guessed: a byte order mark, else UTF-8 if all of it is UTF-8, else GB18030 if
all of it is, else the file is refused. A form feed begins a new paragraph only.
"""

from __future__ import annotations

from collections.abc import Iterator

from vault.intake.converter.limits import ConvertedPage
from vault.intake.converter.refusals import DocumentRefused, Refusal
from vault.intake.converter.render.layout import Block, lay_out
from vault.intake.converter.render.rendering import Rendering, finish_pages
from vault.intake.converter.render.text_cleaning import clean_text
from vault.intake.text_encoding import decode_text


def read_text(rendering: Rendering) -> str:
    """The document's text, cleaned; DocumentRefused if there is none, or too much, or in no known encoding."""
    if len(rendering.source) > rendering.limits.text_bytes:
        raise DocumentRefused(Refusal.TOO_LARGE)
    text = decode_text(bytes(rendering.source))
    if text is None:
        raise DocumentRefused(Refusal.DAMAGED)
    cleaned = clean_text(text)
    if not cleaned.strip():
        raise DocumentRefused(Refusal.EMPTY)
    return cleaned


def render_plain_text(rendering: Rendering) -> Iterator[ConvertedPage]:
    """The pages of a text file."""
    text = read_text(rendering).rstrip("\n")
    blocks = (Block(text=line, is_preformatted=True) for line in text.split("\n"))
    return finish_pages(lay_out(blocks, font=rendering.font, limits=rendering.limits), rendering.limits)
