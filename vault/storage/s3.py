"""An object store in an S3-compatible bucket.

Guarantees: an upload counts only after the store, asked again, names the object's size (an answer of success may lie);
one part of 8 MiB at a time, without threads; every call ends within bounded time; one client per process, made after a
fork. Leaves to others: integrity of contents (sealed, and verified by length and digest against the row), and uploads
that a killed process left open: let the bucket expire incomplete multipart uploads after a day.

Deliberately absent: conditional writes, versioning, Object Lock, ETags, presigned URLs. Nothing depends on them.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from urllib3 import BaseHTTPResponse

from vault.clock import RandomBytes
from vault.errors import NotFound, TamperError, Unavailable
from vault.storage.object_keys import check_range, checked_key, is_object_key
from vault.storage.pace import Pace
from vault.storage.port import Capabilities, ObjectKey, StoredObject
from vault.storage.probing import probe_key, probe_store
from vault.storage.s3_client import ClientOfProcess
from vault.storage.s3_errors import FOREIGN_ERRORS, translated_s3_errors, upload_error_of
from vault.storage.s3_streams import IncomingBody, OutgoingContent
from vault.storage.s3_transport import TRIES
from vault.storage.settings import S3Settings

PART_BYTES = 8 << 20
LONGEST_OBJECT_BYTES = 10_000 * PART_BYTES
"""S3 allows 10,000 parts."""

_BUFFER_BYTES = 1 << 18


class S3Store:
    """:class:`vault.storage.port.ObjectStore` over one bucket, which must exist."""

    def __init__(self, settings: S3Settings, *, random: RandomBytes, monotonic: Callable[[], float]) -> None:
        self._settings = settings
        self._random = random
        self._monotonic = monotonic
        self._client = ClientOfProcess(settings)

    def put(self, key: ObjectKey, content: BinaryIO, *, size: int) -> None:
        """As the port says; a key that exists is not noticed. ValueError beyond 80 GB.

        When the answer was lost after everything had been sent, the store is asked: the key is random, so an object of
        this size under it is this one.
        """
        name = self._name(key)
        if not 0 <= size <= LONGEST_OBJECT_BYTES:
            raise ValueError(f"an object has at most {LONGEST_OBJECT_BYTES} bytes, not {size}")
        outgoing = OutgoingContent(content, size=size, monotonic=self._monotonic)
        try:
            self._client.get().put_object(
                bucket_name=self._settings.bucket,
                object_name=name,
                data=outgoing,
                length=size,
                part_size=PART_BYTES,
                num_parallel_uploads=1,
            )
        except Exception as exc:
            if outgoing.is_faulty:  # also when giving the upload up failed on top
                raise (outgoing.take_fault() or exc) from None
            if not isinstance(exc, FOREIGN_ERRORS):
                raise
            if not (outgoing.is_consumed and self._has(key, size)):
                raise upload_error_of(exc) from exc
            return
        if not self._has(key, size):
            raise Unavailable("store.unreliable", step="write")

    def open_range(self, key: ObjectKey, *, offset: int, length: int) -> bytes:
        """As the port says; a connection that breaks in the middle is tried once more."""
        check_range(offset=offset, length=length)
        for tries_left in reversed(range(TRIES)):
            with self._answer(key, offset=offset, length=length) as response:
                _require_range(response, offset, length)
                try:
                    return self._whole_body(response, length)
                except Unavailable:
                    if not tries_left:
                        raise
        raise AssertionError("unreachable: the last try returns or raises")

    @contextmanager
    def open_stream(self, key: ObjectKey) -> Iterator[BinaryIO]:
        with self._answer(key) as response, io.BufferedReader(self._body(response), _BUFFER_BYTES) as stream:
            yield stream

    def stat(self, key: ObjectKey) -> StoredObject:
        name = self._name(key)
        with translated_s3_errors():
            found = self._client.get().stat_object(bucket_name=self._settings.bucket, object_name=name)
        return _stored(key, found)

    def delete(self, key: ObjectKey) -> None:
        name = self._name(key)
        with suppress(NotFound), translated_s3_errors():
            self._client.get().remove_object(bucket_name=self._settings.bucket, object_name=name)

    def list_objects(self, prefix: str = "") -> Iterator[StoredObject]:
        """Every object whose key begins with ``prefix``; names that are no object keys are passed over."""
        begin = self._settings.prefix
        with translated_s3_errors(of_bucket=True):
            listing = self._client.get().list_objects(
                bucket_name=self._settings.bucket, prefix=f"{begin}{prefix}", recursive=True
            )
        while True:
            with translated_s3_errors(of_bucket=True):
                found = next(listing, None)
            if found is None:
                return
            key = (found.object_name or "").removeprefix(begin)
            if is_object_key(key) and not found.is_dir:
                yield _stored(ObjectKey(key), found)

    def probe(self) -> Capabilities:
        place = f"{'https' if self._settings.secure else 'http'}://{self._settings.endpoint}/{self._settings.bucket}"
        return probe_store(self, probe_key(self._random), kind="S3", place=f"{place}/{self._settings.prefix}")

    def close(self) -> None:
        """Closes this process's idle connections; the next call opens new ones."""
        self._client.close()

    def _name(self, key: ObjectKey) -> str:
        return self._settings.prefix + checked_key(key)

    def _has(self, key: ObjectKey, size: int) -> bool:
        with suppress(NotFound):
            return self.stat(key).size == size
        return False

    def _body(self, response: BaseHTTPResponse) -> IncomingBody:
        return IncomingBody(response, pace=Pace(self._monotonic))

    def _whole_body(self, response: BaseHTTPResponse, length: int) -> bytes:
        with io.BufferedReader(self._body(response), _BUFFER_BYTES) as body:
            block = body.read(length)
            if len(block) != length or body.read(1):
                raise TamperError("object.length")
        return block

    @contextmanager
    def _answer(self, key: ObjectKey, *, offset: int = 0, length: int = 0) -> Iterator[BaseHTTPResponse]:
        name = self._name(key)
        with translated_s3_errors():
            response = self._client.get().get_object(
                bucket_name=self._settings.bucket, object_name=name, offset=offset, length=length
            )
        try:
            yield response
        finally:
            response.close()
            response.release_conn()


def _require_range(response: BaseHTTPResponse, offset: int, length: int) -> None:
    """A store that gives another range, or ignores the question and gives everything, is not believed.

    Told by Content-Range, not by the status: some stores answer a range with 200.
    """
    given = response.headers.get("content-range")
    if given is not None:
        is_asked_for = given.startswith(f"bytes {offset}-{offset + length - 1}/")
    else:
        is_asked_for = offset == 0 and response.headers.get("content-length") == str(length)
    if not is_asked_for:
        raise TamperError("object.length")


def _stored(key: ObjectKey, found: object) -> StoredObject:
    size, modified = getattr(found, "size", None), getattr(found, "last_modified", None)
    if size is None or modified is None:
        raise Unavailable("store.unavailable")
    return StoredObject(key, size, modified)
