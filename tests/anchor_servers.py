"""Real servers for anchors: a bucket with Object Lock (moto), a witness of ours, an authority for time (openssl)."""

from __future__ import annotations

import datetime as dt
import http.server
import os
import shutil
import subprocess
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from werkzeug.serving import make_server

from gateway.witness_app import create_witness_app
from tests.servers import require
from vault.anchors.vkeys import Vkey
from vault.anchors.witness_state import WitnessState, open_state
from vault.anchors.witnessing import Witness
from vault.clock import Clock, SystemClock
from vault.storage.settings import S3Settings


@dataclass
class LockServer:
    """An S3 server that knows Object Lock."""

    endpoint: str
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1_000_000)))

    def client(self) -> Any:
        """Somebody with the bucket's keys."""
        return boto3.client(
            "s3",
            endpoint_url=f"http://{self.endpoint}",
            aws_access_key_id="tests",
            aws_secret_access_key="tests-secret",
            region_name="us-east-1",
        )

    def new_bucket(self, *, locked: bool = True) -> S3Settings:
        """A fresh bucket, with Object Lock or without."""
        name = f"anchor-{next(self.numbers)}"
        self.client().create_bucket(Bucket=name, ObjectLockEnabledForBucket=locked)
        return self.settings(name)

    def settings(self, bucket: str) -> S3Settings:
        return S3Settings(self.endpoint, bucket, "tests", "tests-secret", secure=False, prefix="trail/")


@contextmanager
def running_lock_server() -> Iterator[LockServer]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield LockServer(f"{host}:{port}")
    finally:
        server.stop()


@dataclass
class RunningWitness:
    """A witness that serves on loopback. ``followed`` can be added to while it runs, as a restart would."""

    url: str
    state: WitnessState
    followed: list[Vkey]


@contextmanager
def running_witness(
    directory: Path, *, followed: list[Vkey], clock: Clock | None = None, name: str = "witness.example"
) -> Iterator[RunningWitness]:
    state = open_state(directory, name=name, random=os.urandom)
    witness = Witness(state, log_keys=followed, clock=clock or SystemClock())
    server = make_server("127.0.0.1", 0, create_witness_app(witness), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield RunningWitness(f"http://127.0.0.1:{server.server_port}", state, followed)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        state.close()


@dataclass
class Authority:
    """A time-stamping authority. ``answer`` may be told to answer otherwise: an HTTP status, or bytes played again."""

    directory: Path
    url: str = ""
    status: int = 200
    replayed: bytes = b""
    asked: int = 0

    @property
    def certificates(self) -> Path:
        """The root that its certificate hangs from."""
        return self.directory / "root.pem"

    def reply(self, query: bytes) -> bytes:
        if self.replayed:
            return self.replayed
        (self.directory / "query.tsq").write_bytes(query)
        _openssl(self.directory, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr")
        return (self.directory / "reply.tsr").read_bytes()

    def verify(self, note: bytes, token: bytes) -> subprocess.CompletedProcess[str]:
        """What ``openssl ts -verify`` says of a stored token, with its clock at the token's own time."""
        (self.directory / "note").write_bytes(note)
        (self.directory / "token.tsr").write_bytes(token)
        return _openssl(
            self.directory, "ts", "-verify", "-data", "note", "-in", "token.tsr", "-CAfile", "root.pem", check=False
        )


@contextmanager
def running_authority(directory: Path) -> Iterator[Authority]:
    """``openssl ts -reply`` behind HTTP, under a root of its own."""
    require(shutil.which("openssl"), "openssl")
    authority = Authority(directory)
    if not authority.certificates.exists():
        _make_authority(directory)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            authority.asked += 1
            body = authority.reply(query) if authority.status == 200 else b""
            self.send_response(authority.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Says nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    authority.url = f"http://127.0.0.1:{server.server_port}/tsr"
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _make_authority(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "tsa.cnf").write_text(
        textwrap.dedent("""
        [req]
        distinguished_name = name
        [name]
        [root]
        basicConstraints = critical, CA:true
        keyUsage = critical, keyCertSign, cRLSign
        [stamp]
        basicConstraints = CA:false
        keyUsage = critical, digitalSignature
        extendedKeyUsage = critical, timeStamping
        [tsa]
        default_tsa = tsa_config
        [tsa_config]
        serial = serial
        signer_cert = tsa.pem
        signer_key = tsa.key
        signer_digest = sha256
        default_policy = 1.2.3.4.1
        digests = sha256, sha512
        accuracy = secs:1
        ordering = yes
        tsa_name = yes
        ess_cert_id_chain = no
        ess_cert_id_alg = sha256
        """)
    )
    (directory / "serial").write_text("01\n")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    _openssl(directory, "req", "-x509", *key, "-keyout", "root.key", "-out", "root.pem", "-days", "3650", "-config",
             "tsa.cnf", "-extensions", "root", "-subj", "/CN=Test root")  # fmt: skip
    _openssl(directory, "req", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-config", "tsa.cnf", "-subj", "/CN=TSA")
    _openssl(directory, "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
             "-out", "tsa.pem", "-days", "3650", "-extfile", "tsa.cnf", "-extensions", "stamp")  # fmt: skip


def _openssl(directory: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(["openssl", *arguments], cwd=directory, capture_output=True, text=True, check=False)
    if check and done.returncode:
        pytest.fail(done.stderr)
    return done


def soon() -> dt.datetime:
    """The real time: authorities stamp with their own clocks."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)
