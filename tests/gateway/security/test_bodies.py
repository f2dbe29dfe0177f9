"""A body shorter than announced, over a real socket and a server that says it ends the input itself."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from tests.gateway.visitor import Web


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def port(web: Web) -> Iterator[int]:
    """The application behind a server that sets ``wsgi.input_terminated``, as gunicorn does."""

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        environ["wsgi.input_terminated"] = True
        environ["HTTP_HOST"] = "127.0.0.1:8700"
        return web.app(environ, start_response)

    server = make_server("127.0.0.1", 0, application, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_body_cut_short_is_a_bad_request(port: int) -> None:
    """Half a form is no form."""
    assert _status(port, announced=1000, body=b"login=borrower&password=x") == 400


def test_whole_body_is_taken(port: int) -> None:
    """The same form, complete, is answered."""
    body = b"login=borrower&password=x"
    assert _status(port, announced=len(body), body=body) == 401


def _status(port: int, *, announced: int, body: bytes) -> int:
    head = (
        "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:8700\r\nSec-Fetch-Site: same-origin\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {announced}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head.encode() + body)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return int(answer.split()[1])
