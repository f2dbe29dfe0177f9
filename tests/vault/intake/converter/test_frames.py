"""The parent believes nothing that the limits or what it has seen do not allow."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.vault.intake.samples import make_image
from vault.errors import InputError, Unavailable
from vault.intake import ConversionLimits, ConvertedPage
from vault.intake.converter.frames import FrameKind, ProtocolError, encode_header, encode_page, read_pages
from vault.intake.converter.layers import ALL_LAYERS, Layer, is_sufficient
from vault.intake.converter.refusals import Refusal

IMAGE = make_image(Image.new("RGB", (3, 2)), "WEBP", lossless=True)
PAGE = ConvertedPage(number=1, image=IMAGE, width=3, height=2, text="文字")
READY = encode_header(FrameKind.READY, ALL_LAYERS)


class Ended(Exception):
    """The stream has no more bytes."""


def read(stream: bytes, limits: ConversionLimits | None = None) -> Iterator[ConvertedPage]:
    source = io.BytesIO(stream)

    def read_exactly(count: int) -> bytes:
        taken = source.read(count)
        if len(taken) < count:
            raise Ended
        return taken

    return read_pages(read_exactly, limits or ConversionLimits())


def test_pages_come_out_as_they_went_in() -> None:
    """Number, size, image and text survive the pipe."""
    stream = READY + b"".join(encode_page(PAGE)) + encode_header(FrameKind.END, 1)

    assert list(read(stream)) == [PAGE]


def test_page_of_another_size_than_said_is_refused() -> None:
    """The image's own header must agree."""
    header = encode_header(FrameKind.PAGE, 1, 4, 2, len(IMAGE), 0)

    with pytest.raises(ProtocolError):
        list(read(READY + header + IMAGE))


def test_bytes_behind_the_image_are_refused() -> None:
    """Nothing can hide behind the picture."""
    header = encode_header(FrameKind.PAGE, 1, 3, 2, len(IMAGE) + 8, 0)

    with pytest.raises(ProtocolError):
        list(read(READY + header + IMAGE + b"EXIFdata"))


@pytest.mark.parametrize("refusal", [refusal for refusal in Refusal if refusal is not Refusal.NO_SANDBOX])
def test_refusal_becomes_the_callers_error(refusal: Refusal) -> None:
    """Each word has its code."""
    with pytest.raises(InputError) as refused:
        list(read(READY + encode_header(FrameKind.REFUSED, refusal)))

    assert refused.value.code == refusal.code


def test_layers_that_do_not_suffice_are_refused_whatever_follows() -> None:
    """A child that says it is not confined is not listened to."""
    stream = encode_header(FrameKind.READY, ALL_LAYERS & ~Layer.SECCOMP & ~Layer.NETWORK_NAMESPACE)

    with pytest.raises(Unavailable):
        list(read(stream + b"".join(encode_page(PAGE))))


def test_end_without_pages_is_refused() -> None:
    """An empty success is none."""
    with pytest.raises(ProtocolError):
        list(read(READY + encode_header(FrameKind.END, 0)))


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_known_error(stream: bytes) -> None:
    """Whatever a taken-over child sends, the parent ends in one of three ways and asks for no more than the limits."""
    with pytest.raises((ProtocolError, InputError, Unavailable, Ended)):
        list(read(READY + stream))


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (ALL_LAYERS, True),
        (Layer.RESOURCE_LIMITS | Layer.NO_NEW_PRIVILEGES | Layer.SECCOMP, True),
        (Layer.RESOURCE_LIMITS | Layer.NO_NEW_PRIVILEGES | Layer.NETWORK_NAMESPACE | Layer.LANDLOCK, True),
        (Layer.RESOURCE_LIMITS | Layer.NO_NEW_PRIVILEGES | Layer.NETWORK_NAMESPACE, False),
        (Layer.RESOURCE_LIMITS | Layer.NO_NEW_PRIVILEGES | Layer.LANDLOCK | Layer.EMPTY_ROOT, False),
        (ALL_LAYERS & ~Layer.RESOURCE_LIMITS, False),
        (Layer(0), False),
    ],
)
def test_rule_which_layers_suffice(layers: Layer, expected: bool) -> None:
    """Limits always; then the filter, or network and files taken away."""
    assert is_sufficient(layers) is expected


@pytest.mark.parametrize("field", ["memory_bytes", "cpu_seconds", "pages", "output_bytes"])
def test_limit_of_zero_is_refused(field: str) -> None:
    """No limit can be switched off."""
    with pytest.raises(ValueError, match=field):
        ConversionLimits(**{field: 0})
