"""The sign-in screen."""

from __future__ import annotations

import pytest

from tests.company import PASSWORD
from tests.gateway.visitor import Web


def test_person_goes_where_they_wanted_to(web: Web) -> None:
    """The page that asked for signing in is the page that comes next."""
    visitor = web.visitor()
    wanted = visitor.get("/account").location
    assert wanted == "/sign-in?next=/account"
    answer = visitor.open("POST", "/sign-in", data={"login": "borrower", "password": PASSWORD, "next": "/account"})
    assert answer.location == "/account"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/%09/evil.example\t"])
def test_person_is_never_sent_to_another_site(web: Web, target: str) -> None:
    """Open redirect at sign-in."""
    answer = web.visitor().open("POST", "/sign-in", data={"login": "borrower", "password": PASSWORD, "next": target})
    assert answer.location == "/"


@pytest.mark.parametrize(
    ("login", "office_begins"),
    [("borrower", "/dossiers"), ("auditor", "/account"), ("admin", "/account"), ("officer", "/account")],
)
def test_each_office_begins_at_its_own_screen(web: Web, login: str, office_begins: str) -> None:
    """Where the application has it."""
    begins = web.visitor(login).get("/").location
    assert begins == office_begins or (office_begins == "/account" and begins != "/dossiers")


def test_unknown_login_and_wrong_password_answer_alike(web: Web) -> None:
    """Who has an account is not told: same status, same bytes."""
    known = web.visitor().sign_in("borrower", "wrong")
    unknown = web.visitor().sign_in("nobody00", "wrong")
    assert known.status_code == unknown.status_code == 401
    assert known.text.replace("borrower", "") == unknown.text.replace("nobody00", "")


def test_typed_login_is_kept_and_typed_password_is_not(web: Web) -> None:
    """One need not type twice what is no secret."""
    page = web.visitor().sign_in("borrower", "hunter2hunter2").text
    assert 'value="borrower"' in page
    assert "hunter2hunter2" not in page


def test_too_many_attempts_are_answered_with_a_wait(web: Web) -> None:
    """429, a sentence and Retry-After; even the right password waits, from that address."""
    visitor = web.visitor()
    answers = [visitor.sign_in("borrower", "wrong").status_code for _ in range(20)]
    blocked = visitor.sign_in("borrower")
    assert 429 in answers
    assert blocked.status_code == 429
    assert int(blocked.headers["Retry-After"]) > 0
    assert "min" in blocked.text


def test_lockout_does_not_lock_out_others(web: Web) -> None:
    """Somebody else's attempts at another address do not keep a person out."""
    attacker = web.visitor(address="203.0.113.66")
    for _ in range(20):
        attacker.sign_in("borrower", "wrong")
    assert web.visitor().sign_in("borrower").status_code == 303


@pytest.mark.parametrize("login", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "%(x)s"])
def test_what_was_typed_is_shown_as_text(web: Web, login: str) -> None:
    """No markup and no template from a login."""
    page = web.visitor().sign_in(login, "x").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert ">49<" not in page


def test_forwarded_address_of_a_stranger_is_not_their_place(web: Web) -> None:
    """X-Forwarded-For from anybody: the place stays unknown, so it must be declared."""
    visitor = web.visitor(address="203.0.113.5")
    visitor.sign_in("borrower")
    page = visitor.get(f"/documents/{web.company.document_id}", X_Forwarded_For="10.1.2.3").text
    assert "not known" in page
    assert "declared_place" in page
