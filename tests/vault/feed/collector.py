"""A collector as companies run them: listens on TCP or TLS, keeps what comes, and can be deaf, cut, or away."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.vault.feed.parsers import parse_frames, parse_syslog

PATIENCE_SECONDS = 60.0


@dataclass
class Taken:
    """What came over one connection."""

    content: bytearray = field(default_factory=bytearray)

    def indices(self) -> list[int]:
        """The trail indices of the whole messages, in the order in which they came."""
        return [int(parse_syslog(each).data["trail@32473"]["index"]) for each in parse_frames(bytes(self.content))[0]]


class Collector:
    """Takes any number of connections, one after the other or at once. ``port`` 0 picks one."""

    def __init__(self, *, port: int = 0, context: ssl.SSLContext | None = None) -> None:
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self.taken: list[Taken] = []
        self.refused: list[str] = []
        self.is_deaf = False
        self.cut_after: int | None = None
        self._open: list[socket.socket] = []
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._accept, name="collector")]
        self._threads[0].start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def close(self) -> None:
        """Goes away: the listener and every connection, as a process that is killed."""
        self._is_over.set()
        with contextlib.suppress(OSError):  # wakes the accepting thread
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive()

    def cut(self) -> None:
        """Ends every connection with a reset: what was not read is lost."""
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                each.shutdown(socket.SHUT_RD)

    def indices(self) -> list[int]:
        """Of every connection, in their order."""
        return [index for taken in self.taken for index in taken.indices()]

    def size(self) -> int:
        return sum(len(taken.content) for taken in self.taken)

    def _accept(self) -> None:
        while not self._is_over.is_set():
            try:
                connected, _peer = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._take, args=(connected,), name="collector's connection")
            self._threads.append(thread)
            thread.start()

    def _take(self, connected: socket.socket) -> None:
        self._open.append(connected)
        try:
            stream = self._context.wrap_socket(connected, server_side=True) if self._context else connected
        except OSError as error:
            self.refused.append(str(error))
            connected.close()
            return
        taken = Taken()
        self.taken.append(taken)
        stream.settimeout(0.05)
        with contextlib.suppress(OSError), stream:
            while not self._is_over.is_set():
                if self.is_deaf:
                    time.sleep(0.01)
                    continue
                with contextlib.suppress(TimeoutError):
                    content = stream.recv(65_536)
                    if not content:
                        return
                    taken.content += content
                if self.cut_after is not None and len(taken.content) >= self.cut_after:
                    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return


@contextmanager
def collecting(*, port: int = 0, context: ssl.SSLContext | None = None) -> Iterator[Collector]:
    """A collector that is gone afterwards."""
    collector = Collector(port=port, context=context)
    try:
        yield collector
    finally:
        collector.close()


def until(holds: Callable[[], bool]) -> None:
    """Waits until it holds; AssertionError after a minute."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
