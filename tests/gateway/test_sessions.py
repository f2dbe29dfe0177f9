"""Sessions as a browser meets them."""

from __future__ import annotations

import datetime as dt

import pytest

from gateway.sessions import COOKIE_NAME
from tests.company import PASSWORD
from tests.gateway.visitor import Web
from vault.clock import FixedClock
from vault.people.accounts import reset_password, suspend_person

NEW_PASSWORD = "seven quiet harbours"


def test_cookie_is_bound_to_host_and_unreachable_for_scripts(web: Web) -> None:
    """__Host-, Secure, HttpOnly, SameSite, the whole site, and no lifetime beyond the browser's."""
    header = web.visitor().sign_in("borrower").headers["Set-Cookie"]
    assert header.startswith(f"{COOKIE_NAME}=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in header.split(";")}
    assert "Domain" not in header
    assert "Expires" not in header
    assert len(header) < 300


def test_signing_in_replaces_the_session_and_the_old_one_is_dead(web: Web) -> None:
    """Session fixation: the token before signing in is worth nothing after."""
    visitor = web.visitor("borrower")
    before = visitor.session_cookie
    visitor.sign_in("borrower")
    assert visitor.session_cookie != before
    visitor.client.set_cookie(COOKIE_NAME, before, domain="127.0.0.1", path="/")
    assert visitor.get("/account").status_code == 303


def test_replay_of_a_cookie_after_signing_out_is_refused(web: Web) -> None:
    """The server forgets the session, not only the browser."""
    visitor = web.visitor("borrower")
    token = visitor.session_cookie
    visitor.post("/sign-out")
    thief = web.visitor()
    thief.client.set_cookie(COOKIE_NAME, token, domain="127.0.0.1", path="/")
    assert thief.open("POST", "/dossiers/search").status_code == 401
    assert thief.get("/dossiers").location.startswith("/sign-in")


def test_page_is_refused_with_the_stolen_cookie_of_an_ended_session(web: Web) -> None:
    """What ends the session ends the view."""
    visitor, path = web.reader()
    visitor.post("/sign-out")
    assert visitor.get(path + "/pages/1").status_code == 401


def test_session_ends_when_idle_and_says_so(web: Web, clock: FixedClock) -> None:
    """By the server's clock."""
    visitor, path = web.reader()
    clock.advance(dt.timedelta(minutes=31))
    answer = visitor.get(path + "/state")
    assert (answer.status_code, answer.json["code"]) == (401, "session.expired")


def test_use_keeps_a_session_alive_but_not_for_ever(web: Web, clock: FixedClock) -> None:
    """Idle time starts anew with each request; the whole length does not."""
    visitor = web.visitor("borrower")
    for _ in range(29):
        clock.advance(dt.timedelta(minutes=20))
        assert visitor.get("/account").status_code == 200
    clock.advance(dt.timedelta(minutes=20))
    assert visitor.get("/account").status_code == 303


def test_suspension_ends_a_session_at_once(web: Web) -> None:
    """By the very next request."""
    visitor = web.visitor("borrower")
    suspend_person(web.company.vault, web.company.at_keyboard("admin"), person_id=web.company.ids["borrower"])
    assert visitor.get("/account").status_code == 303


def test_person_ends_another_session_of_their_own(web: Web) -> None:
    """From the account page."""
    lost, kept = web.visitor("borrower"), web.visitor("borrower")
    page = kept.get("/account").text
    path = next(part.split('"')[0] for part in page.split('action="') if "/account/sessions/" in part.split('"')[0])
    assert kept.post(path).status_code == 303
    assert lost.get("/account").status_code == 303
    assert kept.get("/account").status_code == 200


def test_nobody_ends_a_session_of_somebody_else(web: Web) -> None:
    """An id is no permission."""
    web.visitor("other")
    page_of_other = web.visitor("other").get("/account").text
    path = next(
        part.split('"')[0] for part in page_of_other.split('action="') if "/account/sessions/" in part.split('"')[0]
    )
    assert web.visitor("borrower").post(path).status_code == 404


def test_initial_password_leads_to_nothing_but_choosing_ones_own(web: Web) -> None:
    """Until then every screen leads there, and what is no screen is refused."""
    company = web.company
    initial = reset_password(company.vault, company.at_keyboard("admin"), person_id=company.ids["borrower"])
    visitor = web.visitor()
    visitor.sign_in("borrower", initial)
    assert visitor.get("/dossiers").location == "/account/password"
    assert visitor.get(f"/views/w{'a' * 26}/state").status_code == 403
    answer = visitor.post("/account/password", {"current": initial, "new": NEW_PASSWORD, "again": NEW_PASSWORD})
    assert answer.status_code == 303
    assert visitor.get("/dossiers").status_code == 200


def test_changing_the_password_ends_every_other_session(web: Web) -> None:
    """Whoever knew the old one is out."""
    thief, owner = web.visitor("borrower"), web.visitor("borrower")
    owner.post("/account/password", {"current": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD})
    assert thief.get("/account").status_code == 303
    assert owner.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("new", "again", "words"),
    [
        ("short", "short", "at least 12"),
        (NEW_PASSWORD, "another one here", "differ"),
        (PASSWORD, PASSWORD, "old one"),
        ("x" * 300, "x" * 300, "at most 256"),
    ],
)
def test_refused_password_is_said_beside_its_field_and_never_shown(web: Web, new: str, again: str, words: str) -> None:
    """What was typed does not come back in the page."""
    answer = web.visitor("borrower").post("/account/password", {"current": PASSWORD, "new": new, "again": again})
    assert answer.status_code == 400
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert f'value="{new}"' not in answer.text


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "A" * 5000, "é", "a b", "' OR 1=1"])
def test_nonsense_in_the_cookie_is_nobody(web: Web, cookie: str) -> None:
    """No error, no session."""
    visitor = web.visitor()
    answer = visitor.get("/account", Cookie=f"{COOKIE_NAME}={cookie}")
    assert answer.status_code == 303


def test_remember_me_cookie_of_the_framework_signs_nobody_in(web: Web) -> None:
    """flask-login would read it; here it is not even looked at."""
    answer = web.visitor().get("/account", Cookie="remember_token=1|abc; session=eyJfdXNlcl9pZCI6MX0")
    assert answer.status_code == 303


def test_session_cookie_cannot_be_planted_by_the_address(web: Web) -> None:
    """A token in a query is nothing."""
    token = web.visitor("borrower").session_cookie
    assert web.visitor().get(f"/account?{COOKIE_NAME}={token}&token={token}").status_code == 303
