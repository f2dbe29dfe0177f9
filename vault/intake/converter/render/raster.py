"""Turns image files into page images: pixels in, pixels out.

Guarantees: only the four allowed formats are tried; a frame's size is judged by its header before it is decoded; the
EXIF orientation is applied and then all metadata is left behind; alpha is flattened on white; CMYK, palettes and 16
bits become 8-bit RGB; a multi-page TIFF gives a page per frame, an animation its first frame; large images are scaled
to ``edge_pixels``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import IO, cast

from PIL import Image, ImageFile, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin
from PIL import WebPImagePlugin as _WebPImagePlugin

from vault.intake.converter.limits import ConversionLimits, ConvertedPage
from vault.intake.converter.render.rendering import DrawnPage, Rendering, check_source_size, finish_pages

# Named here so that they are loaded before the process is confined: Pillow would otherwise import them on first use.
_LOADED = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, _WebPImagePlugin)

_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/tiff": "TIFF", "image/webp": "WEBP"}


def prepare_images() -> None:
    """Load what Pillow would import on first use. Called once, before the process is confined."""
    Image.preinit()
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = None  # check_source_size judges every frame, with the refusal that a person understands


def render_image(rendering: Rendering) -> Iterator[ConvertedPage]:
    """One page per frame of a TIFF, one page for every other image."""
    return finish_pages(_drawn_pages(rendering), rendering.limits)


def _drawn_pages(rendering: Rendering) -> Iterator[DrawnPage]:
    # "JPEG" also opens MPO, several pictures in one file: its first is the picture.
    source = cast("IO[bytes]", rendering.source)  # a mapping reads, seeks and tells like a file
    with Image.open(source, formats=[_FORMATS[rendering.media_type]]) as image:
        for _ in _frames(image) if image.format == "TIFF" else [image]:
            check_source_size(image.width, image.height, rendering.limits)
            yield DrawnPage(image=_flat(image, rendering.limits), text="")


def _frames(image: Image.Image) -> Iterator[Image.Image]:
    """``image`` at each of its frames. They are not counted first: a file may chain millions of directories."""
    for frame in itertools.count():
        try:
            image.seek(frame)
        except EOFError:
            return
        yield image


def _flat(image: Image.Image, limits: ConversionLimits) -> Image.Image:
    edge = limits.edge_pixels
    image.draft("RGB", (edge, edge))  # lets JPEG decode at a fraction of its size
    image.load()
    upright = ImageOps.exif_transpose(_eight_bits(image))
    scaled = _scaled(_rgb(upright), edge)
    return Image.frombytes("RGB", scaled.size, scaled.tobytes())


def _eight_bits(image: Image.Image) -> Image.Image:
    """``image`` with 8 bits a channel; deeper grey is scaled, not clipped to white."""
    if not image.mode.startswith("I") and image.mode != "F":
        return image
    wide = image.convert("F")
    lowest, highest = wide.getextrema()
    if image.mode.startswith("I;16"):
        lowest, highest = 0, 65_535
    assert isinstance(lowest, int | float)
    assert isinstance(highest, int | float)
    if image.mode == "I" and lowest >= 0:
        lowest, highest = 0, 255 if highest <= 255 else 65_535
    span = (highest - lowest) or 1
    grey = wide.point(lambda value: value * (255 / span) - lowest * 255 / span).convert("L")
    grey.info.update(image.info)
    grey.getexif().update(image.getexif())
    return grey


def _rgb(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    coloured = image.convert("RGBA")
    white = Image.new("RGB", coloured.size, "white")
    white.paste(coloured, mask=coloured.getchannel("A"))
    return white


def _scaled(image: Image.Image, edge: int) -> Image.Image:
    if max(image.size) > edge:
        image.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return image
