"""The style sheet, the scripts and the icon. The only answers that anybody may keep."""

from __future__ import annotations

from flask import Response, send_from_directory

from gateway.security.access import Access, Screens
from gateway.security.headers import KEPT_FOREVER
from gateway.static_files import STATIC_FOLDER, static_names, static_version
from vault.errors import NotFound

screens = Screens("assets", __name__)
_VERSION = static_version()
_NAMES = static_names()


@screens.route_for(Access.PUBLIC, "/static/<version>/<path:name>")
def send_asset(version: str, name: str) -> Response:
    if version != _VERSION or name not in _NAMES:
        raise NotFound
    response = send_from_directory(STATIC_FOLDER, name, conditional=False, etag=False)
    response.headers["Cache-Control"] = KEPT_FOREVER
    return response
