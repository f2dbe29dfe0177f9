"""What is special about a store in a directory."""

from __future__ import annotations

import errno
import io
import os
import resource
import signal
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from vault.errors import Conflict, NotFound, TamperError, Unavailable
from vault.storage.directory import UNFINISHED, DirectoryStore
from vault.storage.directory_listing import STALE_SECONDS
from vault.storage.port import ObjectKey

KEY = ObjectKey("o/ab/cd01")


def _put(store: DirectoryStore, content: bytes = b"content", key: ObjectKey = KEY) -> None:
    store.put(key, io.BytesIO(content), size=len(content))


def _leftovers(root: Path) -> list[Path]:
    folder = root / UNFINISHED
    return list(folder.iterdir()) if folder.exists() else []


def test_object_is_never_replaced(directory_store: DirectoryStore) -> None:
    """A second object under a key is refused, and the first stays."""
    _put(directory_store, b"first")

    with pytest.raises(Conflict) as refusal:
        _put(directory_store, b"second")

    assert refusal.value.code == "object.exists"
    assert directory_store.open_range(KEY, offset=0, length=5) == b"first"


def test_object_is_never_replaced_without_hard_links(
    directory_store: DirectoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system that cannot link keeps the same promises."""

    def refuse(*_paths: object, **_options: object) -> None:
        raise OSError(errno.EPERM, "links are not supported")

    monkeypatch.setattr(os, "link", refuse)
    _put(directory_store, b"first")

    with pytest.raises(Conflict):
        _put(directory_store, b"second")

    assert directory_store.open_range(KEY, offset=0, length=5) == b"first"
    assert _leftovers(tmp_path) == []


def test_only_the_owner_may_read(directory_store: DirectoryStore, tmp_path: Path) -> None:
    """0600 for objects, 0700 for folders, whatever the umask."""
    before = os.umask(0)
    try:
        _put(directory_store)
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / KEY).stat().st_mode) == 0o600
    for folder in ("o", "o/ab", UNFINISHED):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700


def test_object_and_folders_are_synced_before_put_returns(
    directory_store: DirectoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file before it has its name, the folders after they have a new entry."""
    synced, fsync = [], os.fsync

    def noting(descriptor: int) -> None:
        synced.append((Path(f"/proc/self/fd/{descriptor}").readlink(), (tmp_path / KEY).exists()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    _put(directory_store)

    (root, _), (outer, _), (file, named_before), (folder, named_after) = _in_order(synced, tmp_path)
    assert (root, outer, folder) == (tmp_path, tmp_path / "o", tmp_path / "o/ab")
    assert file.parent == tmp_path / UNFINISHED
    assert (named_before, named_after) == (False, True)


def _in_order(synced: list[tuple[Path, bool]], root: Path) -> list[tuple[Path, bool]]:
    """Parents of new folders first; the file is synced before them or after, but always before the last folder."""
    file = next(entry for entry in synced if entry[0].parent == root / UNFINISHED)
    rest = [entry for entry in synced if entry is not file]
    assert synced.index(file) < synced.index(rest[-1])
    return [rest[0], rest[1], file, rest[-1]]


def test_missing_root_is_not_invented(tmp_path: Path) -> None:
    """An unmounted disk must not look like an empty store."""
    store = DirectoryStore(tmp_path / "unmounted", random=os.urandom)

    for ask in (
        lambda: _put(store),
        lambda: store.stat(KEY),
        lambda: store.delete(KEY),
        lambda: list(store.list_objects()),
        store.probe,
    ):
        with pytest.raises(Unavailable) as refusal:
            ask()
        assert refusal.value.code == "store.unavailable"
    assert not (tmp_path / "unmounted").exists()


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (errno.ENOSPC, "store.full"),
        (errno.EDQUOT, "store.full"),
        (errno.EIO, "store.unavailable"),
        (errno.EROFS, "store.denied"),
    ],
)
@pytest.mark.parametrize("call", ["write", "fsync", "link"])
def test_failing_disk_is_the_operators_matter(
    directory_store: DirectoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, fault: int, code: str
) -> None:
    """Whichever system call fails, nothing is stored and nothing is left beside."""

    def fail(*_arguments: object, **_options: object) -> None:
        raise OSError(fault, os.strerror(fault))

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(Unavailable) as refusal:
            _put(directory_store)

    assert refusal.value.code == code
    assert list(directory_store.list_objects()) == []
    assert _leftovers(tmp_path) == []


def test_store_on_a_full_disk_recovers_by_itself(directory_store: DirectoryStore, tmp_path: Path) -> None:
    """A limit on file size stands for a full disk; afterwards the same put succeeds."""
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, before[1]))
    try:
        with pytest.raises(Unavailable):
            _put(directory_store, bytes(1 << 20))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)

    _put(directory_store, bytes(1 << 20))
    assert directory_store.stat(KEY).size == 1 << 20
    assert _leftovers(tmp_path) == []


