"""A second reader of sealed objects, for the day on which nothing else is left.

One file on the package ``cryptography`` and nothing of the vault, written from docs/spec/envelope.md alone: raw AES-GCM
and HKDF-Expand, without the library's own implementation of the format. In the tests it must agree with the vault on
every object and refuse what the vault refuses; in a disaster it opens objects whose key is known:

    python cobblestone_reader.py unwrap RECORD --key-file KEK --label LABEL [--text FIELD | --hex FIELD]... > DEK
    python cobblestone_reader.py object FILE --key-file DEK --dossier ID --document ID --version N > original
    python cobblestone_reader.py pages FILE --key-file DEK --dossier ID --document ID --version N --into DIRECTORY

``--key-file`` is 32 raw bytes, or a root key's file as it is. It holds the whole object in memory and gives nothing
out before all of it is verified.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

SALT_BYTES, COMMITMENT_BYTES, NONCE_BYTES, KEY_BYTES, TAG_BYTES = 24, 32, 12, 32, 16
CHUNK_BYTES = 16 * 1024
HEADER_BYTES = SALT_BYTES + COMMITMENT_BYTES
LABEL = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0"
PACK_NAME = b"vault.pages.v1\0\0"


class Refused(Exception):
    """Not what was sealed under this key for this place."""


def encode_context(label: str, *fields: bytes) -> bytes:
    """``label NUL``, then each field behind its 16-bit length."""
    return label.encode() + b"\0" + b"".join(len(field).to_bytes(2, "big") + field for field in fields)


def object_context(dossier: str, document: str, version: int, part: str) -> bytes:
    return encode_context(
        "vault.object.v1", dossier.encode(), document.encode(), version.to_bytes(8, "big"), part.encode()
    )


def open_object(sealed: bytes, dek: bytes, context: bytes) -> bytes:
    """The plaintext of a whole stream."""
    if len(dek) != KEY_BYTES or len(sealed) < HEADER_BYTES + TAG_BYTES:
        raise Refused
    salt, commitment = sealed[:SALT_BYTES], sealed[SALT_BYTES:HEADER_BYTES]
    derived = HKDFExpand(SHA512(), KEY_BYTES + NONCE_BYTES + COMMITMENT_BYTES, LABEL + salt + context).derive(dek)
    key, base_nonce = derived[:KEY_BYTES], derived[KEY_BYTES : KEY_BYTES + NONCE_BYTES]
    if not bytes_eq(derived[KEY_BYTES + NONCE_BYTES :], commitment):
        raise Refused
    return b"".join(_open_chunks(sealed[HEADER_BYTES:], AESGCM(key), int.from_bytes(base_nonce, "big")))


def _open_chunks(body: bytes, cipher: AESGCM, base_nonce: int) -> list[bytes]:
    opened, whole = [], CHUNK_BYTES + TAG_BYTES
    for number, begin in enumerate(range(0, len(body) + 1, whole)):
        chunk = body[begin : begin + whole]  # empty after a last chunk of full length: then the end was cut off
        nonce = (base_nonce ^ number).to_bytes(NONCE_BYTES, "big")
        try:
            opened.append(cipher.decrypt(nonce, chunk, None))
        except (InvalidTag, ValueError):
            raise Refused from None
    return opened


def unwrap(record: bytes, wrapping_key: bytes, label: str, *fields: bytes) -> bytes:
    """The 32-byte key in a wrap record."""
    if len(record) != 82 or record[:2] != b"\x01\x01":
        raise Refused
    nonce, sealed = record[22:34], record[34:]
    associated = label.encode() + b"\0" + record[:34] + encode_context("", *fields)[1:]
    try:
        return AESGCM(wrapping_key).decrypt(nonce, sealed, associated)
    except InvalidTag:
        raise Refused from None


@dataclass(frozen=True)
class Page:
    number: int
    width: int
    height: int
    image: bytes
    text: str


def open_pack(pack: bytes, dek: bytes, dossier: str, document: str, version: int) -> list[Page]:
    """Every page of a page pack, found by the trailer at the object's end."""
    index_bytes, name = int.from_bytes(pack[-20:-16], "big"), pack[-16:]
    if name != PACK_NAME or index_bytes > len(pack) - 20:
        raise Refused
    index_at = len(pack) - 20 - index_bytes
    index = open_object(pack[index_at:-20], dek, object_context(dossier, document, version, "pages/index"))
    count = int.from_bytes(index[1:5], "big")
    if index[0] != 1 or len(index) != 5 + 12 * count:
        raise Refused
    pages, offset = [], 0
    for number in range(1, count + 1):
        entry = index[5 + 12 * (number - 1) : 5 + 12 * number]
        parts = []
        for kind, length in (("image", entry[0:4]), ("text", entry[4:8])):
            plaintext_bytes = int.from_bytes(length, "big")
            sealed_bytes = HEADER_BYTES + plaintext_bytes + TAG_BYTES * (plaintext_bytes // CHUNK_BYTES + 1)
            context = object_context(dossier, document, version, f"page/{number}/{kind}")
            parts.append(open_object(pack[offset : offset + sealed_bytes], dek, context))
            offset += sealed_bytes
        width, height = int.from_bytes(entry[8:10], "big"), int.from_bytes(entry[10:12], "big")
        pages.append(Page(number, width, height, parts[0], parts[1].decode()))
    if offset != index_at:
        raise Refused
    return pages


def read_key(path: Path) -> bytes:
    """32 raw bytes, or the ``key`` line of a root key's file."""
    content = path.read_bytes()
    if len(content) == KEY_BYTES:
        return content
    lines = [line.removeprefix(b"key ") for line in content.splitlines() if line.startswith(b"key ")]
    if len(lines) != 1:
        raise Refused
    return bytes.fromhex(lines[0].decode("ascii"))


def main(arguments: list[str]) -> int:
    options = _options().parse_args(arguments)
    try:
        options.run(options, read_key(options.key_file))
    except Refused:
        print("refused: not what was sealed under this key for this place", file=sys.stderr)
        return 1
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Opens sealed objects when their key is known.")
    commands = parser.add_subparsers(required=True)
    unwrapping = commands.add_parser("unwrap", help="a key from its wrap record")
    unwrapping.add_argument("record", type=Path)
    unwrapping.add_argument("--label", required=True)
    unwrapping.add_argument("--text", dest="fields", action="append", type=str.encode, default=[])
    unwrapping.add_argument("--hex", dest="fields", action="append", type=bytes.fromhex)
    unwrapping.set_defaults(run=_run_unwrap)
    for name, run in (("object", _run_object), ("pages", _run_pages)):
        opening = commands.add_parser(name)
        opening.add_argument("file", type=Path)
        opening.add_argument("--dossier", required=True)
        opening.add_argument("--document", required=True)
        opening.add_argument("--version", required=True, type=int)
        opening.set_defaults(run=run)
        if name == "pages":
            opening.add_argument("--into", required=True, type=Path)
    for command in commands.choices.values():
        command.add_argument("--key-file", required=True, type=Path, help="32 raw bytes, or a root key's file")
    return parser


def _run_unwrap(options: argparse.Namespace, key: bytes) -> None:
    sys.stdout.buffer.write(unwrap(options.record.read_bytes(), key, options.label, *options.fields))


def _run_object(options: argparse.Namespace, key: bytes) -> None:
    context = object_context(options.dossier, options.document, options.version, "original")
    sys.stdout.buffer.write(open_object(options.file.read_bytes(), key, context))


def _run_pages(options: argparse.Namespace, key: bytes) -> None:
    pages = open_pack(options.file.read_bytes(), key, options.dossier, options.document, options.version)
    options.into.mkdir(mode=0o700)
    for page in pages:
        (options.into / f"{page.number}.webp").write_bytes(page.image)
        (options.into / f"{page.number}.txt").write_text(page.text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
