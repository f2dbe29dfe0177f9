"""Writes the vector files of sealed objects, version 1. Run once for a format version; the files never change after.

``python -m tests.vectors.envelope.generate`` refuses to replace a file that exists. Salts come from the operating
system, so that another run gives other bytes of the same meaning.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from keys.model import KeyId, KeyVersion, Secret
from keys.wrapping import WrappingKey, dek_context, wrap_key
from vault.sealing.contexts import object_context
from vault.sealing.envelope import seal_whole
from vault.sealing.page_pack import PackWriter

FOLDER = Path(__file__).parent
DOSSIER, DOCUMENT = "dmfrggzdfmztwq2lknnwg23tpoa", "fobyxe43uov3ho6dzpiydcmrtgq"
WHOLE_CHUNK = 16_384 + 16
Vector = dict[str, str | int | bytes]


def key_named(name: str) -> bytes:
    """A key for a vector; real keys are random."""
    return hashlib.sha256(f"vector key: {name}".encode()).digest()


def plaintext_of(size: int) -> bytes:
    """``size`` bytes that anybody can make: SHA-256 of 0, 1, 2, ... as 8-byte big-endian numbers, cut."""
    blocks = (hashlib.sha256(number.to_bytes(8, "big")).digest() for number in range(size // 32 + 1))
    return b"".join(blocks)[:size]


def object_vectors() -> Iterator[Vector]:
    for size in (0, 1, 16_383, 16_384, 16_385):
        yield _object(f"{size} bytes", size)
    yield _object("text outside ASCII in the names", 10, document="f文件", expect="open")
    whole = _object("cut at a chunk border: the empty last chunk is missing", 16_384, expect="refuse")
    yield {**whole, "object": _bytes(whole, "object")[:-16]}
    for name, change in _changes():
        changed = _object(name, 100, expect="refuse")
        yield {**changed, "object": change(_bytes(changed, "object"))}
    honest = _object("other dossier", 100, expect="refuse")
    yield {**honest, "dossier": DOSSIER[:-1] + "b"}
    yield {**honest, "name": "other document", "document": DOCUMENT[:-1] + "b"}
    yield {**honest, "name": "other version", "version": 3}
    yield {**honest, "name": "other part", "part": "pages/index"}
    yield {**honest, "name": "field border moved", "dossier": DOSSIER + DOCUMENT[0], "document": DOCUMENT[1:]}
    yield {**honest, "name": "other key", "dek": key_named("another")}


def _changes() -> Iterator[tuple[str, Callable[[bytes], bytes]]]:
    yield "salt altered", lambda sealed: bytes([sealed[0] ^ 1]) + sealed[1:]
    yield "commitment altered", lambda sealed: sealed[:24] + bytes([sealed[24] ^ 0x80]) + sealed[25:]
    yield "content altered", lambda sealed: sealed[:60] + bytes([sealed[60] ^ 1]) + sealed[61:]
    yield "tag altered", lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1])
    yield "cut by one byte", lambda sealed: sealed[:-1]
    yield "one byte appended", lambda sealed: sealed + b"\0"
    yield "header only", lambda sealed: sealed[:56]
    yield "header and half a tag", lambda sealed: sealed[:64]
    yield "empty", lambda _sealed: b""


def _object(
    name: str, size: int, *, document: str = DOCUMENT, expect: str = "open", version: int = 2, part: str = "original"
) -> Vector:
    dek, plaintext = key_named(name), plaintext_of(size)
    context = object_context(dossier_id=DOSSIER, document_id=document, version=version, part=part)
    return {
        "name": name,
        "expect": expect,
        "dossier": DOSSIER,
        "document": document,
        "version": version,
        "part": part,
        "dek": dek,
        "plaintext_bytes": size,
        "object": seal_whole(plaintext, Secret(dek), context=context),
    }


def wrap_vectors() -> Iterator[Vector]:
    changes: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
        ("wrapped DEK", lambda record: record),
        ("other wrapping key id", lambda record: record[:2] + b"\1" + record[3:]),
        ("other wrapping key version", lambda record: record[:21] + b"\7" + record[22:]),
        ("other record version", lambda record: b"\2" + record[1:]),
        ("nonce altered", lambda record: record[:22] + bytes([record[22] ^ 1]) + record[23:]),
        ("cut by one byte", lambda record: record[:-1]),
    )
    for name, change in changes:
        vector = _wrap(name, expect="open" if name == "wrapped DEK" else "refuse")
        yield {**vector, "record": change(_bytes(vector, "record"))}
    honest = _wrap("header of another object", expect="refuse")
    yield {**honest, "header": bytes(56)}
    yield {**honest, "name": "other version", "version": 3}


def _wrap(name: str, *, expect: str) -> Vector:
    wrapping_key, dek, header = key_named(f"wrapping {name}"), key_named(name), plaintext_of(56)
    wrapping = WrappingKey(KeyId(b"vector key id 01"), KeyVersion(1), Secret(wrapping_key))
    context = dek_context(DOSSIER, DOCUMENT, "2", "original", object_header=header)
    return {
        "name": name,
        "expect": expect,
        "dossier": DOSSIER,
        "document": DOCUMENT,
        "version": 2,
        "part": "original",
        "header": header,
        "wrapping_key": wrapping_key,
        "dek": dek,
        "record": wrap_key(wrapping, Secret(dek), context=context, random=os.urandom),
    }


def pack_vectors() -> Iterator[Vector]:
    dek, sink = key_named("pack"), io.BytesIO()
    writer = PackWriter(sink, Secret(dek), dossier_id=DOSSIER, document_id=DOCUMENT, version=2)
    for number in (1, 2, 3):
        writer.add_page(
            number, image=plaintext_of(50 * number), width=10 * number, height=20 * number, text="页" * number
        )
    writer.finish()
    vector: Vector = {
        "name": "three pages: image of 50 n bytes, 10 n x 20 n pixels, text of n characters",
        "expect": "open",
        "dossier": DOSSIER,
        "document": DOCUMENT,
        "version": 2,
        "dek": dek,
        "object": sink.getvalue(),
    }
    yield vector
    yield {**vector, "name": "other version", "expect": "refuse", "version": 1}
    yield {**vector, "name": "trailer cut off", "expect": "refuse", "object": sink.getvalue()[:-20]}
    altered = bytearray(sink.getvalue())
    altered[200] ^= 1
    yield {**vector, "name": "a page altered", "expect": "refuse", "object": bytes(altered)}


def read_vectors(path: Path) -> list[dict[str, str]]:
    """The vectors of a file: ``field: value`` lines, an empty line between two, ``#`` begins a comment."""
    text = "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return [
        dict(line.split(": ", 1) for line in block.strip("\n").splitlines())
        for block in text.split("\n\n")
        if block.strip()
    ]


def _bytes(vector: Vector, field: str) -> bytes:
    value = vector[field]
    assert isinstance(value, bytes)
    return value


def _write(name: str, title: str, vectors: Iterator[Vector]) -> None:
    blocks = [f"# {title}\n# Bytes are base64. Never changed; another meaning is another version."]
    for vector in vectors:
        lines = (
            f"{field}: {base64.b64encode(value).decode() if isinstance(value, bytes) else value}"
            for field, value in vector.items()
        )
        blocks.append("\n".join(lines))
    with (FOLDER / name).open("x", encoding="utf-8") as file:
        file.write("\n\n".join(blocks) + "\n")


if __name__ == "__main__":
    _write("objects.v1.txt", "Sealed objects, docs/spec/envelope.md. Plaintext: see plaintext_of.", object_vectors())
    _write("wraps.v1.txt", "Wrap records of DEKs, docs/spec/keys.md.", wrap_vectors())
    _write("packs.v1.txt", "Page packs, docs/spec/envelope.md. Images: see plaintext_of.", pack_vectors())
