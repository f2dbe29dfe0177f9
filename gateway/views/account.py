"""One's own account: password and sessions."""

from __future__ import annotations

from typing import ClassVar

from flask import make_response, render_template
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import PasswordField

from gateway.errors import status_of
from gateway.forms import ScreenForm
from gateway.notices import after
from gateway.security.access import Access, Screens
from gateway.sessions import current_actor, current_vault, keep_session, signed_in
from vault.errors import InputError
from vault.people import signing_in

screens = Screens("account", __name__)


class PasswordForm(ScreenForm):
    """The current password and a new one, typed twice. Nothing of it is shown again."""

    current = PasswordField(_("Current password"))
    new = PasswordField(_("New password"))
    again = PasswordField(_("New password, once more"))
    field_of_code: ClassVar[dict[str, str]] = {
        "password.wrong": "current",
        "password.same": "new",
        "password.too_short": "new",
        "password.too_long": "new",
        "password.too_common": "new",
        "password.not_alike": "again",
    }


@screens.route_for(Access.SIGNED_IN, "/account")
def show_account() -> str:
    return render_template("account/account.html", sessions=signing_in.list_sessions(current_vault(), current_actor()))


@screens.route_for(Access.PENDING, "/account/password")
def show_password() -> str:
    return _password_page(PasswordForm())


@screens.route_for(Access.PENDING, "/account/password", methods=("POST",))
def change_password() -> Response:
    form = PasswordForm.sent()
    try:
        _require_alike(form)
        session = signing_in.change_password(
            current_vault(), current_actor(), current=form.current.data or "", new=form.new.data or ""
        )
    except InputError as error:
        form.refuse(error)
        return make_response(_password_page(form), status_of(error))
    response = after("account.show_account", "password.changed")
    keep_session(response, session)
    return response


@screens.route_for(Access.SIGNED_IN, "/account/sessions/<id:session_id>/end", methods=("POST",))
def end_session(session_id: str) -> Response:
    signing_in.end_session(current_vault(), current_actor(), session_id=session_id)
    return after("account.show_account", "session.ended")


def _require_alike(form: PasswordForm) -> None:
    if form.new.data != form.again.data:
        raise InputError("password.not_alike")


def _password_page(form: PasswordForm) -> str:
    session = signed_in()
    return render_template(
        "account/password.html",
        form=form,
        is_first=session is not None and session.must_change_password,
        minimum=current_vault().config.passwords.minimum_characters,
    )
