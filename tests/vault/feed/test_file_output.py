"""The file: appended to, synced, followed when it is moved, and never rewritten."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vault.errors import Unavailable
from vault.feed.outputs.file import FileOutput


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "feed.jsonl"


def test_content_is_appended_and_synced_before_it_counts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the sync a loss of power would lose what the cursor believes sent."""
    synced: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: (synced.append(os.fstat(file).st_size), real(file))[1])
    output = FileOutput(path)
    output.send(b"one\n")
    output.send(b"two\n")
    output.close()

    assert path.read_bytes() == b"one\ntwo\n"
    assert synced[-2:] == [4, 8]


def test_new_file_is_readable_by_owner_and_group_only(path: Path) -> None:
    """What the trail says is nobody else's business."""
    output = FileOutput(path)
    output.send(b"one\n")
    output.close()

    assert path.stat().st_mode & 0o007 == 0


@pytest.mark.parametrize("is_replaced", [True, False], ids=["create", "nocreate"])
def test_file_that_was_moved_away_is_opened_anew(path: Path, is_replaced: bool) -> None:
    """Rotation by renaming, with or without a new file in its place: nothing goes into the old one any more."""
    output = FileOutput(path)
    output.send(b"one\n")
    path.rename(path.with_suffix(".1"))
    if is_replaced:
        path.touch()
    assert not output.is_open
    output.send(b"two\n")
    output.close()

    assert path.with_suffix(".1").read_bytes() == b"one\n"
    assert path.read_bytes() == b"two\n"


def test_line_that_a_crash_tore_off_is_ended_and_kept(path: Path) -> None:
    """The next line begins a line of its own; what was written stays."""
    path.write_bytes(b'one\n{"half')
    output = FileOutput(path)
    output.send(b"two\n")
    output.close()

    assert path.read_bytes() == b'one\n{"half\ntwo\n'


def test_failed_write_is_told_and_the_next_begins_with_a_line_of_its_own(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full in the middle of a batch."""
    output = FileOutput(path)
    output.send(b"one\n")
    real = os.write

    def write(file: int, content: bytes) -> int:
        if os.fstat(file).st_size >= 7:
            raise OSError(28, "No space left on device")
        return real(file, bytes(content)[:3])

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(Unavailable, match=r"feed\.full"):
        output.send(b"two and more\n")
    monkeypatch.setattr(os, "write", real)
    assert not output.is_open
    output.send(b"two and more\n")
    output.close()

    assert path.read_bytes() == b"one\ntwo\ntwo and more\n"


def test_folder_that_is_away_and_what_is_no_file_are_refused(tmp_path: Path) -> None:
    """A pipe would block, a folder take nothing."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "away" / "feed.jsonl", tmp_path / "pipe", tmp_path):
        with pytest.raises(Unavailable, match=r"feed\.file"):
            FileOutput(path).send(b"one\n")
