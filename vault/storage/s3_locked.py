"""A bucket whose objects nobody can change or remove until a day: S3 Object Lock in COMPLIANCE mode.

Guarantees of :meth:`LockedBucket.put`: when it says ``is_locked``, the store, asked again about this very version, has
named the mode and the day. Leaves to others: what the bytes mean. Object Lock keeps a version for ever and does not
stop somebody from putting another one over it, so whoever reads lists every version.

Source: Amazon S3 user guide, "Locking objects with Object Lock"; a put with retention needs Content-MD5.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from minio.error import S3Error

from vault.errors import NotFound, Unavailable
from vault.storage.s3_client import ClientOfProcess
from vault.storage.s3_errors import FOREIGN_ERRORS, status_of, translated_s3_errors, upload_error_of
from vault.storage.settings import S3Settings

MODE = "COMPLIANCE"
_TOLERANCE = dt.timedelta(days=1)
"""Stores round the day that they keep."""
_NO_LOCK = frozenset({"ObjectLockConfigurationNotFoundError", "InvalidRequest", "NotImplemented", "InvalidBucketState"})


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one object: ``version_id`` is '' where the store keeps no versions."""

    key: str
    version_id: str
    size: int


class LockedBucket:
    """One bucket, which must exist, seen as a place for small objects that stay as they are."""

    def __init__(self, settings: S3Settings) -> None:
        self._settings = settings
        self._client = ClientOfProcess(settings)

    @property
    def place_name(self) -> str:
        """Where it is, for people."""
        scheme = "https" if self._settings.secure else "http"
        return f"{scheme}://{self._settings.endpoint}/{self._settings.bucket}/{self._settings.prefix}"

    def has_object_lock(self) -> bool:
        """Whether the bucket says that objects can be locked; Unavailable if it does not answer."""
        try:
            self._client.get().get_object_lock_config(bucket_name=self._settings.bucket)
        except FOREIGN_ERRORS as error:
            if _says_no_lock(error):
                return False
            raise upload_error_of(error) from error
        return True

    def put(self, key: str, content: bytes, *, retain_until: dt.datetime | None) -> tuple[str, bool]:
        """Stores the object, at most a few KiB; its version's id, and whether it is locked until the day."""
        digest = hashlib.md5(content, usedforsecurity=False).digest()
        headers: dict[str, str | list[str] | tuple[str]] = {
            "Content-Type": "text/plain; charset=utf-8",
            "Content-MD5": base64.b64encode(digest).decode("ascii"),
        }
        if retain_until is not None:
            headers["x-amz-object-lock-mode"] = MODE
            headers["x-amz-object-lock-retain-until-date"] = _rfc3339(retain_until)
        try:
            # put_object cannot send Content-MD5, without which a put with retention is refused.
            response = self._client.get()._execute(  # noqa: SLF001
                "PUT", self._settings.bucket, self._name(key), body=content, headers=headers, no_body_trace=True
            )
        except FOREIGN_ERRORS as error:
            if retain_until is not None and _says_no_lock(error):
                return "", False
            raise upload_error_of(error) from error
        version_id = str(response.headers.get("x-amz-version-id") or "")
        return version_id, retain_until is not None and self._is_locked(key, version_id, retain_until)

    def folders(self) -> list[str]:
        """The first segments of all keys."""
        begin = self._settings.prefix
        with translated_s3_errors(of_bucket=True):
            listing = self._client.get().list_objects(bucket_name=self._settings.bucket, prefix=begin)
            return [(each.object_name or "").removeprefix(begin).rstrip("/") for each in listing if each.is_dir]

    def versions(self, folder: str) -> Iterator[Version]:
        """Every version of every object in a folder, in the order of keys; marks of deletion are no version.

        Where the store lists no versions, the objects as they are now.
        """
        for with_versions in (True, False):
            try:
                yield from self._listed(folder, with_versions=with_versions)
            except _NoVersions:
                continue
            return

    def read(self, version: Version, *, most_bytes: int) -> bytes:
        """At most so many bytes of one version. NotFound ``object.missing``, Unavailable ``store.*``."""
        with translated_s3_errors():
            response = self._client.get().get_object(
                bucket_name=self._settings.bucket,
                object_name=self._name(version.key),
                version_id=version.version_id or None,
            )
            try:
                content: bytes = response.read(most_bytes)
            finally:
                response.close()
                response.release_conn()
        return content

    def close(self) -> None:
        """Closes this process's idle connections."""
        self._client.close()

    def _name(self, key: str) -> str:
        return self._settings.prefix + key

    def _is_locked(self, key: str, version_id: str, until: dt.datetime) -> bool:
        """By the store's own word about the version: a header that it did not know it has passed over.

        HeadObject says the lock to whoever may do ``s3:GetObjectRetention``. A store that keeps no versions locks
        none, although it may give such a header back like any other that it was sent.
        """
        if version_id in {"", "null"}:
            return False
        try:
            with translated_s3_errors():
                found = self._client.get().stat_object(
                    bucket_name=self._settings.bucket, object_name=self._name(key), version_id=version_id
                )
        except (NotFound, Unavailable):
            return False
        said = {name.lower(): value for name, value in (found.metadata or {}).items()}
        if said.get("x-amz-object-lock-mode") != MODE:
            return False
        try:
            kept = dt.datetime.fromisoformat(said.get("x-amz-object-lock-retain-until-date", ""))
        except ValueError:
            return False
        return (kept if kept.tzinfo else kept.replace(tzinfo=dt.UTC)) >= until - _TOLERANCE

    def _listed(self, folder: str, *, with_versions: bool) -> Iterator[Version]:
        listing = self._client.get().list_objects(
            bucket_name=self._settings.bucket,
            prefix=f"{self._settings.prefix}{folder}/",
            recursive=True,
            include_version=with_versions,
        )
        is_first = True
        while True:
            try:
                found = next(listing, None)
            except FOREIGN_ERRORS as error:
                if is_first and with_versions and _says_no_lock(error):
                    raise _NoVersions from None
                with translated_s3_errors(of_bucket=True):
                    raise
            is_first = False
            if found is None:
                return
            if not found.is_delete_marker and not found.is_dir:
                key = (found.object_name or "").removeprefix(self._settings.prefix)
                yield Version(key, found.version_id or "", found.size or 0)


class _NoVersions(Exception):
    """The store does not list versions."""


def _says_no_lock(error: Exception) -> bool:
    if status_of(error) == HTTPStatus.NOT_IMPLEMENTED:
        return True
    return isinstance(error, S3Error) and error.code in _NO_LOCK


def _rfc3339(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
