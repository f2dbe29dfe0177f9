"""Somebody at a browser, for tests: sends what a browser sends, keeps cookies, and fills in a page's form token."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import Client, TestResponse

from gateway.app import create_app
from gateway.sessions import COOKIE_NAME
from gateway.settings import WebSettings, web_settings
from tests.company import PASSWORD, Company
from vault.runtime import Vault

ORIGIN = "http://127.0.0.1:8700"
OFFICE_ADDRESS = "10.1.2.3"
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
_APPLICATIONS: dict[WebSettings, Flask] = {}
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


class Visitor:
    """One browser. ``address`` is the peer's as the gateway sees it."""

    def __init__(self, app: Flask, *, address: str = OFFICE_ADDRESS, language: str = "en") -> None:
        self.client = Client(app)
        self._environ = {"REMOTE_ADDR": address}
        self._language = language
        self._tokens: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.open("GET", path, headers=headers)

    def open(self, method: str, path: str, *, headers: dict[str, str] | None = None, **sent: Any) -> TestResponse:
        """Any request, from a page of ours unless ``headers`` say otherwise."""
        all_headers = {"Accept-Language": self._language, **OWN_PAGE}
        all_headers.update({name.replace("_", "-"): value for name, value in (headers or {}).items()})
        return self.client.open(
            path,
            method=method,
            base_url=ORIGIN,
            headers=all_headers,
            environ_overrides=self._environ,
            buffered=True,
            **sent,
        )

    def post(self, path: str, fields: dict[str, Any] | None = None, *, token: str | None = None) -> TestResponse:
        """A form with the session's token, or ``token`` instead."""
        sent = dict(fields or {})
        if token is None and self.session_cookie:
            token = self.form_token()
        if token:
            sent["csrf"] = token
        return self.open("POST", path, data=sent)

    def form_token(self) -> str:
        """A token from a page that every signed-in person may see; asked for once a session, which it belongs to."""
        cookie = self.session_cookie
        if cookie not in self._tokens:
            found = _TOKEN.search(self.get("/account/password").text)
            if found is None:
                return ""
            self._tokens[cookie] = found.group(1)
        return self._tokens[cookie]

    def sign_in(self, login: str, password: str = PASSWORD) -> TestResponse:
        return self.open("POST", "/sign-in", data={"login": login, "password": password})

    @property
    def session_cookie(self) -> str:
        cookie = self.client.get_cookie(COOKIE_NAME, domain="127.0.0.1")
        return cookie.value if cookie else ""


@dataclass
class Web:
    """The application over a company's vault."""

    company: Company
    app: Flask

    def visitor(self, login: str = "", **kind: str) -> Visitor:
        """A browser, signed in as ``login`` if given."""
        visitor = Visitor(self.app, **kind)
        if login:
            answer = visitor.sign_in(login)
            assert answer.status_code == 303, answer.text
        return visitor

    def reader(self, login: str = "borrower") -> tuple[Visitor, str]:
        """Somebody signed in, with the company's document open; and the view's path."""
        visitor = self.visitor(login)
        answer = open_document(visitor, self.company.document_id)
        assert answer.status_code == 303, answer.text
        return visitor, answer.location


def open_document(visitor: Visitor, document_id: str, *, key: str = "once", **changed: str) -> TestResponse:
    """Opens a document with a sound reason; ``changed`` replaces fields."""
    fields = {"category": "offer", "text": "Preparing the offer for line four", "idempotency_key": key, **changed}
    return visitor.post(f"/documents/{document_id}/views", fields)


def make_web(company: Company) -> Web:
    return Web(company, application_of(company.vault))


def application_of(vault: Vault) -> Flask:
    """The application over a vault: made once a test process for equal settings, copied before it serves anybody.

    Its rules and templates, of which it consists, are the same for every vault, and making them takes longer than most
    tests. A test of the making itself calls ``create_app``.
    """
    settings = web_settings(vault.config)
    if settings not in _APPLICATIONS:
        _APPLICATIONS[settings] = create_app(vault)
    application = copy.copy(_APPLICATIONS[settings])
    application.config = copy.copy(application.config)
    application.extensions = {**application.extensions, "dossier_vault.vault": vault}
    return application
