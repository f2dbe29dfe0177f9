"""Parts of a file as browsers ask for them: one is answered, whatever else is said gets the whole."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import Headers

from gateway.ranges import asked_part

VALIDATOR = "a" * 64


def asked(file_bytes: int = 1000, **headers: str) -> tuple[int, int | None] | None:
    sent = Headers({name.replace("_", "-"): value for name, value in headers.items()})
    return asked_part(sent, file_bytes=file_bytes, validator=VALIDATOR)


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-", (0, None)),
        ("bytes=100-", (100, None)),
        ("bytes=100-199", (100, 199)),
        ("bytes=-100", (900, None)),
        ("bytes=-5000", (0, None)),
        ("bytes=5000-", (5000, None)),
    ],
)
def test_one_part_is_understood(header: str, part: tuple[int, int | None]) -> None:
    """Also one beyond the end, which is then refused with the length."""
    assert asked(Range=header) == part


@pytest.mark.parametrize(
    "header", ["", "bytes", "bytes=", "bytes=x-", "bytes=9-3", "bytes=0-1,5-9", "lines=0-9", "bytes=--1", "0-9"]
)
def test_anything_else_gets_the_whole(header: str) -> None:
    """As RFC 9110 has it: a range that is not understood is no range."""
    assert asked(Range=header) is None


def test_part_of_this_very_file_alone_goes_on() -> None:
    """A strong validator that fits; after a date or for another file the whole is sent."""
    assert asked(Range="bytes=5-", If_Range=f'"{VALIDATOR}"') == (5, None)
    assert asked(Range="bytes=5-", If_Range=f'"{"b" * 64}"') is None
    assert asked(Range="bytes=5-", If_Range="Tue, 24 Nov 2026 09:00:00 GMT") is None
    assert asked(Range="bytes=5-", If_Range=f'W/"{VALIDATOR}"') is None


def test_no_range_is_the_whole() -> None:
    """The ordinary download."""
    assert asked() is None
