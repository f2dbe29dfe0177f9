"""Whether one of our own pages sent a request."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import Headers

from gateway.security.origin import is_own_fetch, is_own_form

ORIGIN = "https://vault.example"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": ORIGIN},
        {"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN},
    ],
)
def test_form_of_our_own_page_is_taken(headers: dict[str, str]) -> None:
    """Browsers send Origin: null from pages without referrer, so Sec-Fetch-Site decides where it is there."""
    assert is_own_form(Headers(headers), origin=ORIGIN)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://vault.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ],
)
def test_form_of_a_foreign_page_is_refused(headers: dict[str, str]) -> None:
    """A sibling host is foreign too, and so is what no browser would send."""
    assert not is_own_form(Headers(headers), origin=ORIGIN)


@pytest.mark.parametrize(
    ("headers", "is_own"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "empty"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "image"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "iframe"}, False),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Dest": "document"}, False),
    ],
)
def test_page_image_is_given_to_our_own_viewer_only(headers: dict[str, str], is_own: bool) -> None:
    """Not to a page that embeds it, and not as a document of its own."""
    assert is_own_fetch(Headers(headers)) is is_own
