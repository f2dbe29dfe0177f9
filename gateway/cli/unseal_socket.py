"""How a running process gets a passphrase again: through a socket that only its own user can reach.

Each process listens at ``<spool>/unseal/<pid>.sock`` in a folder of mode 0700, and looks at who speaks (SO_PEERCRED):
the same user or root. One line comes in, one word goes out. Nothing is ever written to disk or database.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path

from keys.model import Secret

LONGEST_BYTES = 4096
ANSWER_SECONDS = 20.0
_CREDENTIALS = struct.Struct("3i")


def listen(spool: Path, *, take: Callable[[Secret], bool], stop_event: threading.Event) -> threading.Thread:
    """A thread that hands each passphrase to ``take`` and answers whether it unsealed."""
    folder = spool / "unseal"
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    path = folder / f"{os.getpid()}.sock"
    path.unlink(missing_ok=True)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(path))
    server.listen(2)
    server.settimeout(1.0)

    def serve() -> None:
        with server:
            while not stop_event.is_set():
                with contextlib.suppress(OSError):
                    connection, _address = server.accept()
                    with connection:
                        _answer(connection, take)
        path.unlink(missing_ok=True)

    thread = threading.Thread(target=serve, name="unseal socket", daemon=True)
    thread.start()
    return thread


def tell(spool: Path, passphrase: bytes) -> tuple[int, int]:
    """Gives every listening process the passphrase: (unsealed by it, listening)."""
    unsealed = listening = 0
    for path in sorted((spool / "unseal").glob("*.sock")):
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
                client.settimeout(ANSWER_SECONDS)
                client.connect(str(path))
                client.sendall(passphrase + b"\n")
                unsealed += client.recv(16) == b"unsealed\n"
                listening += 1
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)  # its process is gone
        except OSError:
            listening += 1
    return unsealed, listening


def _answer(connection: socket.socket, take: Callable[[Secret], bool]) -> None:
    connection.settimeout(ANSWER_SECONDS)
    sent = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _process, user, _group = _CREDENTIALS.unpack(sent)
    if user not in {0, os.geteuid()}:
        return
    line = b""
    while not line.endswith(b"\n") and len(line) < LONGEST_BYTES:
        piece = connection.recv(LONGEST_BYTES)
        if not piece:
            break
        line += piece
    connection.sendall(b"unsealed\n" if take(Secret(line.rstrip(b"\r\n"))) else b"sealed\n")
