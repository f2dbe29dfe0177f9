"""A gateway's own process in a child that is killed at an effect, with somebody on the other end of a real connection.

It is what ``serve`` forks for requests: gunicorn's worker with the application, here over a watched vault and for one
request alone. Each piece of an answer that goes to the system is an effect as well. Who asked is a process of its own,
since the system may deliver what was sent before the kill: it writes down whatever reaches it, to the connection's end.
"""

from __future__ import annotations

import os
import socket
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gunicorn.util
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from gateway.security.csrf import FIELD_NAME, form_token
from gateway.sessions import COOKIE_NAME
from tests.faults.children import Perform
from tests.faults.effects import Effects
from tests.faults.invariants import Acknowledged
from tests.faults.recovery import child_vault
from tests.gateway.visitor import application_of
from vault.clock import system_random

PIECE_BYTES = 65536
_RECEIVED = "received"


def posting(path: str, token: str) -> Perform:
    """A child that answers one form without fields, sent by whose session has that token."""

    def perform(ground: Path, effects: Effects) -> Iterator[Acknowledged]:
        listener = socket.create_server(("127.0.0.1", 0))
        _ask_in_a_process(listener, _form(path, token), ground / _RECEIVED)
        _answer_once(listener, application_of(child_vault(ground, effects)), effects)
        return iter(())

    return perform


def received(ground: Path) -> tuple[int, bytes]:
    """The status that reached who asked, and what of the body did; 0 if not even the first line did."""
    content = (ground / _RECEIVED).read_bytes()
    head, _, body = content.partition(b"\r\n\r\n")
    line = head.split(b"\r\n")[0].split(b" ")
    return (int(line[1]) if len(line) > 1 and line[1].isdigit() else 0), body


def _form(path: str, token: str) -> bytes:
    body = urllib.parse.urlencode({FIELD_NAME: form_token(token, random=system_random)})
    lines = (
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1:8700",
        "Sec-Fetch-Site: same-origin",
        f"Cookie: {COOKIE_NAME}={token}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        "Connection: close",
    )
    return "\r\n".join((*lines, "", body)).encode()


def _ask_in_a_process(listener: socket.socket, request: bytes, target: Path) -> None:
    """Whoever waits for the gateway's end waits for this process too: it holds what the gateway's caller reads from."""
    address = listener.getsockname()
    if os.fork():
        return
    listener.close()
    with target.open("wb", buffering=0) as file, socket.create_connection(address) as connection:
        connection.sendall(request)
        try:
            while piece := connection.recv(PIECE_BYTES):
                file.write(piece)
        except ConnectionError:
            pass  # the kill closed it
    os._exit(0)


class _OneRequest(BaseApplication):  # type: ignore[misc]
    def __init__(self, application: Flask) -> None:
        self._application = application
        super().__init__()

    def load_config(self) -> None:
        for name, value in {"worker_class": "gthread", "threads": 2, "max_requests": 1, "loglevel": "warning"}.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._application


def _answer_once(listener: socket.socket, application: Flask, effects: Effects) -> None:
    """What gunicorn's arbiter does in the process that it has forked."""

    def write(connection: socket.socket, data: bytes, chunked: bool = False) -> None:
        assert not chunked
        for begin in range(0, len(data), PIECE_BYTES):
            effects.about_to("answer: piece")
            connection.sendall(data[begin : begin + PIECE_BYTES])
        effects.about_to("answer: pieces sent")

    gunicorn.util.write = write
    arbiter = Arbiter(_OneRequest(application))
    worker = arbiter.worker_class(1, os.getppid(), [listener], arbiter.app, arbiter.timeout, arbiter.cfg, arbiter.log)
    worker.init_process()
