"""Tools that anybody has, and that know nothing of this vault, read a bundle and find the same as the verifier."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from keys.primitives import SigningKey
from tests.servers import require
from tests.vault.ledger.bundle import openssl
from tests.vault.ledger.bundle.bundles import Members, fill, key_of, members_of
from tests.vault.ledger.trail import ORIGIN, Trail, new_trail, nobody
from vault.database.engine import transaction
from vault.ledger.checkpoint import verifier_key

LIBRARIES = Path("/usr/share/gocode")
SOURCE = Path(__file__).parent / "gocheck"


@pytest.fixture(scope="module")
def large(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trail]:
    """More than two tiles of entries, and some checkpoints on the way."""
    path = tmp_path_factory.mktemp("large") / "vault.db"
    shutil.copy(empty_database, path)
    trail = fill(new_trail(f"sqlite:///{path}", is_migrated=True))
    for count in (100, 150, 290, 1):
        with transaction(trail.engine) as tx:
            for _ in range(count):
                trail.recorder.append(tx, nobody())
        trail.sequence()
    yield trail
    trail.engine.dispose()


@pytest.fixture
def folder(large: Trail, tmp_path: Path) -> Path:
    """The bundle of everything, unpacked."""
    for name, content in members_of(large).items():
        path = tmp_path / "bundle" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "bundle"


@pytest.fixture(scope="module")
def gocheck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checking program, compiled as Debian's packages are used: in GOPATH mode, without a network."""
    go = shutil.which("go")
    require(go, "go (golang-go)")
    require((LIBRARIES / "src/golang.org/x/mod/sumdb/tlog").exists(), "golang.org/x/mod (golang-golang-x-mod-dev)")
    assert go is not None
    directory = tmp_path_factory.mktemp("go")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(directory),
        "GO111MODULE": "off",
        "GOPATH": f"{directory}:{LIBRARIES}",
        "GOCACHE": str(directory / "cache"),
        "GOFLAGS": "-p=1",
        "GOPROXY": "off",
    }
    command = [go, "build", "-o", str(directory / "gocheck"), str(SOURCE / "main.go")]
    done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=280)
    assert done.returncode == 0, done.stderr.decode()
    return directory / "gocheck"


def go_says(gocheck: Path, folder: Path, key: str) -> tuple[int, str]:
    done = subprocess.run([gocheck, folder, key], capture_output=True, check=False, timeout=60)
    return done.returncode, (done.stdout + done.stderr).decode()


def test_go_checks_every_record_and_every_older_tree(large: Trail, folder: Path, gocheck: Path) -> None:
    """note.Open, TileHashReader, CheckRecord, CheckTree of golang.org/x/mod/sumdb."""
    assert go_says(gocheck, folder, key_of(large)) == (0, "549 records, 5 older trees\n")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("checkpoint", "checkpoint: "),
        ("tile/0/001", "record "),
        ("tile/1/000.p/2", "record "),
        ("tile/entries/002.p/37", "record "),
    ],
)
def test_go_refuses_what_was_altered(large: Trail, folder: Path, gocheck: Path, name: str, message: str) -> None:
    """So that its yes means something."""
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(bytes(content))

    status, said = go_says(gocheck, folder, key_of(large))
    assert status != 0
    assert said.startswith(message)


def test_go_refuses_another_key(folder: Path, gocheck: Path) -> None:
    """Of the same name."""
    status, _said = go_says(gocheck, folder, verifier_key(ORIGIN, SigningKey.generate(os.urandom).public))

    assert status != 0


def test_sha256sum_checks_the_files(folder: Path) -> None:
    """``sha256sum -c SHA256SUMS``, and it names the file that was altered."""
    program = shutil.which("sha256sum")
    require(program, "sha256sum")
    assert program is not None
    command = [program, "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0

    (folder / "checkpoint").write_bytes(b"another")
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert done.returncode == 1
    assert b"checkpoint: FAILED" in done.stdout


@pytest.mark.parametrize("name", ["checkpoint", "SHA256SUMS.note"])
def test_openssl_checks_the_signature(filled: Trail, whole: Members, tmp_path: Path, name: str) -> None:
    """Ed25519 over the note's text, with the key as it stands in the verifier key."""
    text, _, line = whole[name].decode().partition("\n\n")
    signature = base64.b64decode(line.split(" ")[2])[4:]
    public = base64.b64decode(key_of(filled).split("+", 2)[2])[1:]

    assert openssl.is_signed(text.encode() + b"\n", signature, public, tmp_path)
    assert not openssl.is_signed(text.encode(), signature, public, tmp_path)
    assert not openssl.is_signed(text.encode() + b"\n", signature, SigningKey.generate(os.urandom).public, tmp_path)
