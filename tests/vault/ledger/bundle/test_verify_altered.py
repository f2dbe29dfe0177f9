"""A bundle altered in any byte is refused: in the zip, in any member, and when the sums are made to fit again."""

from __future__ import annotations

import contextlib
import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.vault.ledger.bundle.bundles import EVERYTHING, Members, key_of, members_of, resummed, run, verified, zipped
from tests.vault.ledger.trail import DOCUMENT, Trail
from vault.database.trail_criteria import SearchCriteria
from vault.ledger.bundle import verify

CHANGE = st.tuples(st.integers(0, 2**20), st.integers(1, 255))
BULKY = {"README.md", "README.zh-CN.md", "verify.py"}
# Words of whoever made the bundle: the log's signature over SHA256SUMS alone holds them; who re-sums leaves it out.
ONLY_SIGNED = BULKY | {"SHA256SUMS", "SHA256SUMS.note", "manifest.json"}


@pytest.fixture(scope="module", params=[EVERYTHING, SearchCriteria(document=DOCUMENT)], ids=["whole", "selection"])
def members(request: pytest.FixtureRequest, filled: Trail) -> Members:
    return members_of(filled, request.param)


def status_of(content: bytes, path: Path) -> int:
    """Of the verifier on these bytes, without its words."""
    path.write_bytes(content)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return verify.main([str(path)])


def _places(content: bytes, members: Members) -> Iterator[int]:
    """Every byte of the zip's own; of members' content, which their digests hold, each fifth, of long texts fewer."""
    steps = bytearray(b"\1") * len(content)
    for name, member in members.items():
        start = content.index(b"PK\x01\x02") if not member else content.index(name.encode() + member) + len(name)
        for place in range(start, start + len(member)):
            steps[place] = 211 if name in BULKY else 5
    place = 0
    while place < len(content):
        yield place
        place += min(steps[place], content.find(b"PK", place + 1) - place if b"PK" in content[place + 1 :] else 1)


def test_zip_with_a_bit_flipped_anywhere_is_refused(filled: Trail, members: Members, tmp_path: Path) -> None:
    """Headers, names, sizes, checksums, content, directory, end: there is one zip of these members.

    Each is found on opening, before any member is believed; of some also the exit status is looked at.
    """
    content, path = zipped(members), tmp_path / "bundle.zip"
    assert status_of(content, path) == 0
    for number, place in enumerate(_places(content, members)):
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        with pytest.raises(verify.NotSound):
            verify.Archive(io.BytesIO(bytes(changed)))
        assert number % 101 or status_of(bytes(changed), path) == 1, place


def test_result_for_programs_is_json_whatever_a_bundle_says(members: Members, tmp_path: Path) -> None:
    """A character that no terminal should see was once written in a way that JSON does not have."""
    changed = members["checkpoint"].replace(b"trail.example", "trail\x9cexample".encode())

    outcome = verified(resummed(members | {"checkpoint": changed}), tmp_path)
    assert (outcome.status, outcome.check) == (1, "checkpoint.origin")


def test_zip_cut_or_lengthened_is_refused(members: Members, tmp_path: Path) -> None:
    """At any length, and with anything after the end."""
    content = zipped(members)
    for length in [*range(4, len(content), 997), *range(len(content) - 30, len(content))]:
        assert status_of(content[:length], tmp_path / "bundle.zip") == 1, length
    for more in (b"\0", b"PK\x05\x06", content):
        assert status_of(content + more, tmp_path / "bundle.zip") == 1
    for before in (b"\0", b"#!/bin/sh\n"):
        assert status_of(before + content, tmp_path / "bundle.zip") == 1


def test_member_in_the_zip_twice_is_refused(filled: Trail, members: Members, tmp_path: Path) -> None:
    """Two readers could read two contents."""
    header = zipped({"README.md": b"other"})[: 30 + len("README.md") + 5]

    assert status_of(header + zipped(members), tmp_path / "bundle.zip") == 1


@given(chosen=st.integers(0, 99), changes=st.lists(CHANGE, min_size=1, max_size=2))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_member_altered_with_its_sum_made_to_fit_is_refused(
    filled: Trail, members: Members, tmp_path: Path, chosen: int, changes: list[tuple[int, int]]
) -> None:
    """What the log's checkpoint stands for is held by hashes and its signature, whatever the sums say."""
    names = sorted(set(members) - ONLY_SIGNED)
    name = names[chosen % len(names)]
    content = bytearray(members[name])
    for place, difference in changes:
        content[place % len(content)] ^= difference
    assume(bytes(content) != members[name])

    outcome = verified(resummed(members | {name: bytes(content)}), tmp_path, key_of(filled))
    assert outcome.status == 1, name
    assert outcome.check


