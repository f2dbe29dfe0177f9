"""One line of JSON for each request: what was asked and how it ended. Never names, reasons, queries, bodies or tokens.

Ids of people and documents are random and say nothing without the database. The route's rule is logged, not the path.
"""

from __future__ import annotations

import base64
import logging

import structlog
from flask import Flask, Response, g, request
from flask_login import current_user

from gateway.sessions import Person, current_vault

_ID_BYTES = 10


def set_up_request_log(app: Flask) -> None:
    """Numbers each request and logs it when it was answered."""

    @app.before_request
    def number_request() -> None:
        vault = current_vault()
        g.request_id = base64.b32encode(vault.random(_ID_BYTES)).decode("ascii").lower()
        g.started_at = vault.clock.now()

    @app.after_request
    def log_request(response: Response) -> Response:
        passed = current_vault().clock.now() - g.started_at if "started_at" in g else None
        structlog.get_logger("gateway").info(
            "request",
            request_id=g.get("request_id", ""),
            method=request.method,
            route=request.url_rule.rule if request.url_rule else "",
            status=response.status_code,
            code=g.get("error_code", ""),
            person=_person_id(),
            milliseconds=round(passed.total_seconds() * 1000) if passed else 0,
        )
        return response


def set_up_logging(level: int = logging.INFO) -> None:
    """JSON lines on standard output, for the process as a whole. Called once by whoever starts the server."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(),
    )


def _person_id() -> str:
    """Only of a session that this request looked up anyway: logging asks the database for nothing."""
    known = g.get("_login_user")
    return current_user.get_id() if isinstance(known, Person) else ""
