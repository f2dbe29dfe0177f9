"""A body that is shorter than it said is a bad request, never a short document.

Some WSGI servers announce that they end the input themselves, and framework code then takes what came as all there was.
Where a length was announced, the announcement is withdrawn, so that the framework counts for itself and raises
ClientDisconnected (400) when the rest is missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class CountedBodies:
    """WSGI middleware around the application."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("CONTENT_LENGTH"):
            environ.pop("wsgi.input_terminated", None)
        return self._application(environ, start_response)
