"""Looks for plaintext wherever a vault leaves bytes behind: database, store, spool, temporary files and logs (I3).

A canary is looked for as it is and as the common encodings would hide it; page images by the heads of the formats that
pages are made in.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path

import sqlalchemy as sa

from vault.database.engine import reading
from vault.runtime import Vault

IMAGE_HEADS = (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", b"\x89PNG\r\n\x1a\n", b"\xff\x4f\xff\x51\x00")
_BASE64_ALIGNMENTS = 3


def plaintext_at_rest(vault: Vault, *, spool: Path, logs: Iterable[Path], canaries: Iterable[bytes]) -> Iterator[str]:
    """Where any canary or page image is found."""
    needles = [form for canary in canaries for form in encodings_of(canary)]
    images = [form for head in IMAGE_HEADS for form in (head, head.hex().encode())]
    for place, content in _everything(vault, spool, logs):
        if any(needle in content for needle in needles):
            yield f"I3 a canary is readable in {place}"
        if any(head in content for head in images):
            yield f"I3 a page image lies in {place}"


def encodings_of(canary: bytes) -> list[bytes]:
    """The canary itself, in hex, in UTF-16, and as any base64 text around it would contain it."""
    forms = [canary, canary.hex().encode(), canary.hex().upper().encode(), canary.decode().encode("utf-16-le")]
    for shift in range(_BASE64_ALIGNMENTS):
        encoded = base64.b64encode(bytes(shift) + canary).rstrip(b"=")
        forms.append(encoded[shift + 1 : -1])  # without the characters that the neighbours share
    return forms


def _everything(vault: Vault, spool: Path, logs: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    yield from _database(vault)
    for found in vault.store.list_objects():
        with vault.store.open_stream(found.key) as stream:
            yield f"object {found.key}", stream.read()
    root = vault.config.storage.directory
    for place in (spool, *([root] if root else []), *logs):
        yield from _files(place)


def _database(vault: Vault) -> Iterator[tuple[str, bytes]]:
    """SQLite's files as they lie there, write-ahead log included; of PostgreSQL every row as text."""
    name = vault.engine.url.database or ""
    if vault.engine.dialect.name == "sqlite":
        for suffix in ("", "-wal", "-shm", "-journal"):
            path = Path(name + suffix)
            if path.exists():
                yield f"database file {path.name}", path.read_bytes()
        return
    with reading(vault.engine) as tx:
        for table in sa.inspect(tx).get_table_names():
            rows = tx.execute(sa.text(f'SELECT CAST(t AS text) FROM "{table}" AS t')).scalars()
            yield f"table {table}", "\n".join(rows).encode()


def _files(place: Path) -> Iterator[tuple[str, bytes]]:
    """A file, or every file below a directory."""
    for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
        if path.is_file():
            yield f"file {path}", path.read_bytes()
