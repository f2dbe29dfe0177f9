"""The disaster procedure of docs/spec/envelope.md, step by step, with the second reader alone."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from keys.keyring import KekRecord, Keyring
from keys.model import KeyId, KeyVersion, Secret
from keys.root.registry import create_root_key
from keys.wrapping import WrappingKey, dek_context, dossier_key_context, wrap_key
from tests.second_reader import cobblestone_reader
from tests.vault.sealing.samples import DOCUMENT, DOSSIER, PAGES, original_context, seal, write_pack

RING = "confidential"
Run = Callable[..., bytes]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the reader as its own program (-I: nothing of the vault can be imported)."""

    def call(*arguments: str, status: int = 0) -> bytes:
        program = [sys.executable, "-I", cobblestone_reader.__file__, *arguments]
        done = subprocess.run(program, capture_output=True, cwd=tmp_path, check=False, timeout=60)
        assert done.returncode == status, done.stderr
        return done.stdout

    return call


def _key_encryption_key(folder: Path) -> tuple[KekRecord, Keyring]:
    root = create_root_key(f"file:{folder / 'root.key'}", random=os.urandom)
    keyring = Keyring.sealed()
    record = keyring.create_kek(root, RING, version=KeyVersion(1), random=os.urandom)
    keyring.unseal(root, [record])
    return record, keyring


def test_document_is_recovered_from_root_key_rows_and_object(tmp_path: Path, run: Run) -> None:
    """Root key file, three wrap records, one object: nothing of the vault is needed."""
    kek, keyring = _key_encryption_key(tmp_path)
    dossier_key, dek = Secret(os.urandom(32)), Secret(os.urandom(32))
    wrapping = WrappingKey(KeyId(base64.b32decode(DOSSIER[1:].upper() + "======")), KeyVersion(1), dossier_key)
    sealed = seal(b"the original", dek, context=original_context())
    context = dek_context(DOSSIER, DOCUMENT, "1", "original", object_header=sealed.header)
    (tmp_path / "kek.record").write_bytes(kek.wrapped)
    (tmp_path / "dossier.record").write_bytes(
        keyring.wrap(RING, dossier_key, context=dossier_key_context(DOSSIER), random=os.urandom)
    )
    (tmp_path / "dek.record").write_bytes(wrap_key(wrapping, dek, context=context, random=os.urandom))
    (tmp_path / "object").write_bytes(sealed.content)

    def unwrap(record: str, key: str, label: str, *names: str) -> None:
        opened = run("unwrap", f"{record}.record", "--key-file", key, "--label", label, *names)
        (tmp_path / record).write_bytes(opened)

    header = sealed.header.hex()
    names = ("--text", DOSSIER, "--text", DOCUMENT, "--text", "1", "--text", "original", "--hex", header)
    unwrap("kek", "root.key", "vault.kek.v1", "--text", RING, "--hex", kek.key_id.hex(), "--hex", "00000001")
    unwrap("dossier", "kek", "vault.dossier-key.v1", "--text", DOSSIER)
    unwrap("dek", "dossier", "vault.dek.v1", *names)
    place = ("--dossier", DOSSIER, "--document", DOCUMENT, "--version", "1")

    assert run("object", "object", "--key-file", "dek", *place) == b"the original"


def test_pages_are_recovered_from_the_pack_alone(tmp_path: Path, run: Run) -> None:
    """One image and one text file for each page, without the row's copy of the index."""
    dek = os.urandom(32)
    (tmp_path / "pack").write_bytes(write_pack(Secret(dek))[0])
    (tmp_path / "dek").write_bytes(dek)
    place = ("--dossier", DOSSIER, "--document", DOCUMENT, "--version", "1")

    run("pages", "pack", "--key-file", "dek", *place, "--into", "out")

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        f"{number}.{ending}" for number in (1, 2, 3) for ending in ("txt", "webp")
    ]
    assert (tmp_path / "out" / "1.webp").read_bytes() == PAGES[0][0]


def test_reader_gives_nothing_out_for_another_version(tmp_path: Path, run: Run) -> None:
    """It fails loudly and empty."""
    dek = os.urandom(32)
    (tmp_path / "object").write_bytes(seal(b"the original", Secret(dek)).content)
    (tmp_path / "dek").write_bytes(dek)
    place = ("--dossier", DOSSIER, "--document", DOCUMENT, "--version", "2")

    assert run("object", "object", "--key-file", "dek", *place, status=1) == b""
