"""Foreign errors become the vault's by HTTP status."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
import urllib3
from minio.error import InvalidResponseError, S3Error, ServerError

from vault.errors import NotFound, TamperError, Unavailable
from vault.storage.s3_errors import status_of, translated_s3_errors, upload_error_of, vault_error_of


def _s3_error(status: int, code: str = "Whatever") -> S3Error:
    response = urllib3.HTTPResponse(status=status)
    return S3Error(
        response=response,
        code=code,
        message="message",
        resource="/bucket/key",
        request_id="",
        host_id="",
        bucket_name="bucket",
        object_name="key",
    )


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (_s3_error(404, "NoSuchKey"), NotFound, "object.missing"),
        (_s3_error(404, "NoSuchBucket"), Unavailable, "store.bucket_missing"),
        (_s3_error(401), Unavailable, "store.denied"),
        (_s3_error(403, "InvalidAccessKeyId"), Unavailable, "store.denied"),
        (_s3_error(416, "InvalidRange"), TamperError, "object.length"),
        (_s3_error(507), Unavailable, "store.full"),
        (_s3_error(400, "QuotaExceeded"), Unavailable, "store.full"),
        (_s3_error(500, "InternalError"), Unavailable, "store.unavailable"),
        (_s3_error(301, "PermanentRedirect"), Unavailable, "store.unavailable"),
        (ServerError("server failed", 503), Unavailable, "store.unavailable"),
        (InvalidResponseError(403, "text/html", "<html>"), Unavailable, "store.denied"),
        (InvalidResponseError(404, "text/html", "<html>"), NotFound, "object.missing"),
        (urllib3.exceptions.ProtocolError("broken"), Unavailable, "store.unavailable"),
        (ET.ParseError("syntax error"), Unavailable, "store.unavailable"),
        (ValueError("bad header"), Unavailable, "store.unavailable"),
        (TypeError("bad type"), Unavailable, "store.unavailable"),
        (ConnectionResetError("reset"), Unavailable, "store.unavailable"),
    ],
)
def test_error_is_mapped_by_status(error: Exception, kind: type[Exception], code: str) -> None:
    """Whatever class the client chose."""
    translated = vault_error_of(error)

    assert (type(translated), translated.code) == (kind, code)


@pytest.mark.parametrize(
    ("error", "status"),
    [(InvalidResponseError(418, None, "Response code: 200"), 418), (ServerError("x", 502), 502), (OSError(), 0)],
)
def test_status_is_the_answers_own(error: Exception, status: int) -> None:
    """Not one that the body claims."""
    assert status_of(error) == status


def test_upload_cannot_miss_an_object() -> None:
    """404 for an upload means the bucket, or the upload itself."""
    assert upload_error_of(_s3_error(404, "NoSuchKey")).code == "store.bucket_missing"
    assert upload_error_of(_s3_error(404, "NoSuchUpload")).code == "store.unavailable"
    assert upload_error_of(_s3_error(403)).code == "store.denied"


def test_message_does_not_show_what_the_server_sent() -> None:
    """Answers may hold anything; params stay short and known."""
    with pytest.raises(Unavailable) as refusal, translated_s3_errors():
        raise InvalidResponseError(500, "text/html", "secret of the server")

    assert "secret" not in str(refusal.value)
