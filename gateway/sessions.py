"""The session cookie and who is behind it, for one request.

The cookie holds the session's token and nothing else; it lives in no log, address or page. The person is looked up when
first asked for, once a request. flask-login is glue only: it carries the answer, while its own session cookie,
remember-me cookie and switch that turns sign-in off are all closed here.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, request
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response

from gateway.security.addresses import resolve_peer
from gateway.settings import WebSettings
from vault.errors import ConfigError, NotSignedIn, OperatorError
from vault.model import Actor, Place
from vault.people.signing_in import NewSession, SignedIn, resume_session
from vault.place import locate
from vault.runtime import Vault

COOKIE_NAME = "__Host-vault"
"""The prefix makes browsers refuse it without Secure, with a Domain or under another path. Loopback http is secure."""

_LONGEST_TOKEN = 128


class Person(UserMixin):  # type: ignore[misc]  # flask-login is untyped
    """A signed-in person as flask-login carries them."""

    def __init__(self, signed_in: SignedIn) -> None:
        self.signed_in = signed_in

    def get_id(self) -> str:
        return str(self.signed_in.actor.person_id)


class _CookieOnly(LoginManager):  # type: ignore[misc]  # flask-login is untyped
    """Takes nobody's word but our own cookie's: no framework session, no remember-me, no header."""

    def _load_user(self) -> Any:
        return self._update_request_context_with_user(_person_of_request())


def set_up_sessions(app: Flask) -> None:
    """Connects flask-login. ConfigError if its switch that turns sign-in off is set."""
    if app.config.get("LOGIN_DISABLED"):
        raise ConfigError(["LOGIN_DISABLED is set: sign-in cannot be turned off"])
    manager = _CookieOnly()
    manager.session_protection = None
    manager.init_app(app, add_context_processor=False)
    manager.request_loader(lambda _request: _person_of_request())


def signed_in() -> SignedIn | None:
    """Who is signed in, or None. Raises Unavailable when the database does not answer."""
    person = current_user._get_current_object()  # noqa: SLF001
    return person.signed_in if isinstance(person, Person) else None


def current_actor() -> Actor:
    """The signed-in person as an actor; NotSignedIn if there is none."""
    session = signed_in()
    if session is None:
        raise NotSignedIn(g.get("session_code", "session.none"))
    return session.actor


def session_token() -> str:
    """The token that the browser sent, or ''."""
    token = request.cookies.get(COOKIE_NAME, "")
    return token if len(token) <= _LONGEST_TOKEN else ""


def current_place() -> Place:
    """Where the request comes from, as known without asking."""
    settings: WebSettings = current_app.extensions["dossier_vault.settings"]
    peer = resolve_peer(
        request.remote_addr or "",
        ",".join(request.headers.getlist("X-Forwarded-For")),
        trusted=settings.trusted_proxies,
    )
    vault = current_vault()
    return locate(
        peer.address,
        zones=vault.config.places.zones,
        trusted_proxy=peer.trusted_proxy,
        known=vault.geography.find(peer.address),
    )


def current_vault() -> Vault:
    """The vault that the application was made for."""
    vault: Vault = current_app.extensions["dossier_vault.vault"]
    return vault


def keep_session(response: Response, session: NewSession) -> None:
    """Puts the session into the browser, until it ends or the browser closes."""
    response.set_cookie(COOKIE_NAME, session.token, path="/", secure=True, httponly=True, samesite="Lax")


def forget_session(response: Response) -> None:
    """Takes the session out of the browser, with everything it stored for this site."""
    response.delete_cookie(COOKIE_NAME, path="/", secure=True, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def _person_of_request() -> Person | None:
    """Asked once a request: what a database that is away cost to find out is not waited for again."""
    token = session_token()
    if not token:
        return None
    if "session_unavailable" in g:
        raise g.session_unavailable
    try:
        return Person(resume_session(current_vault(), token=token, place=current_place()))
    except NotSignedIn as error:
        g.session_code = error.code
        return None
    except OperatorError as error:
        g.session_unavailable = error
        raise
