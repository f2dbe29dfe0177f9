"""Signing in and out, and where a person begins."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from gateway.errors import sentence_of, status_of
from gateway.forms import ScreenForm
from gateway.navigation import first_endpoint
from gateway.notices import after
from gateway.paths import own_path
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_place, current_vault, forget_session, keep_session, signed_in
from vault.errors import NotSignedIn, TooMany
from vault.people import signing_in

screens = Screens("signing_in", __name__)


class SignInForm(ScreenForm):
    """Login and password. The password is never shown again."""

    login = StringField(_("Login"))
    password = PasswordField(_("Password"))


@screens.route_for(Access.SIGNED_IN, "/")
def show_first() -> Response:
    return redirect(url_for(first_endpoint(current_actor().office)), 303)


@screens.route_for(Access.PUBLIC, "/sign-in")
def show_sign_in() -> Response:
    session = signed_in()
    if session is not None:
        return redirect(_next_path(), 303)
    return make_response(render_template("signing_in/sign_in.html", form=SignInForm(), next_path=_next_path()))


@screens.route_for(Access.PUBLIC, "/sign-in", methods=("POST",))
def sign_in() -> Response:
    form = SignInForm.sent()
    earlier = signed_in()
    try:
        session = signing_in.sign_in(
            current_vault(),
            login=form.login.data or "",
            password=form.password.data or "",
            place=current_place(),
            user_agent=request.user_agent.string,
        )
    except (NotSignedIn, TooMany) as error:
        return _refused(form, error)
    if earlier is not None:
        signing_in.sign_out(current_vault(), earlier.actor)
    response = redirect(_next_path(), 303)
    keep_session(response, session)
    return response


@screens.route_for(Access.PENDING, "/sign-out", methods=("POST",))
def sign_out() -> Response:
    signing_in.sign_out(current_vault(), current_actor())
    response = after("signing_in.show_sign_in", "signed_out")
    forget_session(response)
    return response


def _refused(form: SignInForm, error: NotSignedIn | TooMany) -> Response:
    form.form_errors.append(sentence_of(error))
    page = render_template("signing_in/sign_in.html", form=form, next_path=_next_path())
    response = make_response(page, status_of(error))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.params["retry_after_seconds"])
    return response


def _next_path() -> str:
    return own_path(request.values.get("next", ""), otherwise="/")
