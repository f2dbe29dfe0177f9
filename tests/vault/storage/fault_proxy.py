"""A small HTTP proxy before the S3 server that misbehaves as it is told.

A plan is a function from a request to a :class:`Fault` or None. It sees every request in order, tries repeated by the
client included. The proxy forwards requests unchanged (signatures cover the host that the client named, so they hold).
"""

from __future__ import annotations

import enum
import http.client
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ERROR_BODY = b"<?xml version='1.0'?><Error><Code>InternalError</Code><Message>lost</Message></Error>"


class Fault(enum.Enum):
    """What goes wrong with one request."""

    DELAY = "the answer comes a little late"
    RESET = "the connection is reset before the request gets through"
    DROP_ANSWER = "the request is carried out, its answer lost"
    CUT_BODY = "the answer's body ends in the middle"
    FLIP_BIT = "one bit of the answer's body is flipped"
    SHORTEN = "the body is shorter, and so is the length in the head"
    UNAVAILABLE = "503, and come back in an hour"
    LIE = "200 with an error in the body; nothing is carried out"
    HTML = "200 with a web page"
    REDIRECT = "307 to another host"
    SILENCE = "nothing at all"


@dataclass(frozen=True)
class Request:
    """One request as the plan sees it."""

    number: int
    method: str
    path: str

    @property
    def is_completion(self) -> bool:
        """Whether it completes a multipart upload."""
        return self.method == "POST" and "uploadId=" in self.path


Plan = Callable[[Request], Fault | None]


@dataclass
class FaultProxy:
    """A running proxy; ``seen`` lists the requests so far."""

    endpoint: str
    plan: Plan = lambda _request: None
    redirect_to: str = ""
    seen: list[Request] = field(default_factory=list)


def always(fault: Fault, *, method: str = "") -> Plan:
    """The same fault for every request (of one method)."""
    return lambda request: fault if method in ("", request.method) else None


def once(fault: Fault, *, method: str = "") -> Plan:
    """The fault for the first request (of one method) only."""
    left = [fault]
    return lambda request: left.pop() if left and method in ("", request.method) else None


@contextmanager
def running_fault_proxy(upstream: str, *, tls: ssl.SSLContext | None = None) -> Iterator[FaultProxy]:
    """A proxy on loopback before ``upstream`` (host:port), itself reached over TLS if wanted."""
    proxy = FaultProxy("")
    server = _QuietServer(("127.0.0.1", 0), _handler(proxy, upstream))
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    proxy.endpoint = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, _request: object, _client_address: object) -> None:
        """Connections that break are what this is about."""


def _handler(proxy: FaultProxy, upstream: str) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def handle_request(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with lock:
                request = Request(len(proxy.seen), self.command, self.path)
                proxy.seen.append(request)
                fault = proxy.plan(request)
            self._answer(fault, body)

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_request  # noqa: N815 - names of the base class

        def _answer(self, fault: Fault | None, body: bytes) -> None:
            if fault is Fault.RESET:
                self._reset()
            elif fault is Fault.SILENCE:
                time.sleep(0.5)
                self._reset()
            elif fault is Fault.UNAVAILABLE:
                self._send(503, {"Content-Type": "application/xml", "Retry-After": "3600"}, ERROR_BODY)
            elif fault is Fault.LIE:
                self._send(200, {"Content-Type": "application/xml"}, ERROR_BODY)
            elif fault is Fault.HTML:
                self._send(200, {"Content-Type": "text/html"}, b"<html>Welcome to the hotel network</html>")
            elif fault is Fault.REDIRECT:
                self._send(307, {"Location": f"http://{proxy.redirect_to}{self.path}"}, b"")
            else:
                self._forward(fault, body)

        def _forward(self, fault: Fault | None, body: bytes) -> None:
            status, headers, answer = self._ask_upstream(body)
            if fault is Fault.DELAY:
                time.sleep(0.05)
            if fault is Fault.DROP_ANSWER:
                self._reset()
                return
            if fault is Fault.SHORTEN:
                answer = answer[: len(answer) // 2]
                headers["Content-Length"] = str(len(answer))
            if fault is Fault.FLIP_BIT and answer:
                answer = answer[:-5] + bytes([answer[-5] ^ 1]) + answer[-4:]
            self._send(status, headers, answer, is_cut=fault is Fault.CUT_BODY)

        def _ask_upstream(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
            connection = http.client.HTTPConnection(upstream, timeout=20)
            try:
                connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    connection.putheader(name, value)
                connection.endheaders(body or None)
                response = connection.getresponse()
                return response.status, dict(response.getheaders()), response.read()
            finally:
                connection.close()

        def _send(self, status: int, headers: dict[str, str], body: bytes, *, is_cut: bool = False) -> None:
            self.send_response_only(status)
            if self.command != "HEAD":
                headers = {**headers, "Content-Length": str(len(body))}
            for name, value in headers.items():
                if name.lower() not in ("connection", "transfer-encoding"):
                    self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body[: len(body) // 2] if is_cut else body)
            if is_cut:
                self._reset()

        def _reset(self) -> None:
            self.close_connection = True
            self.wfile.flush()
            time.sleep(0.01)  # let what was written get there first
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

        def log_message(self, *_arguments: object) -> None:
            """Says nothing."""

    return Handler
