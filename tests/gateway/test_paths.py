"""Where to go back to."""

from __future__ import annotations

import pytest

from gateway.paths import own_path


@pytest.mark.parametrize("path", ["/", "/dossiers", "/documents/f1?page=2", "/a//b"])
def test_path_of_this_site_is_kept(path: str) -> None:
    """One's own pages, with their query."""
    assert own_path(path, otherwise="/") == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "dossiers",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "//user@evil.example",
        "/a\r\nSet-Cookie: x=1",
        "/é",
        "/" + "a" * 2000,
    ],
)
def test_path_that_leads_elsewhere_is_dropped(path: str) -> None:
    """Open redirects, as browsers read them and not only as the standard does."""
    assert own_path(path, otherwise="/home") == "/home"
