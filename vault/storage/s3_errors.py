"""Everything that goes wrong between the S3 client and its server, as errors of the vault, translated once, here.

Decided by HTTP status where there is an answer; error codes in answers are believed only to tell a missing bucket from
a missing object and a full store from a broken one. Source: reliability.md, "minio 7.2.20": the client raises S3Error,
InvalidResponseError, ServerError, urllib3's errors, ParseError, ValueError, TypeError and OSError.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from xml.etree.ElementTree import ParseError  # an exception class; nothing is parsed with it

from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from urllib3.exceptions import HTTPError

from vault.errors import NotFound, TamperError, Unavailable, VaultError

FOREIGN_ERRORS = (MinioException, HTTPError, ParseError, ValueError, TypeError, OSError)
_FULL_CODES = frozenset({"XMinioStorageFull", "QuotaExceeded", "InsufficientStorage"})


@contextmanager
def translated_s3_errors(*, of_bucket: bool = False) -> Iterator[None]:
    """Raises NotFound, TamperError or Unavailable instead of what the client raised.

    ``of_bucket``: the request is about the bucket, so that "not found" means the bucket.
    """
    try:
        yield
    except FOREIGN_ERRORS as exc:
        # no local name for the new error: it would make a cycle that keeps the answer's socket open until collected
        raise (bucket_error_of(exc) if of_bucket else vault_error_of(exc)) from exc


def bucket_error_of(error: Exception) -> VaultError:
    """The vault's error for a question about the bucket."""
    translated = vault_error_of(error)
    return Unavailable("store.bucket_missing") if isinstance(translated, NotFound) else translated


def upload_error_of(error: Exception) -> VaultError:
    """The vault's error for an upload that failed: it cannot miss an object, only its bucket or its own beginning."""
    if isinstance(error, S3Error) and error.code == "NoSuchUpload":
        return Unavailable("store.unavailable")
    return bucket_error_of(error)


def vault_error_of(error: Exception) -> VaultError:
    """The vault's error for one of the client's."""
    status = status_of(error)
    code = error.code if isinstance(error, S3Error) else ""
    if code == "NoSuchBucket":
        return Unavailable("store.bucket_missing")
    if status == HTTPStatus.NOT_FOUND:
        return NotFound("object.missing")
    if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        return TamperError("object.length")
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return Unavailable("store.denied")
    if status == HTTPStatus.INSUFFICIENT_STORAGE or code in _FULL_CODES:
        return Unavailable("store.full")
    return Unavailable("store.unavailable", status=status)


def status_of(error: Exception) -> int:
    """The HTTP status that the server answered with, or 0 if there was no answer."""
    if isinstance(error, S3Error):
        return int(error.response.status)
    if isinstance(error, ServerError):
        return int(error.status_code)
    if isinstance(error, InvalidResponseError):
        return int(error.args[0].partition("Response code: ")[2].partition(",")[0])
    return 0