@given(change=CHANGE)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_manifest_altered_in_any_byte_never_ends_in_an_error_of_the_program(
    members: Members, tmp_path: Path, change: tuple[int, int]
) -> None:
    """Where it may say what it likes it is said to be unsigned; elsewhere it is refused or unusable."""
    content = bytearray(members["manifest.json"])
    content[change[0] % len(content)] ^= change[1]

    outcome = verified(resummed(members | {"manifest.json": bytes(content)}), tmp_path)
    assert outcome.status in {1, 2} or "manifest.unsigned" in outcome.notes
    outcome = verified(members | {"manifest.json": bytes(content)}, tmp_path)
    assert (outcome.status, outcome.check) == (1, "files.digest")


@pytest.fixture
def unpacked(members: Members, tmp_path: Path) -> Path:
    folder = tmp_path / "unpacked"
    for name, content in members.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_unpacked_folder_is_sound(filled: Trail, unpacked: Path) -> None:
    """As the zip is."""
    assert run(str(unpacked), "--key", key_of(filled)).status == 0


def test_folder_with_a_file_too_many_or_too_few_is_refused(members: Members, unpacked: Path) -> None:
    """Each member taken away, and something put in beside and below."""
    for name in members:
        if name == "SHA256SUMS.note":
            continue  # without it the bundle is sound, and said to be unsigned
        content = (unpacked / name).read_bytes()
        (unpacked / name).unlink()
        assert run(str(unpacked)).status == 1, name
        (unpacked / name).write_bytes(content)
    for name in ("more", "entries/001.jsonl", "tile/0/001", ".hidden"):
        path = unpacked / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
        assert run(str(unpacked)).check == "files.extra"
        path.unlink()
    assert run(str(unpacked)).status == 0


def test_folder_with_a_link_is_refused(unpacked: Path, tmp_path: Path) -> None:
    """A link may lead to other content the next moment."""
    shutil.copy(unpacked / "checkpoint", tmp_path / "elsewhere")
    (unpacked / "checkpoint").unlink()
    (unpacked / "checkpoint").symlink_to(tmp_path / "elsewhere")
    assert run(str(unpacked)).check == "files.extra"
    (unpacked / "checkpoint").unlink()
    (unpacked / "checkpoint").symlink_to(tmp_path)
    assert run(str(unpacked)).check == "files.extra"


def test_folder_with_a_byte_flipped_in_any_member_is_refused(members: Members, unpacked: Path) -> None:
    """By its digest; SHA256SUMS itself by those of all others."""
    for name, content in members.items():
        for place in {0, len(content) // 2, len(content) - 1}:
            changed = bytearray(content)
            changed[place] ^= 1
            (unpacked / name).write_bytes(bytes(changed))
            assert run(str(unpacked)).status == 1, name
        (unpacked / name).write_bytes(content)


@pytest.mark.parametrize(
    "arguments",
    [
        ["absent.zip"],
        ["empty"],
        ["text"],
        ["folder"],
        ["bundle.zip", "--key", "not a key"],
        ["bundle.zip", "--key", "a+b+c"],
        ["bundle.zip", "--witness", "a+b+c"],
        ["bundle.zip", "--from", "absent"],
        ["bundle.zip", "--from", "folder"],
    ],
    ids=" ".join,
)
def test_unusable_input_is_told_from_unsound(members: Members, tmp_path: Path, arguments: list[str]) -> None:
    """Exit status 2 and a sentence: nothing was judged."""
    (tmp_path / "bundle.zip").write_bytes(zipped(members))
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "text").write_text("words")
    (tmp_path / "folder").mkdir()
    paths = [str(tmp_path / each) if (tmp_path / each).exists() or each == "absent" else each for each in arguments]

    outcome = run(*paths)
    assert outcome.status == 2
    assert outcome.error.startswith("unusable: ")


def test_bundle_of_a_later_version_is_unusable(members: Members, tmp_path: Path) -> None:
    """A program that does not know a version does not judge it."""
    for old, new in ((b'"version": 1', b'"version": 2'), (b"evidence bundle", b"evidence b0ndle")):
        changed = resummed(members | {"manifest.json": members["manifest.json"].replace(old, new)})
        assert verified(changed, tmp_path).status == 2


def test_wrong_argument_is_unusable_input(tmp_path: Path) -> None:
    """As argparse answers, which is the same exit status."""
    done = subprocess.run([sys.executable, verify.__file__, "--nonsense"], capture_output=True, check=False)

    assert done.returncode == 2