def _plant_link(root: Path, outside: Path) -> None:
    (root / KEY).symlink_to(outside / "secret")


def _plant_folder_link(root: Path, outside: Path) -> None:
    (root / "o/ab").rmdir()
    (root / "o/ab").symlink_to(outside)


def _plant_folder(root: Path, _outside: Path) -> None:
    (root / KEY).mkdir()


def _plant_fifo(root: Path, _outside: Path) -> None:
    os.mkfifo(root / KEY)


@pytest.mark.parametrize("plant", [_plant_link, _plant_folder_link, _plant_folder, _plant_fifo])
def test_what_is_no_plain_file_is_not_read(
    tmp_path: Path, directory_store: DirectoryStore, plant: Callable[[Path, Path], None]
) -> None:
    """A link out of the store, a folder or a FIFO in an object's place is tampering, and nothing hangs."""
    root, outside = tmp_path / "store", tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    (outside / "cd01").write_bytes(b"secret")
    (root / "o/ab").mkdir(parents=True)
    plant(root, outside)
    store = DirectoryStore(root, random=os.urandom)

    for ask in (lambda: store.stat(KEY), lambda: store.open_range(KEY, offset=0, length=1)):
        with pytest.raises(TamperError) as refusal:
            ask()
        assert refusal.value.code == "object.kind"
    assert [found.key for found in store.list_objects()] == []


def test_link_in_place_of_a_folder_is_not_written_through(tmp_path: Path) -> None:
    """No object lands outside of the store."""
    root, outside = tmp_path / "store", tmp_path / "outside"
    outside.mkdir()
    root.mkdir()
    (root / "o").symlink_to(outside)

    with pytest.raises(TamperError):
        _put(DirectoryStore(root, random=os.urandom))

    assert list(outside.iterdir()) == []


def test_foreign_files_are_not_listed(directory_store: DirectoryStore, tmp_path: Path) -> None:
    """Garbage collection never sees, and so never deletes, what is not the vault's."""
    _put(directory_store)
    (tmp_path / "README.TXT").write_text("not an object")
    (tmp_path / ".hidden").write_text("not an object")
    (tmp_path / "link").symlink_to(tmp_path / KEY)

    assert [found.key for found in directory_store.list_objects()] == [KEY]


@pytest.mark.parametrize("prefix", ["../", "/etc/", "o/../../", ".unfinished/"])
def test_listing_stays_inside(directory_store: DirectoryStore, prefix: str) -> None:
    """A prefix is no path."""
    _put(directory_store)

    assert list(directory_store.list_objects(prefix)) == []


def test_probe_removes_what_killed_puts_left_long_ago(directory_store: DirectoryStore, tmp_path: Path) -> None:
    """And leaves alone what may still be written to."""
    _put(directory_store)
    stale, fresh = tmp_path / UNFINISHED / "stale", tmp_path / UNFINISHED / "fresh"
    stale.touch()
    fresh.touch()
    past = fresh.stat().st_mtime - STALE_SECONDS - 60
    os.utime(stale, (past, past))

    directory_store.probe()

    assert _leftovers(tmp_path) == [fresh]


def test_object_that_vanishes_while_listing_is_no_error(directory_store: DirectoryStore) -> None:
    """Listing and deleting go on side by side."""
    for number in range(5):
        _put(directory_store, key=ObjectKey(f"o/a{number}/x"))

    listed = []
    for found in directory_store.list_objects():
        listed.append(found.key)
        for number in range(5):
            directory_store.delete(ObjectKey(f"o/a{number}/x"))

    assert len(listed) == 1


def test_unreadable_store_is_denied_not_missing(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wrong rights are told from a lost object."""
    _put(directory_store)
    opened = os.open

    def deny(path: object, *arguments: object, **options: object) -> int:
        if path == "cd01":
            raise PermissionError(errno.EACCES, "denied")
        return opened(path, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", deny)
    with pytest.raises(Unavailable) as refusal:
        directory_store.stat(KEY)

    assert refusal.value.code == "store.denied"


def test_read_error_within_a_stream_is_the_operators_matter(
    directory_store: DirectoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bad sector is no bug of whoever reads."""
    _put(directory_store)

    def fail(*_arguments: object) -> int:
        raise OSError(errno.EIO, "input/output error")

    with directory_store.open_stream(KEY) as stream, monkeypatch.context() as patch:
        patch.setattr(os, "readv", fail)
        with pytest.raises(Unavailable):
            stream.read()


def test_missing_object_in_an_existing_store_is_not_found(directory_store: DirectoryStore) -> None:
    """Told from a missing store."""
    with pytest.raises(NotFound):
        directory_store.stat(KEY)
