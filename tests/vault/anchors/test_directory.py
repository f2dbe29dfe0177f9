"""An anchor in a directory: nothing is replaced, followed or believed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.vault.anchors.conftest import Anchored
from tests.vault.ledger.conftest import Trail
from vault.anchors.directory import DirectoryAnchor
from vault.errors import TamperError, Unavailable


@pytest.fixture
def anchored(trail: Trail, directory_anchor: DirectoryAnchor) -> Anchored:
    return Anchored(trail, directory_anchor)


def only_file(path: Path) -> Path:
    [file] = path.rglob("*.checkpoint")
    return file


def test_altered_file_is_never_taken_for_a_placement(anchored: Anchored, tmp_path: Path) -> None:
    """The name is taken by something else: that is tampering, and it stays as it is."""
    placement = anchored.placement()
    anchored.anchor.place(placement)
    file = only_file(tmp_path / "share")
    file.write_text("hello")

    with pytest.raises(TamperError) as found:
        anchored.anchor.place(placement)

    assert found.value.code == "anchor.altered"
    assert file.read_text() == "hello"


def test_note_under_another_name_is_no_checkpoint(anchored: Anchored, tmp_path: Path) -> None:
    """An old note cannot stand for a newer one."""
    anchored.anchor.place(anchored.placement())
    file = only_file(tmp_path / "share")
    file.rename(file.with_name(f"{2**53 - 1 - 77:016d}-77-{'a' * 32}.checkpoint"))

    assert [each.note for each in anchored.anchor.newest([])] == [""]


@pytest.mark.parametrize("kind", ["fifo", "link", "folder", "huge"])
def test_what_is_no_plain_note_is_held_as_none(anchored: Anchored, tmp_path: Path, kind: str) -> None:
    """A FIFO does not hang it, a link is not followed, and no more is read than a note may have."""
    anchored.anchor.place(anchored.placement())
    file = only_file(tmp_path / "share")
    content = file.read_text()
    file.unlink()
    if kind == "fifo":
        os.mkfifo(file)
    elif kind == "link":
        (tmp_path / "elsewhere").write_text(content)
        file.symlink_to(tmp_path / "elsewhere")
    elif kind == "folder":
        file.mkdir()
    else:
        file.write_text(content * 100_000)

    assert [each.note for each in anchored.anchor.held([])] == [""]


def test_missing_directory_is_never_made(anchored: Anchored, tmp_path: Path) -> None:
    """A share that is not mounted must not look like an anchor that holds nothing."""
    (tmp_path / "share").rmdir()

    for ask in (lambda: anchored.anchor.place(anchored.placement()), lambda: anchored.anchor.newest([])):
        with pytest.raises(Unavailable) as refused:
            ask()
        assert refused.value.code == "anchor.missing"
    assert not (tmp_path / "share").exists()


def test_two_nodes_that_place_at_once_leave_one_file(anchored: Anchored, tmp_path: Path) -> None:
    """The name is the note's."""
    other = DirectoryAnchor("share", tmp_path / "share", period_seconds=10, random=os.urandom)
    placement = anchored.placement()

    receipts = {anchored.anchor.place(placement).content, other.place(placement).content}

    assert len(receipts) == 1
    assert only_file(tmp_path / "share").read_bytes() in receipts
    assert [each.name for each in (tmp_path / "share").rglob("*.unfinished")] == []
