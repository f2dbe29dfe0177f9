"""The note of an exported file: signed by the trail, of one spelling, and never to be taken for a checkpoint."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from keys.primitives import SigningKey
from tests.servers import require
from vault.ledger.checkpoint import (
    Checkpoint,
    CheckpointRefused,
    open_checkpoint,
    parse_verifier_key,
    sign_checkpoint,
    verifier_key,
)
from vault.ledger.export_note import ExportNote, NoteRefused, open_export_note, sign_export, verify_exported_file

ORIGIN = "trail.example/vault"
KEY = SigningKey.generate(os.urandom)
CONTENT = "序号,时间\n".encode() * 1000
NOTE = ExportNote(
    origin=ORIGIN,
    file_bytes=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).digest(),
    format="csv",
    rows=120,
    digest=bytes(range(32)),
    size=4821,
    root=bytes(range(32, 64)),
)


def test_note_says_what_the_file_is() -> None:
    """Every fact comes back, checked with the name and key alone."""
    text = sign_export(NOTE, KEY)

    assert open_export_note(text, origin=ORIGIN, public=KEY.public) == NOTE
    assert verify_exported_file(text, io.BytesIO(CONTENT), keys=[(ORIGIN, KEY.public)]) == NOTE


def test_any_other_file_is_refused() -> None:
    """One byte more, less or changed."""
    text = sign_export(NOTE, KEY)
    for other in (CONTENT[:-1], CONTENT + b"\n", b"x" + CONTENT[1:]):
        with pytest.raises(NoteRefused, match="another one"):
            verify_exported_file(text, io.BytesIO(other), keys=[(ORIGIN, KEY.public)])


def test_note_changed_in_any_byte_is_refused() -> None:
    """Text and signature have one spelling."""
    text = sign_export(NOTE, KEY).encode()
    for place in range(len(text)):
        changed = text[:place] + bytes([text[place] ^ 1]) + text[place + 1 :]
        with pytest.raises(NoteRefused):
            open_export_note(changed.decode("utf-8", "replace"), origin=ORIGIN, public=KEY.public)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "\n",
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("entries 120", "entries 0120"),
        lambda text: text.replace(NOTE.sha256.hex(), NOTE.sha256.hex().upper()),
        lambda text: text + text.splitlines(keepends=True)[-1],
        lambda text: "",
    ],
)
def test_other_spelling_of_the_same_facts_is_refused(change: object) -> None:
    """Two texts for one file would be two things to compare."""
    with pytest.raises(NoteRefused):
        open_export_note(change(sign_export(NOTE, KEY)), origin=ORIGIN, public=KEY.public)  # type: ignore[operator]


def test_key_of_somebody_else_and_another_trail_are_refused() -> None:
    """Who signed is compared with what is known from elsewhere."""
    text = sign_export(NOTE, KEY)
    with pytest.raises(NoteRefused, match="another key"):
        open_export_note(text, origin=ORIGIN, public=SigningKey.generate(os.urandom).public)
    with pytest.raises(NoteRefused, match="another trail"):
        open_export_note(text, origin="other.example/vault", public=KEY.public)


def test_note_is_no_checkpoint_and_a_checkpoint_no_note() -> None:
    """One key signs both, so that neither text must ever pass for the other."""
    note, checkpoint = sign_export(NOTE, KEY), sign_checkpoint(Checkpoint(ORIGIN, 4821, NOTE.root), KEY)
    with pytest.raises(CheckpointRefused):
        open_checkpoint(note, origin=ORIGIN, public=KEY.public)
    with pytest.raises(NoteRefused):
        open_export_note(checkpoint, origin=ORIGIN, public=KEY.public)


def test_openssl_checks_the_signature(tmp_path: Path) -> None:
    """As docs/spec/exports.md shows it: without this program and without the vault."""
    require(shutil.which("openssl"), "openssl")
    body, _, signature = sign_export(NOTE, KEY).rpartition("\n\n— ")
    (tmp_path / "text").write_bytes(f"{body}\n".encode())
    (tmp_path / "signature").write_bytes(base64.b64decode(signature.split()[-1])[4:])
    der = bytes.fromhex("302a300506032b6570032100") + KEY.public
    (tmp_path / "key.der").write_bytes(der)

    def checked() -> int:
        command = "openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in text -sigfile signature"
        return subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode

    assert checked() == 0
    (tmp_path / "text").write_bytes(f"{body}\n".encode().replace(b"120", b"121"))
    assert checked() != 0


def test_key_is_read_in_the_form_in_which_it_is_written() -> None:
    """And in no other."""
    text = verifier_key(ORIGIN, KEY.public)

    assert parse_verifier_key(text) == (ORIGIN, KEY.public)
    for wrong in ("", "trail.example/vault", text[:-1], text.replace("+", "-", 1), text + "A"):
        with pytest.raises(CheckpointRefused):
            parse_verifier_key(wrong)
