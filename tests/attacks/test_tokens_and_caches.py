"""Tokens and caches: a token is bound to its session and its time, and no page is kept by anybody."""

from __future__ import annotations

import base64
import datetime as dt

import pytest

from gateway.security.csrf import form_token, is_form_token
from gateway.sessions import COOKIE_NAME
from tests.attacks.crawling import LOGINS, doors
from tests.attacks.observing import column
from tests.gateway.visitor import Visitor, Web
from vault.clock import FixedClock
from vault.people.accounts import reset_password

VALIDATORS = {"ETag", "Last-Modified", "Accept-Ranges", "Content-Range", "Age", "Expires"}


@pytest.mark.parametrize("login", LOGINS)
def test_no_answer_but_an_asset_may_be_kept_by_anybody(web: Web, login: str) -> None:
    """Every GET by everybody, pages, errors and redirects alike: no-store, nothing to revalidate, nothing to resume."""
    if login == "borrower":
        visitor, path = web.reader()
    else:
        _reader, path = web.reader()
        visitor = web.visitor(login)
    for door in doors(web, view_id=path.rpartition("/")[2], method="GET"):
        headers = visitor.get(door.path).headers
        if door.rule.startswith("/static/"):
            continue
        assert headers["Cache-Control"] == "no-store, private", door
        assert "Cookie" in headers["Vary"], door
        assert not VALIDATORS & set(headers.keys()), door
        assert "Access-Control-Allow-Origin" not in headers


def test_page_asked_for_again_is_sent_again(web: Web) -> None:
    """No 304 for a copy that nobody should have, and each sending is recorded."""
    reader, path = web.reader()
    for _ in range(2):
        headers = {"If-None-Match": "*", "If-Modified-Since": "Wed, 21 Oct 2099 07:28:00 GMT"}
        answer = reader.open("GET", f"{path}/pages/1", headers=headers)
        assert (answer.status_code, len(answer.data) > 1000) == (200, True)
    assert column(web.company, "SELECT pages_delivered FROM views") == [2]


def test_signing_out_empties_the_browsers_caches(web: Web) -> None:
    """The browser is told to forget what it stored for the site, and the cookie goes."""
    reader, _path = web.reader()
    answer = reader.post("/sign-out")
    assert '"cache"' in answer.headers["Clear-Site-Data"]
    assert '"storage"' in answer.headers["Clear-Site-Data"]
    assert reader.session_cookie == ""


def test_what_the_database_holds_of_a_session_is_no_cookie(web: Web) -> None:
    """The stored digest, its hex or base64, or the session's id, sent as the cookie: nobody."""
    web.visitor("borrower")
    [digest] = column(web.company, "SELECT token_digest FROM sessions ORDER BY created_at DESC LIMIT 1")
    [session_id] = column(web.company, "SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1")
    for stolen in (digest.hex(), base64.urlsafe_b64encode(digest).decode().rstrip("="), session_id):
        assert _with_cookie(web, stolen).get("/account").status_code == 303


@pytest.mark.parametrize("cookie", ["", "null", "undefined", "0", "true", "[]", "A" * 43, "../../etc/passwd", "."])
def test_made_up_cookie_is_nobody(web: Web, cookie: str) -> None:
    """There is no signing key that could be empty or known: a token is looked up, or it is nothing."""
    assert _with_cookie(web, cookie).get("/account").status_code == 303


def test_framework_has_no_signed_cookie_and_no_key_to_sign_one(web: Web) -> None:
    """Signed URLs valid when no signing key is set: nothing here is signed by the web framework at all."""
    assert not web.app.secret_key
    answer = web.visitor().sign_in("borrower")
    assert [header.split("=")[0] for header in answer.headers.getlist("Set-Cookie")] == [COOKIE_NAME]


def test_no_address_carries_a_token(web: Web) -> None:
    """Neither links nor redirects nor forms put the session's secret into an address."""
    reader, path = web.reader()
    token = reader.session_cookie
    for door in doors(web, view_id=path.rpartition("/")[2], method="GET"):
        answer = reader.get(door.path)
        assert token.encode() not in answer.data, door
        assert token not in answer.headers.get("Location", ""), door


def test_form_token_is_bound_to_its_session_and_altered_ones_are_none(web: Web) -> None:
    """Another session's, a cut or flipped one, one for an empty session: each refused, no oracle."""
    random = web.company.vault.random
    good = form_token("session-a", random=random)
    assert is_form_token(good, "session-a")
    raw = bytearray(base64.urlsafe_b64decode(good))
    for position in (0, 15, 16, len(raw) - 1):
        bent = bytearray(raw)
        bent[position] ^= 1
        assert not is_form_token(base64.urlsafe_b64encode(bent).decode(), "session-a")
    for other in ("session-b", "", "session-a "):
        assert not is_form_token(good, other)
    for cut in ("", "=", good[:-4], good[:24], base64.urlsafe_b64encode(bytes(16)).decode()):
        assert not is_form_token(cut, "session-a")


def test_session_before_its_own_password_is_good_for_nothing_else(web: Web) -> None:
    """A cookie from half-way through signing in opens no other door."""
    company = web.company
    initial = reset_password(company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"])
    visitor = web.visitor()
    visitor.sign_in("borrower", initial)
    for door in doors(web):
        if door.rule in {"/sign-in", "/sign-out", "/account/password", "/language", "/health", "/form-token"}:
            continue
        if door.rule.startswith("/static/"):
            continue
        answer = visitor.get(door.path) if door.method == "GET" else visitor.post(door.path)
        assert answer.status_code in {303, 403}, door
        if answer.status_code == 303:
            assert answer.location == "/account/password", door


def test_session_ends_at_its_time_whatever_it_did(web: Web, clock: FixedClock) -> None:
    """Expiry is checked at each request, by the server's clock."""
    visitor = web.visitor("borrower")
    clock.advance(dt.timedelta(minutes=29))
    assert visitor.get("/account").status_code == 200
    clock.advance(dt.timedelta(minutes=31))
    assert visitor.get("/account").status_code == 303
    clock.advance(dt.timedelta(minutes=-31))
    busy = web.visitor("borrower")
    for _ in range(30):
        clock.advance(dt.timedelta(minutes=20))
        last = busy.get("/account").status_code
    assert last == 303


def _with_cookie(web: Web, value: str) -> Visitor:
    visitor = web.visitor()
    visitor.client.set_cookie(COOKIE_NAME, value, domain="127.0.0.1", path="/")
    return visitor
