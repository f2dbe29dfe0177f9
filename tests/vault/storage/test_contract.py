"""What every object store does alike."""

from __future__ import annotations

import datetime as dt
import io
import os

import pytest

from vault.errors import InputError, NotFound, TamperError
from vault.storage.object_keys import LONGEST_RANGE_BYTES
from vault.storage.port import ObjectKey, ObjectStore

KEY = ObjectKey("o/ab/cd01")
PART = 8 << 20
FORBIDDEN_KEYS = ["", "/a", "a/", "a//b", "../a", "a/../b", "A", "a b", "a\0b", ".hidden", "a/.b", "é", "a" * 201]


def _put(store: ObjectStore, content: bytes, key: ObjectKey = KEY) -> None:
    store.put(key, io.BytesIO(content), size=len(content))


def _read(store: ObjectStore, key: ObjectKey = KEY) -> bytes:
    with store.open_stream(key) as stream:
        return stream.read()


@pytest.mark.parametrize("size", [1, 72, 1 << 20, PART - 1, PART, PART + 1, 2 * PART + 5])
def test_what_was_put_is_read(store: ObjectStore, size: int) -> None:
    """Objects of any size come back byte for byte."""
    content = os.urandom(size)

    _put(store, content)

    assert _read(store) == content


def test_stream_gives_exactly_what_is_asked_for(store: ObjectStore) -> None:
    """``read(n)`` is short only at the end."""
    content = os.urandom(700_001)
    _put(store, content)

    with store.open_stream(KEY) as stream:
        blocks = [stream.read(100_000) for _block in range(9)]

    assert [len(block) for block in blocks] == [100_000] * 7 + [1, 0]
    assert b"".join(blocks) == content


def test_stream_may_be_left_early(store: ObjectStore) -> None:
    """Whoever has seen enough closes it, and the store goes on."""
    _put(store, bytes(3 << 20))

    with store.open_stream(KEY) as stream:
        stream.read(10)

    assert len(_read(store)) == 3 << 20


@pytest.mark.parametrize(("offset", "length"), [(0, 1), (0, 1000), (1, 998), (999, 1), (500, 500)])
def test_range_is_exact(store: ObjectStore, offset: int, length: int) -> None:
    """A page is exactly its bytes."""
    content = os.urandom(1000)
    _put(store, content)

    assert store.open_range(KEY, offset=offset, length=length) == content[offset : offset + length]


@pytest.mark.parametrize(("offset", "length"), [(0, 1001), (999, 2), (1000, 1), (5000, 10)])
def test_range_beyond_the_end_means_a_shorter_object(store: ObjectStore, offset: int, length: int) -> None:
    """Offsets come from a sealed index, so the object was cut."""
    _put(store, bytes(1000))

    with pytest.raises(TamperError) as found:
        store.open_range(KEY, offset=offset, length=length)

    assert found.value.code == "object.length"


@pytest.mark.parametrize(("offset", "length"), [(-1, 5), (0, 0), (0, -1), (0, LONGEST_RANGE_BYTES + 1)])
def test_senseless_range_is_a_fault_of_the_program(store: ObjectStore, offset: int, length: int) -> None:
    """No more than 64 MiB at once, nothing empty or negative."""
    with pytest.raises(ValueError):
        store.open_range(KEY, offset=offset, length=length)


def test_stat_tells_size_and_time(store: ObjectStore) -> None:
    """What garbage collection decides by."""
    _put(store, bytes(1234))

    found = store.stat(KEY)

    assert (found.key, found.size) == (KEY, 1234)
    assert abs(found.modified - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)


def test_absent_object_is_not_found(store: ObjectStore) -> None:
    """One error, whatever the question."""
    for ask in (
        lambda: store.stat(KEY),
        lambda: store.open_range(KEY, offset=0, length=1),
        lambda: _read(store),
    ):
        with pytest.raises(NotFound) as refusal:
            ask()
        assert refusal.value.code == "object.missing"


def test_deleted_object_is_gone(store: ObjectStore) -> None:
    """And deleting it again is fine."""
    _put(store, b"content")

    store.delete(KEY)
    store.delete(KEY)

    with pytest.raises(NotFound):
        store.stat(KEY)


def test_listing_gives_all_objects_below_a_prefix(store: ObjectStore) -> None:
    """Prefixes need not end at a slash, and other objects are not listed."""
    for key in ("o/ab/1", "o/ab/2", "o/ac/3", "p/ab/4"):
        _put(store, key.encode(), ObjectKey(key))

    def keys(prefix: str) -> list[str]:
        return sorted(found.key for found in store.list_objects(prefix))

    assert keys("") == ["o/ab/1", "o/ab/2", "o/ac/3", "p/ab/4"]
    assert keys("o/a") == ["o/ab/1", "o/ab/2", "o/ac/3"]
    assert keys("o/ab/") == ["o/ab/1", "o/ab/2"]
    assert keys("o/ab/2") == ["o/ab/2"]
    assert keys("q/") == []
    assert {found.size for found in store.list_objects("o/")} == {6}


class FailingContent(io.BytesIO):
    """Raises after so many bytes."""

    def __init__(self, good_bytes: int) -> None:
        super().__init__(bytes(good_bytes))

    def read(self, size: int | None = -1, /) -> bytes:
        block = super().read(size)
        if not block:
            raise InputError("intake.damaged")
        return block


@pytest.mark.parametrize("good_bytes", [0, 100, PART, PART + 100])
def test_content_that_raises_leaves_nothing(store: ObjectStore, good_bytes: int) -> None:
    """Its own error comes through, and nothing is stored under the key or beside it."""
    with pytest.raises(InputError) as refusal:
        store.put(KEY, FailingContent(good_bytes), size=3 * PART)

    assert refusal.value.code == "intake.damaged"
    assert list(store.list_objects()) == []


@pytest.mark.parametrize("received", [0, 99, PART + 3])
def test_content_that_ends_early_leaves_nothing(store: ObjectStore, received: int) -> None:
    """A truncated upload is never an object."""
    with pytest.raises(InputError) as refusal:
        store.put(KEY, io.BytesIO(bytes(received)), size=2 * PART)

    assert refusal.value.code == "intake.size_mismatch"
    assert list(store.list_objects()) == []


def test_no_more_than_the_size_is_read(store: ObjectStore) -> None:
    """The rest of the content is the caller's."""
    content = io.BytesIO(b"0123456789")

    store.put(KEY, content, size=4)

    assert (_read(store), content.read()) == (b"0123", b"456789")


@pytest.mark.parametrize(
    "key", ["", "/a", "a/", "a//b", "../a", "a/../b", "A", "a b", "a\0b", ".hidden", "a/.b", "é", "a" * 201]
)
def test_key_outside_the_grammar_is_tampering(store: ObjectStore, key: str) -> None:
    """Keys come from the vault's own rows; no altered one reaches another place."""
    for ask in (
        lambda: _put(store, b"x", ObjectKey(key)),
        lambda: store.stat(ObjectKey(key)),
        lambda: store.delete(ObjectKey(key)),
        lambda: store.open_range(ObjectKey(key), offset=0, length=1),
        lambda: _read(store, ObjectKey(key)),
    ):
        with pytest.raises(TamperError) as refusal:
            ask()
        assert refusal.value.code == "object.key"


def test_probe_passes_and_leaves_nothing(store: ObjectStore) -> None:
    """A store that works says so, as often as it is asked."""
    assert dict(store.probe().facts)["ranged read"] == "ok"
    assert dict(store.probe().facts)["delete"] == "ok"
    assert list(store.list_objects()) == []
