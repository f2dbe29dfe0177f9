"""One HTTP exchange with a witness or a time-stamping authority: bounded in time and size, following no redirect.

What comes back is believed for its signature alone, so plain ``http`` is accepted: over it a stranger can keep an
answer away and nothing else. Over ``https`` certificates are verified, against ``ca_file`` where that is given.
"""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import urllib3
from urllib3.exceptions import HTTPError

from vault.errors import Unavailable

CONNECT_SECONDS = 3.0
WAIT_SECONDS = 10.0
ANSWER_SECONDS = 30.0
"""For the whole of an answer, however slowly it drips; one wait more may be added."""
LONGEST_ANSWER_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """Status and body; the body is whole and at most :data:`LONGEST_ANSWER_BYTES` long."""

    status: int
    body: bytes


class WebPeer:
    """One server at ``url``, a prefix without a slash at its end. Connections are made after a fork and kept."""

    def __init__(self, url: str, *, monotonic: Callable[[], float], ca_file: Path | None = None) -> None:
        self.url = url.rstrip("/")
        self._monotonic = monotonic
        self._ca_file = ca_file
        self._lock = threading.Lock()
        self._pool: tuple[int, urllib3.PoolManager] | None = None

    def post(self, path: str, body: bytes, *, content_type: str) -> WebAnswer:
        """Unavailable ``anchor.unreachable`` if no whole answer came in time."""
        return self._ask("POST", path, body=body, headers={"Content-Type": content_type})

    def get(self, path: str) -> WebAnswer:
        """As :meth:`post`."""
        return self._ask("GET", path, body=None, headers={})

    def _ask(self, method: str, path: str, *, body: bytes | None, headers: dict[str, str]) -> WebAnswer:
        try:
            response = self._connections().request(
                method,
                f"{self.url}{path}",
                body=body,
                headers=headers,
                redirect=False,
                preload_content=False,
            )
            try:
                content = self._whole(response)
            finally:
                response.release_conn()
        except (HTTPError, OSError, ValueError) as error:
            raise Unavailable("anchor.unreachable") from error
        if len(content) > LONGEST_ANSWER_BYTES:
            raise Unavailable("anchor.refused")
        return WebAnswer(response.status, content)

    def _whole(self, response: urllib3.BaseHTTPResponse) -> bytes:
        """The body, as far as it is not too long; TimeoutError when it takes too long."""
        ends_at = self._monotonic() + ANSWER_SECONDS
        content = b""
        while len(content) <= LONGEST_ANSWER_BYTES and (piece := response.read1(LONGEST_ANSWER_BYTES)):
            content += piece
            if self._monotonic() > ends_at:
                raise TimeoutError("an answer that drips")
        return content

    def _connections(self) -> urllib3.PoolManager:
        with self._lock:
            if self._pool is None or self._pool[0] != os.getpid():
                try:
                    context = ssl.create_default_context(cafile=self._ca_file)
                except (OSError, ssl.SSLError) as error:
                    raise Unavailable("anchor.unreachable") from error
                self._pool = (
                    os.getpid(),
                    urllib3.PoolManager(
                        timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=WAIT_SECONDS),
                        retries=False,
                        maxsize=2,
                        ssl_context=context,
                    ),
                )
            return self._pool[1]
