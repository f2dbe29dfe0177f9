"""Default deny: what the guard refuses before any view."""

from __future__ import annotations

import dataclasses
import re

import msgspec
import pytest
from flask import Blueprint
from werkzeug.test import TestResponse

from gateway.app import create_app
from tests.company import Company
from tests.gateway.visitor import Visitor, Web, open_document
from vault.errors import ConfigError
from vault.runtime import Vault


def test_route_without_a_declaration_answers_nobody(company: Company) -> None:
    """A view added past ``route_for`` is as good as not there, even for the administrator."""
    app = create_app(company.vault)
    forgotten = Blueprint("forgotten", __name__)
    forgotten.add_url_rule("/forgotten", "show", lambda: "secret")
    app.register_blueprint(forgotten)
    visitor = Visitor(app)
    visitor.sign_in("admin")
    answer = visitor.get("/forgotten")
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_form_from_a_foreign_page_changes_nothing(web: Web) -> None:
    """Cross-site request forgery, with a valid cookie and even a valid token."""
    visitor = web.visitor("borrower")
    token = visitor.form_token()
    answer = visitor.open("POST", "/sign-out", data={"csrf": token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert visitor.get("/account").status_code == 200


def test_foreign_page_cannot_sign_a_person_in(web: Web) -> None:
    """Login CSRF: a victim is not put into the attacker's session."""
    visitor = web.visitor()
    answer = visitor.open(
        "POST",
        "/sign-in",
        data={"login": "borrower", "password": "x"},
        headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    )
    assert answer.status_code == 403
    assert not visitor.session_cookie


@pytest.mark.parametrize("token", ["x", "A" * 64])
def test_form_without_its_token_changes_nothing(web: Web, token: str) -> None:
    """Also from our own origin: the token is the second, independent check."""
    visitor = web.visitor("borrower")
    assert visitor.post("/sign-out", token=token).status_code == 403
    assert visitor.open("POST", "/sign-out").status_code == 403
    assert visitor.get("/account").status_code == 200


def test_token_of_another_persons_session_is_refused(web: Web) -> None:
    """A token is worth nothing outside its session."""
    stolen = web.visitor("other").form_token()
    assert web.visitor("borrower").post("/sign-out", token=stolen).status_code == 403


def test_token_may_come_in_a_header(web: Web) -> None:
    """For scripts that send no form."""
    visitor = web.visitor("borrower")
    answer = visitor.open("POST", "/sign-out", headers={"X-CSRF-Token": visitor.form_token()})
    assert answer.status_code == 303


def test_page_image_is_not_given_to_another_site_or_as_a_document(web: Web) -> None:
    """No embedding elsewhere, no bare image in a tab of its own."""
    visitor, path = web.reader()
    assert visitor.get(path + "/pages/1", Sec_Fetch_Site="cross-site").status_code == 403
    assert visitor.get(path + "/pages/1", Sec_Fetch_Dest="document").status_code == 403
    assert visitor.get(path + "/pages/1", Sec_Fetch_Dest="image").status_code == 200


def test_body_longer_than_a_form_is_refused(web: Web) -> None:
    """Before it is read, and before anybody is looked up."""
    answer = web.visitor().open("POST", "/sign-in", data={"login": "x" * 100_000})
    assert answer.status_code == 413


def test_foreign_host_is_refused_without_an_address_of_ours(web: Web) -> None:
    """A forged Host header gets a sentence, no link and no redirect."""
    answer = web.visitor().client.get("/sign-in", base_url="http://evil.example")
    assert answer.status_code == 400
    assert "evil.example" not in answer.text


def test_opening_by_get_is_not_possible(web: Web) -> None:
    """Link previews and scanners use up no view."""
    visitor = web.visitor("borrower")
    assert visitor.get(f"/documents/{web.company.document_id}/views?category=offer&text=a").status_code == 405
    page = visitor.get(f"/documents/{web.company.document_id}").text
    assert "view 1 of 3" in page


def test_unknown_and_forbidden_ids_answer_alike(web: Web) -> None:
    """A stranger learns nothing from an id, not even from the bytes of the answer."""
    visitor = web.visitor("stranger")
    for there, nowhere in (
        (f"/dossiers/{web.company.dossier_id}", f"/dossiers/d{'a' * 26}"),
        (f"/documents/{web.company.document_id}", f"/documents/f{'a' * 26}"),
    ):
        known, unknown = visitor.get(there), visitor.get(nowhere)
        assert known.status_code == unknown.status_code == 404
        assert _without_numbers(known) == _without_numbers(unknown)


def test_unknown_and_forbidden_documents_open_alike(web: Web) -> None:
    """The POST is no oracle either."""
    visitor = web.visitor("stranger")
    known = open_document(visitor, web.company.document_id)
    unknown = open_document(visitor, "f" + "a" * 26)
    assert known.status_code == unknown.status_code == 404
    assert _without_numbers(known) == _without_numbers(unknown)


def test_application_with_sign_in_turned_off_answers_nothing(company: Company) -> None:
    """flask-login knows a switch; setting it stops the application instead."""
    app = create_app(company.vault)
    app.config["LOGIN_DISABLED"] = True
    assert Visitor(app).get("/dossiers").status_code == 500


def test_http_off_the_loopback_does_not_start(company: Company) -> None:
    """The session cookie would travel in the clear."""
    with pytest.raises(ConfigError):
        create_app(_with_public_url(company, "http://vault.example"))


def _with_public_url(company: Company, url: str) -> Vault:
    gateway = msgspec.structs.replace(company.vault.config.gateway, public_url=url)
    return dataclasses.replace(company.vault, config=msgspec.structs.replace(company.vault.config, gateway=gateway))


def _without_numbers(answer: TestResponse) -> str:
    page = answer.text.replace(answer.headers["X-Request-Id"], "")
    return re.sub(r'value="[^"]*"', "", page)
