"""Default deny, before any view: the checks of one request, in the order in which they run.

::

    (1) the route is declared, and so is the method              404 and 405 otherwise
    (2) what changes something comes from a page of ours         403 ``input.not_ours``; also signing in and out
        and a piece of a page is not fetched from elsewhere
    (3) somebody is signed in, if the route asks for it          401, or the sign-in screen
    (4) with a password of their own                             403, or the screen that asks for one
    (5) in an office that the route is for                       403 ``denied.office``
    (6) a form carries the token of this very session            403 ``input.form_expired``

Use cases check rights again, on what is true when they are used: this is the outer door, not the only one.
"""

from __future__ import annotations

from flask import Flask, redirect, request, url_for
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response

from gateway.security.access import SMALL_BODY_BYTES, Access, Answer, Declaration, declarations
from gateway.security.csrf import FIELD_NAME, HEADER_NAME, is_form_token
from gateway.security.origin import SAFE_METHODS, is_own_fetch, is_own_form
from gateway.sessions import current_actor, session_token, signed_in
from gateway.settings import WebSettings
from vault.errors import AccessDenied, ConfigError, NotFound, NotSignedIn

SIGN_IN = "signing_in.show_sign_in"
CHANGE_PASSWORD = "account.show_password"


def set_up_guard(app: Flask, settings: WebSettings) -> None:
    """Registers the checks. Nothing is registered before them."""

    @app.before_request
    def guard() -> Response | None:
        if app.config.get("LOGIN_DISABLED"):
            raise ConfigError(["LOGIN_DISABLED is set: sign-in cannot be turned off"])
        declared = _declaration(app)  # (1)
        for_files = settings.max_upload_bytes if declared.takes_upload else 0
        request.max_content_length = SMALL_BODY_BYTES + for_files
        _require_own_page(declared, settings)  # (2)
        if declared.access is Access.PUBLIC:
            return None
        led_away = _lead_to_session(declared)  # (3), (4)
        if led_away is not None:
            return led_away
        if not declared.access.admits(current_actor().office):  # (5)
            raise AccessDenied("denied.office")
        _require_form_token()  # (6)
        return None


def _declaration(app: Flask) -> Declaration:
    if request.routing_exception is not None:
        raise request.routing_exception
    declared = declarations(app).get(request.endpoint or "")
    if declared is None:
        raise NotFound
    if request.method not in declared.methods:
        raise MethodNotAllowed(valid_methods=sorted(declared.methods))
    return declared


def _require_own_page(declared: Declaration, settings: WebSettings) -> None:
    if request.method not in SAFE_METHODS and not is_own_form(request.headers, origin=settings.origin):
        raise AccessDenied("input.not_ours")
    if declared.answer is Answer.PIECE and not is_own_fetch(request.headers):
        raise AccessDenied("input.not_ours")


def _lead_to_session(declared: Declaration) -> Response | None:
    """To the sign-in screen or the one for a first password; what is no screen, or changes something, is refused."""
    may_lead = declared.answer is Answer.SCREEN and request.method in SAFE_METHODS
    session = signed_in()
    if session is None:
        if may_lead:
            return redirect(url_for(SIGN_IN, next=request.full_path.rstrip("?")), 303)
        current_actor()  # raises, with what happened to the session
    if session is not None and session.must_change_password and declared.access is not Access.PENDING:
        if may_lead:
            return redirect(url_for(CHANGE_PASSWORD), 303)
        raise AccessDenied("session.password_due")
    return None


def _require_form_token() -> None:
    if request.method in SAFE_METHODS:
        return
    token = session_token()
    if not token:
        raise NotSignedIn
    sent = request.headers.get(HEADER_NAME) or request.form.get(FIELD_NAME, "")
    if not is_form_token(sent, token):
        raise AccessDenied("input.form_expired")
