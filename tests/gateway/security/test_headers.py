"""Headers on every answer."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest

from gateway.app import create_app
from gateway.security.headers import CONTENT_SECURITY_POLICY, KEPT_FOREVER
from gateway.static_files import static_version
from tests.company import Company
from tests.gateway.visitor import Visitor, Web


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/dossiers", "/health", "/account", "/static/x/style.css"])
@pytest.mark.parametrize("login", ["", "borrower"])
def test_every_answer_has_the_headers_and_is_kept_by_nobody(web: Web, path: str, login: str) -> None:
    """Pages, errors and redirects alike."""
    headers = web.visitor(login).get(path).headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["Cache-Control"] == "no-store, private"
    assert headers["Vary"] == "Cookie"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Request-Id"]
    assert not {"Server", "ETag", "Access-Control-Allow-Origin", "X-Powered-By"} & set(headers.keys())


def test_page_images_are_kept_by_nobody(web: Web) -> None:
    """No proxy and no browser cache keeps a page."""
    visitor, path = web.reader()
    headers = visitor.get(path + "/pages/1").headers
    assert headers["Cache-Control"] == "no-store, private"
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


def test_policy_allows_nothing_inline() -> None:
    """default-src none, and no word that opens it again."""
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'")
    assert not [word for word in ("unsafe", "data:", "http:", "https:", "*") if word in CONTENT_SECURITY_POLICY]


def test_assets_are_kept_for_ever_under_their_digest_only(web: Web) -> None:
    """A new version has a new address; an old address is gone."""
    visitor = web.visitor()
    answer = visitor.get(f"/static/{static_version()}/style.css")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, KEPT_FOREVER)
    assert visitor.get("/static/0000000000000000/style.css").status_code == 404


@pytest.mark.parametrize("name", ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "/etc/passwd", "viewer.js/", ""])
def test_nothing_but_assets_is_served(web: Web, name: str) -> None:
    """No path leads out of the folder."""
    assert web.visitor().get(f"/static/{static_version()}/{name}").status_code in {404, 308}


def test_transport_security_is_demanded_over_https(company: Company) -> None:
    """Two years, with subdomains; never on plain http, where it means nothing."""
    gateway = msgspec.structs.replace(company.vault.config.gateway, public_url="https://127.0.0.1:8700")
    vault = dataclasses.replace(company.vault, config=msgspec.structs.replace(company.vault.config, gateway=gateway))
    assert (
        Visitor(create_app(vault)).get("/sign-in").headers["Strict-Transport-Security"].startswith("max-age=63072000")
    )
    assert "Strict-Transport-Security" not in Visitor(create_app(company.vault)).get("/sign-in").headers


def test_signing_out_clears_the_browser(web: Web) -> None:
    """Cookie, cache and storage."""
    answer = web.visitor("borrower").post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
