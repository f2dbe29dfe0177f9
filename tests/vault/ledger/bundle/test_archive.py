"""The zip of a bundle: any unpacker reads it, and there is exactly one for the same members."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.servers import require
from tests.vault.ledger.bundle.bundles import zipped
from vault.ledger.bundle import archive, verify
from vault.ledger.bundle.archive import zip_bytes

MEMBERS = {"README.md": b"words\n", "entries/000.jsonl": b"", "tile/0/x001/234": bytes(range(256)) * 32}


def test_standard_library_reads_it() -> None:
    """Names, content, checksums; stored, without times or comments."""
    with zipfile.ZipFile(io.BytesIO(zipped(MEMBERS))) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == MEMBERS
        assert opened.testzip() is None
        assert {info.date_time for info in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.compress_type for info in opened.infolist()} == {zipfile.ZIP_STORED}


def test_unzip_reads_it(tmp_path: Path) -> None:
    """Info-ZIP, as it comes with most systems."""
    unzip = shutil.which("unzip")
    require(unzip, "unzip")
    assert unzip is not None
    (tmp_path / "bundle.zip").write_bytes(zipped(MEMBERS))

    subprocess.run([unzip, "-q", "bundle.zip", "-d", "unpacked"], cwd=tmp_path, check=True, capture_output=True)

    found = {path.relative_to(tmp_path / "unpacked").as_posix(): path for path in (tmp_path / "unpacked").rglob("*.*")}
    assert found["README.md"].read_bytes() == b"words\n"
    assert found["README.md"].stat().st_mode & 0o777 == 0o644


def test_more_members_than_a_plain_zip_can_count(tmp_path: Path) -> None:
    """The tiles of ten million entries are 80,000 files: the end records of zip64 say so, to all readers alike."""
    content = b"".join(zip_bytes((f"tile/{number}", iter([b"x"])) for number in range(65_535)))
    path = tmp_path / "many.zip"
    path.write_bytes(content)

    with zipfile.ZipFile(path) as opened:
        assert len(opened.namelist()) == 65_535
    members = verify.Archive(path.open("rb"))
    assert len(members.names()) == 65_535
    members.close()


def test_member_beyond_four_gibibytes_is_listed_by_its_true_place() -> None:
    """Its offset goes into the extra field that zip64 has for it."""
    listing = archive._directory_entry(b"tile/0/000", b"\0" * 20, 2**32 + 7)

    assert listing[42:46] == b"\xff" * 4
    assert listing.endswith(b"\x01\x00\x08\x00" + (2**32 + 7).to_bytes(8, "little"))
    assert listing == verify.Archive._listing(b"tile/0/000", b"\0" * 20, 2**32 + 7)


def test_member_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes have four bytes; parts are never near that."""
    monkeypatch.setattr(archive, "_MOST_32", 10)

    with pytest.raises(ValueError, match="too large"):
        list(zip_bytes([("member", iter([b"x" * 10]))]))
