"""The language switch in the footer; works without a script and before signing in."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from gateway.localisation import LANGUAGES, keep_language
from gateway.paths import own_path
from gateway.security.access import Access, Screens
from vault.errors import InputError

screens = Screens("preferences", __name__)


@screens.route_for(Access.PUBLIC, "/language", methods=("POST",))
def choose_language() -> Response:
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        raise InputError("person.locale")
    response = redirect(own_path(request.form.get("back", ""), otherwise="/"), 303)
    keep_language(response, language)
    return response
