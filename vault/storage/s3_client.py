"""One S3 client for each process, made after a fork, over connections that follow no redirect and end in time."""

from __future__ import annotations

import os

from minio import Minio

from vault.storage.s3_transport import ObjectStoreConnections
from vault.storage.settings import S3Settings


class ClientOfProcess:
    """The client of this process, made when it is first asked for."""

    def __init__(self, settings: S3Settings) -> None:
        self._settings = settings
        self._made: tuple[int, Minio, ObjectStoreConnections] | None = None

    def get(self) -> Minio:
        # Connections must not be shared with a child process. Two threads may both make one; the last is kept.
        made = self._made
        if made is None or made[0] != os.getpid():
            connections = ObjectStoreConnections(ca_file=self._settings.ca_file)
            client = Minio(
                endpoint=self._settings.endpoint,
                access_key=self._settings.access_key,
                secret_key=self._settings.secret_key,
                region=self._settings.region,
                secure=self._settings.secure,
                http_client=connections,
            )
            made = self._made = (os.getpid(), client, connections)
        return made[1]

    def close(self) -> None:
        """Closes this process's idle connections; the next call opens new ones."""
        if self._made is not None:
            self._made[2].clear()
