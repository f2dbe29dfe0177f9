"""Key files: private, whole, made once."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

import pytest

from keys.errors import KeyUnavailable
from keys.root import create_root_key, open_root_key
from keys.root.keyfiles import location_path
from tests.servers import require


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "root.key"
    create_root_key(f"file:{path}", random=secrets.token_bytes)
    return path


def _refused(path: Path) -> str:
    with pytest.raises(KeyUnavailable) as caught:
        open_root_key(f"file:{path}")
    return str(caught.value)


def test_new_file_is_private_whatever_the_umask(tmp_path: Path) -> None:
    """The file is 0600 from its first moment, and nothing else is left beside it."""
    path = tmp_path / "root.key"
    before = os.umask(0o277)
    try:
        create_root_key(f"file:{path}", random=secrets.token_bytes)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602, 0o644, 0o777, 0o700])
def test_file_open_to_others_is_refused_with_its_remedy(key_file: Path, mode: int) -> None:
    """A key that others can read or write is not used."""
    key_file.chmod(mode)
    assert "chmod 600" in _refused(key_file)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_file_of_the_owner_alone_opens(key_file: Path, mode: int) -> None:
    """Read-only is fine as well, as service credentials are."""
    key_file.chmod(mode)
    open_root_key(f"file:{key_file}")


def test_file_of_another_user_is_refused(key_file: Path) -> None:
    """A key that somebody else owns could be exchanged by them."""
    require(os.geteuid() == 0, "the right to give files away (root)")
    os.chown(key_file, 65534, 65534)
    assert "another user" in _refused(key_file)


def test_link_in_the_files_place_is_refused(key_file: Path) -> None:
    """A symbolic link could lead anywhere."""
    link = key_file.with_name("link.key")
    link.symlink_to(key_file)
    _refused(link)


def test_folder_fifo_and_empty_file_are_refused(tmp_path: Path) -> None:
    """Whatever is no key file is refused at once, without waiting."""
    fifo, empty = tmp_path / "fifo", tmp_path / "empty"
    os.mkfifo(fifo, 0o600)
    empty.touch(0o600)
    assert "no key file" in _refused(tmp_path)
    assert "no key file" in _refused(fifo)
    assert "damaged" in _refused(empty)


def test_huge_file_is_refused_unread(tmp_path: Path) -> None:
    """A path that points at a large file does not read it into memory."""
    path = tmp_path / "huge"
    with path.open("wb") as stream:
        stream.truncate(2**40)
    path.chmod(0o600)
    assert "no key file" in _refused(path)


def test_every_single_character_that_changes_is_noticed(key_file: Path) -> None:
    """A slip in copying the file by hand, anywhere, is found."""
    good = key_file.read_bytes()
    for at in range(len(good)):
        key_file.write_bytes(good[:at] + (b"0" if good[at : at + 1] != b"0" else b"1") + good[at + 1 :])
        _refused(key_file)


def test_every_shorter_file_is_refused(key_file: Path) -> None:
    """A file that was cut off while copied is found."""
    good = key_file.read_bytes()
    for length in range(len(good)):
        key_file.write_bytes(good[:length])
        _refused(key_file)


@pytest.mark.parametrize("extra", [b"\n", b"sum ", b"\xff", b"id 00\n"])
def test_longer_file_is_refused(key_file: Path, extra: bytes) -> None:
    """Nothing may follow the sum."""
    key_file.write_bytes(key_file.read_bytes() + extra)
    _refused(key_file)


def test_other_kind_of_root_key_file_is_refused(key_file: Path) -> None:
    """A key file is not taken for the file of a passphrase."""
    with pytest.raises(KeyUnavailable):
        open_root_key(f"passphrase:{key_file}", passphrase=lambda: "correct horse battery staple")


def test_failed_creation_leaves_nothing(tmp_path: Path) -> None:
    """No folder, no key, no temporary file."""
    with pytest.raises(KeyUnavailable, match="cannot be written"):
        create_root_key(f"file:{tmp_path / 'missing' / 'root.key'}", random=secrets.token_bytes)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("location", ["relative.key", "", "//host/root.key", "/", "/etc/..", "~/root.key"])
def test_location_that_is_no_absolute_path_is_refused(location: str) -> None:
    """A key never depends on the folder that the vault was started in."""
    with pytest.raises(KeyUnavailable):
        location_path(location)


@pytest.mark.parametrize("location", ["/etc/vault/root.key", "///etc/vault/root.key"])
def test_location_with_or_without_empty_host_is_the_path(location: str) -> None:
    """Both spellings of a file URI are one place."""
    assert location_path(location) == Path("/etc/vault/root.key")
