"""The sealed spool: uploads on disk without plaintext."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.model import Secret
from keys.primitives import keyed_token
from vault.errors import InputError, TamperError, Unavailable
from vault.sealing.spool import SealedSpool

CANARY = b"canary of a customer's name"


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[SealedSpool]:
    with SealedSpool(tmp_path, max_bytes=4 << 20, random=os.urandom) as opened:
        yield opened


@given(pieces=st.lists(st.binary(max_size=40_000), max_size=12))
@settings(max_examples=40, deadline=None)
def test_pieces_come_back_as_one_content(tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]) -> None:
    """However an upload arrives, it is read as a whole."""
    with SealedSpool(tmp_path_factory.getbasetemp(), max_bytes=1 << 20, random=os.urandom) as spool:
        for piece in pieces:
            spool.write(piece)

        assert spool.rewind().read() == b"".join(pieces)
        assert spool.size == sum(map(len, pieces))


def test_content_is_read_any_number_of_times(spool: SealedSpool) -> None:
    """Sniffing, sealing and converting each begin at the beginning and do not disturb one another."""
    spool.write(os.urandom(1_000_000))

    first = spool.rewind()
    begin = first.read(10)
    second = spool.rewind().read()

    assert begin + first.read() == second


def test_digest_and_token_are_of_the_plaintext(spool: SealedSpool) -> None:
    """Equal contents are recognised by whoever has the key."""
    key = Secret(os.urandom(32))
    spool.write(CANARY)

    assert spool.sha256 == hashlib.sha256(CANARY).digest()
    assert spool.token(key) == keyed_token(key, spool.sha256)


def test_no_plaintext_touches_the_disk(spool: SealedSpool) -> None:
    """The file holds ciphertext from its first byte (reliability rule I3)."""
    spool.write(CANARY * 3000)
    spool.rewind()

    stored = os.pread(spool._file.fileno(), 1 << 20, 0)

    assert len(stored) > len(CANARY) * 3000
    assert CANARY not in stored


def test_file_has_no_name(spool: SealedSpool, tmp_path: Path) -> None:
    """Nothing is left behind by a killed process."""
    spool.write(b"content")

    assert list(tmp_path.iterdir()) == []


def test_too_much_content_is_refused_before_it_is_written(tmp_path: Path) -> None:
    """The limit holds however the content is cut."""
    with SealedSpool(tmp_path, max_bytes=1 << 20, random=os.urandom) as spool:
        spool.write(bytes(1 << 20))

        with pytest.raises(InputError) as refusal:
            spool.write(b"x")

    assert (refusal.value.code, refusal.value.params) == ("intake.too_large", {"limit_mib": 1})


def test_content_that_was_read_is_complete(spool: SealedSpool) -> None:
    """Nobody adds to what was examined."""
    spool.write(b"content")
    spool.rewind()

    with pytest.raises(ValueError):
        spool.write(b"more")


def test_altered_file_is_found(spool: SealedSpool) -> None:
    """Whoever writes to the temporary file ends the upload, and does not change the document."""
    spool.write(bytes(100_000))
    spool.rewind()
    os.pwrite(spool._file.fileno(), b"\xff" * 20, 50_000)

    with pytest.raises(TamperError):
        spool.rewind().read()


def test_file_cut_short_is_found(spool: SealedSpool) -> None:
    """A lost end is an error, not a shorter document."""
    spool.write(bytes(100_000))
    spool.rewind()
    os.ftruncate(spool._file.fileno(), 56 + 3 * (16_384 + 16))

    with pytest.raises(TamperError):
        spool.rewind().read()


def test_missing_directory_is_the_operators_matter(tmp_path: Path) -> None:
    """The spool directory is not invented."""
    with pytest.raises(Unavailable) as refusal:
        SealedSpool(tmp_path / "absent", max_bytes=1, random=os.urandom)

    assert refusal.value.code == "spool.unavailable"


def test_full_disk_is_the_operators_matter(spool: SealedSpool, monkeypatch: pytest.MonkeyPatch) -> None:
    """No space means: try again later."""
    spool._file.close()
    with Path("/dev/full").open("wb", buffering=0) as full:
        monkeypatch.setattr(spool, "_file", full)

        with pytest.raises(Unavailable) as refusal:
            spool.write(bytes(100_000))

    assert refusal.value.code == "spool.full"


def test_closed_spools_leave_no_descriptor(tmp_path: Path) -> None:
    """A thousand uploads, refused ones too, leak nothing."""
    before = len(list(Path("/proc/self/fd").iterdir()))

    for _upload in range(1000):
        with SealedSpool(tmp_path, max_bytes=10, random=os.urandom) as spool, pytest.raises(InputError):
            spool.write(b"more than ten bytes")

    assert len(list(Path("/proc/self/fd").iterdir())) == before
