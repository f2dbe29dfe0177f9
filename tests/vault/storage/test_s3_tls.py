"""The S3 store speaks only to a server that proves its name."""

from __future__ import annotations

import datetime as dt
import io
import os
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers import S3Server
from tests.vault.storage.conftest import NewS3Store
from tests.vault.storage.fault_proxy import FaultProxy, running_fault_proxy
from vault.errors import Unavailable
from vault.storage.port import ObjectKey
from vault.storage.s3 import PART_BYTES

KEY = ObjectKey("o/ab/cd01")


def _certify(folder: Path, host: str) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for ``host``, and a server's side of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    authority, private = folder / f"{host}.pem", folder / f"{host}.key"
    authority.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority, private)
    return authority, context


@pytest.fixture(params=["localhost"])
def secured(request: pytest.FixtureRequest, s3_server: S3Server, tmp_path: Path) -> Iterator[tuple[FaultProxy, Path]]:
    """A TLS server whose certificate is for ``request.param``, and its authority."""
    authority, context = _certify(tmp_path, request.param)
    with running_fault_proxy(s3_server.endpoint, tls=context) as proxy:
        proxy.endpoint = proxy.endpoint.replace("127.0.0.1", "localhost")
        yield proxy, authority


@pytest.mark.parametrize("size", [100_000, PART_BYTES + 1000])
def test_store_works_over_tls(new_s3_store: NewS3Store, secured: tuple[FaultProxy, Path], size: int) -> None:
    """With the operator's own authority, in one part and in several."""
    proxy, authority = secured
    store = new_s3_store(endpoint=proxy.endpoint, secure=True, ca_file=authority)
    content = os.urandom(size)

    store.put(KEY, io.BytesIO(content), size=size)

    assert store.open_range(KEY, offset=5, length=size - 5) == content[5:]


def test_unknown_authority_is_refused(new_s3_store: NewS3Store, secured: tuple[FaultProxy, Path]) -> None:
    """Nothing is sent, not even the access key."""
    proxy, _authority = secured

    with pytest.raises(Unavailable):
        new_s3_store(endpoint=proxy.endpoint, secure=True).probe()

    assert proxy.seen == []


@pytest.mark.parametrize("secured", ["elsewhere.example"], indirect=True)
def test_certificate_of_another_host_is_refused(new_s3_store: NewS3Store, secured: tuple[FaultProxy, Path]) -> None:
    """A trusted certificate for another name proves nothing."""
    proxy, authority = secured

    with pytest.raises(Unavailable):
        new_s3_store(endpoint=proxy.endpoint, secure=True, ca_file=authority).probe()

    assert proxy.seen == []
