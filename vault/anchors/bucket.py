"""An anchor in a bucket with Object Lock: one object for each checkpoint, locked in COMPLIANCE mode until a day.

Object Lock keeps what was put; it does not stop anybody with the bucket's keys from putting another version over it,
or a mark of deletion. So every version is listed, and each is looked at for itself.

A bucket that does not lock is no anchor against whoever holds its keys. With ``required`` such a placement counts as
failed, although the note may lie there; with ``if-present`` it counts, and its weakness is shown as long as it lasts.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from vault.anchors.naming import FOLDER, folder_of, is_name, name_of, named_note
from vault.anchors.port import LONGEST_NOTE_BYTES, AnchorKind, Held, Placement, Receipt
from vault.clock import Clock
from vault.errors import NotFound, Unavailable
from vault.storage.s3_locked import LockedBucket, Version

MOST_NEWEST = 16
NOT_LOCKED = "anchor.not_locked"
_CODES = {
    "store.denied": "anchor.denied",
    "store.full": "anchor.full",
    "store.bucket_missing": "anchor.missing",
}


class BucketAnchor:
    """:class:`vault.anchors.port.Anchor` over one bucket, which must exist."""

    kind = AnchorKind.BUCKET
    remembers = True

    def __init__(
        self,
        name: str,
        bucket: LockedBucket,
        *,
        retain_days: int,
        is_lock_required: bool,
        period_seconds: float,
        clock: Clock,
    ) -> None:
        self.name = name
        self.place_name = bucket.place_name
        self.period_seconds = period_seconds
        self._bucket = bucket
        self._retain = dt.timedelta(days=retain_days)
        self._is_lock_required = is_lock_required
        self._clock = clock

    def place(self, placement: Placement) -> Receipt:
        """Unavailable ``anchor.not_locked`` where a lock is required and the bucket has none."""
        key = f"{folder_of(placement.checkpoint.origin)}/{name_of(placement.note, placement.checkpoint)}"
        content = placement.note.encode()
        until = self._clock.now() + self._retain
        with _as_anchor():
            version_id, is_locked = self._put(key, content, until=until)
        if not is_locked and self._is_lock_required:
            raise Unavailable(NOT_LOCKED)
        locator = f"{key}@{version_id}" if version_id else key
        return Receipt(content, locator=locator[:300], weakness="" if is_locked else NOT_LOCKED)

    def newest(self, _origins: Sequence[str], /) -> list[Held]:
        """From every folder of a log: a successor that this database knows nothing of has one as well."""
        found = []
        for folder in self._folders():
            versions = itertools.islice(self._versions(folder), MOST_NEWEST)
            found += [self._read(each) for each in versions]
        return found

    def held(self, _origins: Sequence[str], /) -> Iterator[Held]:
        for folder in self._folders():
            for version in self._versions(folder):
                yield self._read(version)

    def check_receipt(self, note: str, receipt: bytes) -> str:
        return "" if receipt == note.encode() else "receipt.differs"

    def _put(self, key: str, content: bytes, *, until: dt.datetime) -> tuple[str, bool]:
        if self._bucket.has_object_lock():
            return self._bucket.put(key, content, retain_until=until)
        if self._is_lock_required:
            return "", False
        return self._bucket.put(key, content, retain_until=None)

    def _folders(self) -> list[str]:
        with _as_anchor():
            return sorted(each for each in self._bucket.folders() if FOLDER.fullmatch(each))

    def _versions(self, folder: str) -> Iterator[Version]:
        listing = self._bucket.versions(folder)
        while True:
            with _as_anchor():
                version = next(listing, None)
            if version is None:
                return
            if is_name(version.key.rpartition("/")[2]):
                yield version

    def _read(self, version: Version) -> Held:
        """A version that is gone meanwhile is held as a note that opens nowhere."""
        locator = f"{version.key}@{version.version_id}" if version.version_id else version.key
        content = b""
        with _as_anchor(), suppress(NotFound):
            content = self._bucket.read(version, most_bytes=LONGEST_NOTE_BYTES + 1)
        return Held(named_note(version.key.rpartition("/")[2], content), locator)


@contextmanager
def _as_anchor() -> Iterator[None]:
    """The store's errors as those of an anchor."""
    try:
        yield
    except Unavailable as error:
        raise Unavailable(_CODES.get(error.code, "anchor.unreachable")) from error
