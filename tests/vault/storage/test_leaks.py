"""Failing operations leave no thread, descriptor or connection behind (reliability rule I15)."""

from __future__ import annotations

import gc
import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.servers import free_port
from tests.vault.storage.conftest import NewS3Store
from vault.errors import VaultError
from vault.storage.directory import DirectoryStore
from vault.storage.port import ObjectKey, ObjectStore
from vault.storage.s3 import PART_BYTES, S3Store

KEY = ObjectKey("o/ab/cd01")


class RaisingContent(io.BytesIO):
    """Raises instead of ending."""

    def read(self, size: int | None = -1, /) -> bytes:
        block = super().read(size)
        if not block:
            raise ConnectionResetError("the sender went away")
        return block


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@contextmanager
def _nothing_left(store: ObjectStore) -> Iterator[None]:
    """Threads and descriptors are as many after as before; one idle connection may be kept for the next call."""
    _fail_once(store)
    gc.collect()
    threads, descriptors = threading.active_count(), _descriptors()
    gc.disable()  # nothing may wait for the collector to be given back
    try:
        yield
    finally:
        gc.enable()
    assert threading.active_count() == threads
    assert _descriptors() <= descriptors


def _read_and_raise(store: ObjectStore) -> None:
    with store.open_stream(KEY) as stream:
        stream.read(1000)
        raise ZeroDivisionError


def _fail_once(store: ObjectStore) -> None:
    with suppress(VaultError):
        store.stat(KEY)
    with suppress(VaultError):
        store.open_range(KEY, offset=0, length=1)
    with suppress(VaultError), store.open_stream(KEY):
        pass
    with suppress(ConnectionResetError, VaultError):
        store.put(KEY, RaisingContent(b"x" * 100), size=200)


def test_thousand_failing_calls_leave_nothing(store: ObjectStore) -> None:
    """Absent objects and raising sources, on both stores."""
    with _nothing_left(store):
        for _call in range(250):
            _fail_once(store)


def test_raising_sources_in_multipart_uploads_leave_nothing(s3_store: S3Store) -> None:
    """Known of the client: a source that raises left three threads each."""
    content = bytes(PART_BYTES + 1)
    with _nothing_left(s3_store):
        for _upload in range(8):
            with pytest.raises(ConnectionResetError):
                s3_store.put(KEY, RaisingContent(content), size=3 * PART_BYTES)


def test_streams_left_early_leave_nothing(store: ObjectStore) -> None:
    """Also when the reader raised in the middle."""
    store.put(KEY, io.BytesIO(bytes(2 << 20)), size=2 << 20)
    with _nothing_left(store):
        for _stream in range(100):
            with pytest.raises(ZeroDivisionError):
                _read_and_raise(store)


def test_store_that_is_not_there_leaves_nothing(new_s3_store: NewS3Store) -> None:
    """A thousand refused connections."""
    store = new_s3_store(endpoint=f"127.0.0.1:{free_port()}", bucket="bucket")
    with _nothing_left(store):
        for _call in range(250):
            _fail_once(store)


def test_closed_store_has_no_connection_and_works_again(s3_store: S3Store) -> None:
    """Closing is for the end of a process, and no trap."""
    before = _descriptors()
    s3_store.probe()

    s3_store.close()
    gc.collect()  # the client's error for an absent object holds its answer, and with it the socket

    assert _descriptors() == before
    s3_store.probe()


def test_full_directory_leaves_no_descriptor(directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Failing at each system call in turn."""

    def fail(*_arguments: object, **_options: object) -> int:
        raise OSError(28, "no space left on device")

    with _nothing_left(directory_store):
        for call in ("write", "fsync", "link", "mkdir"):
            for _attempt in range(100):
                with monkeypatch.context() as patch:
                    patch.setattr(os, call, fail)
                    with suppress(VaultError):
                        directory_store.put(KEY, io.BytesIO(b"content"), size=7)


def test_child_process_makes_its_own_client(s3_store: S3Store) -> None:
    """Connections are never shared across a fork."""
    s3_store.put(KEY, io.BytesIO(b"content"), size=7)
    inherited = s3_store._client.get()

    child = os.fork()
    if child == 0:
        try:
            is_own = s3_store._client.get() is not inherited
            is_read = s3_store.open_range(KEY, offset=0, length=7) == b"content"
            os._exit(0 if is_own and is_read else 1)
        finally:
            os._exit(2)
    _pid, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert s3_store._client.get() is inherited
    assert s3_store.open_range(KEY, offset=0, length=7) == b"content"
