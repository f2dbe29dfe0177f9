"""Errors as answers: status, sentence and request number. Never a stack, a version or a name.

A screen gets a page, a fetched piece gets JSON with the same sentence. An unknown id and one that the person may not
know of are answered alike. Whatever is not one of the vault's own errors is logged with its stack and answered as 500.
"""

from __future__ import annotations

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, SecurityError

from gateway.faults import log_fault
from gateway.localisation import current_language, current_timezone
from gateway.security.access import Answer, declarations
from gateway.sentences import sentence_in
from vault.errors import (
    AccessDenied,
    ConfigError,
    Conflict,
    InputError,
    LeaseEnded,
    NotFound,
    NotSignedIn,
    QuotaSpent,
    Sealed,
    TamperError,
    TooMany,
    Unavailable,
    VaultError,
)

STATUS_OF: tuple[tuple[type[VaultError], int], ...] = (
    (InputError, 400),
    (NotSignedIn, 401),
    (AccessDenied, 403),
    (NotFound, 404),
    (Conflict, 409),
    (QuotaSpent, 409),
    (LeaseEnded, 410),
    (TooMany, 429),
    (TamperError, 500),
    (Unavailable, 503),
    (Sealed, 503),
    (ConfigError, 500),
    (VaultError, 500),
)
"""HTTP status by class, most specific first."""

RETRY_SECONDS = 30
_CODE_OF_STATUS = {400: "input.cut_short", 404: "not_found", 405: "input.method", 413: "input.too_large"}


def set_up_errors(app: Flask) -> None:
    """Registers the answers to every error."""
    app.register_error_handler(VaultError, answer_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, _answer_fault)


def status_of(error: VaultError) -> int:
    """The HTTP status of an error of the vault."""
    return next(status for kind, status in STATUS_OF if isinstance(error, kind))


def sentence_of(error: VaultError) -> str:
    """What the person reads, in their language and zone."""
    return sentence_in(current_language(), error, timezone=current_timezone())


def answer_error(error: VaultError) -> Response:
    """The whole answer to an error of the vault."""
    status = status_of(error)
    g.error_code = error.code
    response = _body(status, error)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.params.get("retry_after_seconds", RETRY_SECONDS))
    elif status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _body(status: int, error: VaultError) -> Response:
    sentence = sentence_of(error)
    declared = declarations(current_app).get(request.endpoint or "")
    if declared is not None and declared.answer is Answer.PIECE:
        response = jsonify(code=error.code, sentence=sentence, request_id=g.request_id)
        response.status_code = status
        return response
    if isinstance(request.routing_exception, SecurityError):  # no page can be drawn for a host that is not ours
        return Response(f"{sentence}\n", status, content_type="text/plain; charset=utf-8")
    page = render_template("error.html", status=status, code=error.code, sentence=sentence, request_id=g.request_id)
    return make_response(page, status)


def _answer_http_error(error: HTTPException) -> Response:
    """What the framework refuses: unknown routes and methods, bodies too long or too short, foreign hosts."""
    status = error.code or 500
    code = "input.host" if isinstance(error, SecurityError) else _CODE_OF_STATUS.get(status, "input.invalid")
    g.error_code = code
    response = _body(status, VaultError(code))
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _answer_fault(error: Exception) -> Response:
    """A fault of ours. The log gets its kind and where it came from; its message may hold anything, so it gets none."""
    log_fault(error, request_id=g.request_id)
    return answer_error(VaultError("internal"))
