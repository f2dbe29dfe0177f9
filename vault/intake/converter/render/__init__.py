"""The renderers by media type. Imported only in the converter process.

Guarantees: after :func:`prepare` nothing needs to be read from a file any more.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator

from vault.intake.converter.limits import ConvertedPage
from vault.intake.converter.render.markdown import prepare_markdown, render_markdown
from vault.intake.converter.render.pdf import prepare_fonts, render_pdf
from vault.intake.converter.render.plain_text import render_plain_text
from vault.intake.converter.render.raster import prepare_images, render_image
from vault.intake.converter.render.rendering import Rendering

RENDERERS: dict[str, Callable[[Rendering], Iterator[ConvertedPage]]] = {
    "application/pdf": render_pdf,
    "image/png": render_image,
    "image/jpeg": render_image,
    "image/tiff": render_image,
    "image/webp": render_image,
    "text/plain": render_plain_text,
    "text/markdown": render_markdown,
}

_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "ascii", "latin-1", "cp1252")

__all__ = ["RENDERERS", "Rendering", "prepare"]


def prepare(font: bytes) -> None:
    """Load and make everything that needs files or executable memory, before the process is confined."""
    prepare_fonts(font)
    prepare_images()
    prepare_markdown()
    for encoding in _ENCODINGS:  # Python would import these on first use
        codecs.lookup(encoding)
