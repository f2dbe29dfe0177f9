"""A collector over TCP, or over TLS with its name checked.

TCP has no word for "stored". What it has is used: a batch counts as handed over when the other machine has
acknowledged every byte of it (Linux: SIOCOUTQ is 0), and the connection is looked at before, after and while nothing
is sent, so that its end is noticed within a second. What was sent shortly before such an end is for the sender to send
again (:mod:`vault.feed.sending`). A machine that vanishes without a word is noticed by keep-alives in half a minute.

TLS is 1.2 or later; the collector's certificate must name ``server_name``. There is no way to turn that off.
"""

from __future__ import annotations

import fcntl
import socket
import ssl
import struct
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from vault.errors import Unavailable
from vault.feed.outputs.port import CONNECT_SECONDS, SEND_SECONDS

_ACKNOWLEDGED_EVERY = 0.005
_KEEPALIVE = ((socket.TCP_KEEPIDLE, 10), (socket.TCP_KEEPINTVL, 5), (socket.TCP_KEEPCNT, 3))
_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """Whom to believe, and who we are. ``ca_file`` None: the system's authorities."""

    server_name: str
    ca_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None

    def context(self) -> ssl.SSLContext:
        """Read anew for each connection, so that renewed files are taken without a restart."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.ca_file is None:
            context.load_default_certs()
        else:
            context.load_verify_locations(self.ca_file)
        if self.certificate_file is not None:
            context.load_cert_chain(self.certificate_file, self.key_file)
        return context


class ConnectionOutput:
    """A connection that is made when it is needed. ``pause`` waits for so many seconds; ``monotonic`` counts them."""

    may_forget = True

    def __init__(
        self,
        host: str,
        port: int,
        *,
        tls: TlsSettings | None,
        monotonic: Callable[[], float],
        pause: Callable[[float], object],
        send_seconds: float = SEND_SECONDS,
        connect_seconds: float = CONNECT_SECONDS,
    ) -> None:
        self._address = (host, port)
        self._tls = tls
        self._monotonic = monotonic
        self._pause = pause
        self._send_seconds = send_seconds
        self._connect_seconds = connect_seconds
        self._socket: socket.socket | None = None

    @property
    def is_open(self) -> bool:
        return self._socket is not None

    def open(self) -> None:
        if self._socket is not None:
            return
        with self._translated("feed.certificate"):
            context = self._tls.context() if self._tls else None
        with self._translated("feed.unreachable"):
            self._socket = socket.create_connection(self._address, timeout=self._connect_seconds)
            _keep_alive(self._socket)
            if self._tls is not None and context is not None:
                self._socket = context.wrap_socket(self._socket, server_hostname=self._tls.server_name)

    def check(self) -> None:
        """Reads what came: nothing is expected, so it is thrown away; an end or an error is Unavailable."""
        if self._socket is None:
            return
        with self._translated("feed.broken"):
            self._socket.setblocking(False)
            with suppress(BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                while True:
                    if not self._socket.recv(_PIECE):
                        raise ConnectionResetError("closed by the other side")

    def send(self, content: bytes) -> None:
        self.open()
        self.check()
        deadline = self._monotonic() + self._send_seconds
        with self._translated("feed.broken"):
            assert self._socket is not None
            rest = memoryview(content)
            while rest:
                self._socket.settimeout(self._left(deadline))
                rest = rest[self._socket.send(rest[:_PIECE]) :]
            while _unacknowledged(self._socket):
                self._left(deadline)
                self._pause(_ACKNOWLEDGED_EVERY)
        self.check()

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _left(self, deadline: float) -> float:
        left = deadline - self._monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    @contextmanager
    def _translated(self, code: str) -> Iterator[None]:
        """Closes after any failure: a batch that was cut must not be gone on with."""
        try:
            yield
        except OSError as error:  # ssl.SSLError and TimeoutError are such
            self.close()
            raise Unavailable(_code_of(error, code)) from error


def _keep_alive(connected: socket.socket) -> None:
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEPALIVE:
        connected.setsockopt(socket.IPPROTO_TCP, option, value)


def _code_of(error: OSError, otherwise: str) -> str:
    if isinstance(error, ssl.SSLCertVerificationError) or "ALERT" in str(getattr(error, "reason", "")):
        return "feed.certificate"
    if isinstance(error, TimeoutError) and otherwise == "feed.broken":
        return "feed.slow"
    return otherwise


def _unacknowledged(connected: socket.socket) -> int:
    """Octets that the other machine has not acknowledged; ConnectionResetError once the connection has failed."""
    failed = connected.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if failed:
        raise ConnectionResetError(failed, "connection failed")
    waiting = fcntl.ioctl(connected.fileno(), termios.TIOCOUTQ, struct.pack("i", 0))
    return int(struct.unpack("i", waiting)[0])
