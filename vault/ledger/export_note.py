"""What an exported file is, signed by the trail's key: a C2SP signed-note that lies beside the file.

::

    dossier-vault export v1
    trail.example/vault
    file 48211 9f86d0818...          bytes and SHA-256 of the file
    format pdf
    entries 120 2c26b46b6...         how many, and the digest of the selection
    checkpoint 4821 CsUYapGGPo4d...  size and root that they stand up to
    <empty line>
    — trail.example/vault Az3grlgtz...

The same key signs checkpoints. Neither can be taken for the other: a checkpoint begins with its origin, which has no
blank, and this text with a line that has two (docs/adr/0015-exports-are-sealed-jobs.md). The parser is strict: another
spelling of the same facts is refused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from keys.errors import UnwrapError
from keys.primitives import SigningKey, verify_signature
from vault.ledger.checkpoint import key_hash

TITLE = "dossier-vault export v1"
_BLOCK_BYTES = 1 << 18
_NOTE = re.compile(
    rf"(?P<body>{TITLE}\n(?P<origin>[^\s+]{{1,128}})\n"
    r"file (?P<bytes>0|[1-9][0-9]{0,15}) (?P<sha256>[0-9a-f]{64})\n"
    r"format (?P<format>[a-z]{1,12})\n"
    r"entries (?P<rows>0|[1-9][0-9]{0,15}) (?P<digest>[0-9a-f]{64})\n"
    r"checkpoint (?P<size>[1-9][0-9]{0,15}) (?P<root>[A-Za-z0-9+/]{43}=)\n)\n"
    r"— (?P<name>[^\s+]{1,128}) (?P<signature>[A-Za-z0-9+/]{90,92}={0,2})\n"
)


class NoteRefused(ValueError):
    """The text is no such note, its signature is not good, or the file is another one."""


@dataclass(frozen=True, slots=True)
class ExportNote:
    """The facts that are signed."""

    origin: str
    file_bytes: int
    sha256: bytes
    format: str
    rows: int
    digest: bytes
    size: int
    root: bytes

    def body(self) -> str:
        """The text that is signed, with its last line end."""
        return (
            f"{TITLE}\n{self.origin}\nfile {self.file_bytes} {self.sha256.hex()}\nformat {self.format}\n"
            f"entries {self.rows} {self.digest.hex()}\n"
            f"checkpoint {self.size} {base64.b64encode(self.root).decode('ascii')}\n"
        )


def sign_export(note: ExportNote, key: SigningKey) -> str:
    """The signed note."""
    body = note.body()
    signature = key_hash(note.origin, key.public) + key.sign(body.encode())
    return f"{body}\n— {note.origin} {base64.b64encode(signature).decode('ascii')}\n"


def open_export_note(text: str, *, origin: str, public: bytes) -> ExportNote:
    """The facts, if they are of ``origin`` and signed by ``public``; NoteRefused otherwise."""
    match = _NOTE.fullmatch(text)
    if match is None or match["name"] != match["origin"]:
        raise NoteRefused("not the note of an export")
    note, signature = _parsed(match)
    if note.origin != origin:
        raise NoteRefused("of another trail")
    if not hmac.compare_digest(signature[:4], key_hash(origin, public)):
        raise NoteRefused("signed by another key")
    try:
        verify_signature(public, signature[4:], note.body().encode())
    except UnwrapError:
        raise NoteRefused("signature is not good") from None
    return note


def verify_exported_file(text: str, content: BinaryIO, *, keys: Sequence[tuple[str, bytes]]) -> ExportNote:
    """What the note says of the file, if one of ``keys`` (name and public half) signed it and the file is that one.

    NoteRefused otherwise. Reads ``content`` to its end.
    """
    note = _opened_by_any(text, keys)
    digest, received = hashlib.sha256(), 0
    while block := content.read(_BLOCK_BYTES):
        digest.update(block)
        received += len(block)
    if received != note.file_bytes or not hmac.compare_digest(digest.digest(), note.sha256):
        raise NoteRefused("the file is another one than was signed for, or was altered")
    return note


def _opened_by_any(text: str, keys: Sequence[tuple[str, bytes]]) -> ExportNote:
    refusal = NoteRefused("there is no key to check it with")
    for name, public in keys:
        try:
            return open_export_note(text, origin=name, public=public)
        except NoteRefused as error:
            refusal = error
    raise refusal


def _parsed(match: re.Match[str]) -> tuple[ExportNote, bytes]:
    try:
        root = base64.b64decode(match["root"], validate=True)
        signature = base64.b64decode(match["signature"], validate=True)
    except binascii.Error as error:
        raise NoteRefused("not base64") from error
    note = ExportNote(
        origin=match["origin"],
        file_bytes=int(match["bytes"]),
        sha256=bytes.fromhex(match["sha256"]),
        format=match["format"],
        rows=int(match["rows"]),
        digest=bytes.fromhex(match["digest"]),
        size=int(match["size"]),
        root=root,
    )
    is_canonical = base64.b64encode(signature).decode("ascii") == match["signature"]
    if len(signature) != 4 + 64 or len(root) != 32 or not is_canonical or note.body() != match["body"]:
        raise NoteRefused("not the one spelling of a note")
    return note, signature
