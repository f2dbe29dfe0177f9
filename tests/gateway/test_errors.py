"""Errors as answers, and what the log keeps of them."""

from __future__ import annotations

import json
import logging

import pytest
import structlog
from flask import Flask

from gateway.app import create_app
from gateway.requests_log import set_up_logging
from gateway.security.access import Access, Answer, Screens
from tests.company import PASSWORD, Company
from tests.gateway.visitor import Visitor, Web, open_document
from vault.errors import TamperError, TooMany, Unavailable

SECRET = "CANARY-in-an-exception"


@pytest.fixture
def broken(company: Company) -> Flask:
    """The application with a screen that fails in every way."""
    app = create_app(company.vault)
    screens = Screens("broken", __name__)

    @screens.route_for(Access.PUBLIC, "/broken/fault")
    def fault() -> str:
        raise RuntimeError(SECRET)

    @screens.route_for(Access.PUBLIC, "/broken/piece", answer=Answer.PIECE)
    def piece() -> str:
        raise TamperError("tamper.digest")

    @screens.route_for(Access.PUBLIC, "/broken/away")
    def away() -> str:
        raise Unavailable("database.unavailable")

    @screens.route_for(Access.PUBLIC, "/broken/fast")
    def fast() -> str:
        raise TooMany("too_many", retry_after_seconds=7)

    app.register_blueprint(screens)
    return app


def test_fault_shows_its_number_and_nothing_else(broken: Flask) -> None:
    """No message, no stack, no file name."""
    answer = Visitor(broken).get("/broken/fault")
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text
    assert not [word for word in (SECRET, "Traceback", "RuntimeError", ".py") if word in answer.text]


def test_piece_of_a_page_is_refused_as_json(broken: Flask) -> None:
    """With a sentence that the page can show."""
    answer = Visitor(broken, language="zh-CN").get("/broken/piece")
    assert answer.status_code == 500
    assert answer.json["code"] == "tamper.digest"
    assert "安全员" in answer.json["sentence"]


@pytest.mark.parametrize(("path", "status", "seconds"), [("/broken/away", 503, "30"), ("/broken/fast", 429, "7")])
def test_what_passes_says_when_to_try_again(broken: Flask, path: str, status: int, seconds: str) -> None:
    """Retry-After for what recovers by itself."""
    answer = Visitor(broken).get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (status, seconds)


def test_database_that_is_away_is_a_503_page_without_details(company: Company, web: Web) -> None:
    """Also when the person cannot be looked up; it comes back by itself."""
    visitor = web.visitor("borrower")
    path = company.directory / "vault.db"
    company.vault.engine.dispose()
    path.rename(path.with_suffix(".away"))
    path.mkdir()
    answer = visitor.get("/dossiers")
    health = visitor.get("/health")
    company.vault.engine.dispose()
    path.rmdir()
    path.with_suffix(".away").rename(path)
    assert answer.status_code == 503
    assert "sqlite" not in answer.text.lower()
    assert (health.status_code, health.json["parts"]["database"]) == (503, False)
    assert "detail" not in health.text
    assert visitor.get("/dossiers").status_code == 200


def test_log_holds_no_names_reasons_tokens_or_passwords(
    web: Web, broken: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    """One JSON line for each request, whatever was typed."""
    set_up_logging(logging.INFO)
    try:
        visitor = web.visitor("borrower")
        token = visitor.session_cookie
        visitor.post("/dossiers/search", {"customer": "Harrow & Vale\r\nforged"})
        open_document(visitor, web.company.document_id)
        visitor.get("/nowhere/王晓明?customer=Harrow", User_Agent="agent \x1b[31m")
        Visitor(broken).get("/broken/fault")
    finally:
        structlog.reset_defaults()
    written = capsys.readouterr().out
    lines = [json.loads(line) for line in written.splitlines()]
    assert {line["event"] for line in lines} == {"request", "fault"}
    words = (token, PASSWORD, "Harrow", "王晓明", "line four", "forged", SECRET, "\x1b", "borrower")
    assert not [word for word in words if word in written]
    assert any(line["person"] == web.company.ids["borrower"] for line in lines if line["event"] == "request")
