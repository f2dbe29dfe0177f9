"""The HTTP connections of the S3 store.

Guarantees: no redirect is followed (a redirected PUT would carry its body to another host); connecting takes at most
3 s and every wait for the server at most 10 s; a request is tried twice at most; a server that names a time to come
back is not obeyed, since it would hold the thread; certificates are verified. Leaves to others: the pace of whole
streams (:mod:`vault.storage.pace`) and what an answer means.

Source: reliability.md, "minio 7.2.20".
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

CONNECT_SECONDS = 3.0
WAIT_SECONDS = 10.0
TRIES = 2
_BACKOFF_SECONDS = 0.2
_SEND_BYTES = 1 << 18
_CONNECTIONS = 10
_TRY_AGAIN = frozenset({500, 502, 503, 504})


class ObjectStoreConnections(urllib3.PoolManager):
    """A connection pool that sends each request to the host it was made for, and nowhere else."""

    def __init__(self, *, ca_file: Path | None) -> None:
        super().__init__(
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=WAIT_SECONDS),
            maxsize=_CONNECTIONS,
            retries=urllib3.Retry(
                total=TRIES - 1,
                redirect=0,
                status_forcelist=_TRY_AGAIN,
                allowed_methods=None,  # all: objects are written once, so that repeating a request does no harm
                backoff_factor=_BACKOFF_SECONDS,
                raise_on_redirect=False,
                raise_on_status=False,
                respect_retry_after_header=False,
            ),
            ssl_context=ssl.create_default_context(cafile=ca_file),
        )
        self.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def urlopen(  # type: ignore[override]
        self,
        method: str,
        url: str,
        redirect: bool = False,  # noqa: ARG002 - whatever is asked for
        **options: Any,
    ) -> urllib3.BaseHTTPResponse:
        return super().urlopen(method, url, redirect=False, **options)


class _Connection(HTTPConnection):
    def send(self, data: Any) -> None:
        _send_in_pieces(self, data, super().send)


class _TlsConnection(HTTPSConnection):
    def send(self, data: Any) -> None:
        _send_in_pieces(self, data, super().send)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


def _send_in_pieces(connection: HTTPConnection, data: bytes, send: Callable[[memoryview], None]) -> None:
    """Gives each quarter MiB its own time to be sent.

    Otherwise a new connection would have to take a whole part within the time allowed for connecting.
    """
    if connection.sock is None:
        connection.connect()
    with memoryview(data) as view:
        for begin in range(0, len(view), _SEND_BYTES):
            if connection.sock is not None:
                connection.sock.settimeout(WAIT_SECONDS)
            send(view[begin : begin + _SEND_BYTES])
