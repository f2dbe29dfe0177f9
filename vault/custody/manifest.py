"""The manifest beside the objects: objects + manifest + root key bring a lost database's keys back.

An object ``m/<time>-<random>`` holds, as they were in one moment, every wrapped key, the rows that say what each of
them seals, who holds which duty, and how many views are spent; not the trail, and no passwords. All keys in it are
wrapped; the whole is sealed once more, so that the store learns neither counts nor identities. In the clear stands
only which key opens it::

    "dossier-vault manifest v1\\n" | be32 length of head | head (JSON) | Cobblestone-256 stream of JSON lines

The head names the service ring's active version with its root-wrapped key, and the wrapped key of this manifest, so
that nothing but the root key is needed. It is read back and opened before older ones are removed; the newest two stay.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from keys.errors import KeysError
from keys.keyring import KekRecord, Keyring
from keys.model import EncryptionContext, KeyId, KeyState, KeyVersion, Secret
from keys.primitives import StreamOpener, StreamSealer, new_secret
from keys.root.port import RootKey
from vault.database import key_queries, manifest_queries
from vault.database.engine import Connection, reading, transaction
from vault.errors import Conflict, NotFound, TamperError, Unavailable
from vault.ledger.entry import Entry
from vault.ledger.events import Event, Outcome
from vault.recording import record
from vault.runtime import Vault
from vault.storage.port import ObjectKey, ObjectStore

PREFIX = "m/"
KEPT = 2
LABEL = "vault.manifest.v1"
MARK_FACT = "manifest_mark"
_TITLE = b"dossier-vault manifest v1\n"
_RING = "service"
_LONGEST_HEAD = 1 << 16
_BLOCK = 1 << 18
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class StoredManifest:
    key: ObjectKey
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands in the clear. There is one way to write it, so that no byte of it can be altered unnoticed."""

    ring: str
    version: KeyVersion
    key_id: KeyId
    kek: bytes
    wrapped: bytes

    def encode(self) -> bytes:
        head = {
            "ring": self.ring,
            "version": self.version,
            "key_id": self.key_id.hex(),
            "kek": _text(self.kek),
            "wrapped": _text(self.wrapped),
        }
        return json.dumps(head).encode()

    @classmethod
    def parse(cls, encoded: bytes) -> _Head:
        """ValueError, KeyError or TypeError for what :meth:`encode` would not have written."""
        found = json.loads(encoded)
        head = cls(
            ring=found["ring"],
            version=KeyVersion(found["version"]),
            key_id=KeyId(bytes.fromhex(found["key_id"])),
            kek=_bytes(found["kek"]),
            wrapped=_bytes(found["wrapped"]),
        )
        if head.encode() != encoded:
            raise ValueError("not a manifest")
        return head


def store_manifest(vault: Vault) -> StoredManifest:
    """Writes a manifest of this moment, opens it again, and removes all but the newest two."""
    now = vault.clock.now()
    key = ObjectKey(f"{PREFIX}{now:%Y%m%dt%H%M%S%f}-{vault.random(8).hex()}")
    secret = new_secret(vault.random)
    head, root = _head(vault, key, secret)
    with reading(vault.engine) as tx, tempfile.TemporaryFile(dir=vault.spool) as spooled:  # ciphertext only
        spooled.write(head)
        rows = _write_rows(tx, spooled, secret, _context(key), now)
        size = spooled.tell()
        spooled.seek(0)
        vault.store.put(key, spooled, size=size)
    _read_back(vault, key, root, rows)
    for older in sorted(each.key for each in vault.store.list_objects(PREFIX))[:-KEPT]:
        vault.store.delete(older)
    record(vault, Entry(Event.MANIFEST_STORED, Outcome.SUCCESS, details={"rows": rows, "bytes": size}))
    return StoredManifest(key, rows, size)


def _read_back(vault: Vault, key: ObjectKey, root: RootKey, rows: int) -> None:
    """TamperError, and it is removed, if it does not open: the newest one must be good."""
    try:
        with open_manifest(vault.store, key, root) as lines:
            if sum(1 for _line in lines) != rows:
                raise TamperError("tamper.manifest")
    except TamperError:
        vault.store.delete(key)
        raise


def store_if_changed(vault: Vault) -> bool:
    """Stores one if anything that it keeps has changed since the last; whether it did."""
    with reading(vault.engine) as tx:
        mark = manifest_queries.change_mark(tx)
        if key_queries.read_fact(tx, MARK_FACT) == mark:
            return False
    store_manifest(vault)
    with transaction(vault.engine) as tx:
        key_queries.write_fact(tx, MARK_FACT, mark)
    return True


def newest_manifest(store: ObjectStore) -> ObjectKey:
    """The key of the newest one; NotFound ``manifest.none``."""
    keys = sorted(each.key for each in store.list_objects(PREFIX))
    if not keys:
        raise NotFound("manifest.none")
    return keys[-1]


@contextmanager
def open_manifest(store: ObjectStore, key: ObjectKey, root: RootKey) -> Iterator[Iterator[tuple[str, dict[str, Any]]]]:
    """Its rows as (table, row), opened with nothing but the root key.

    TamperError ``tamper.manifest`` while reading if it is not what was written; what was read before is provisional.
    """
    with store.open_stream(key) as stream:
        try:
            secret = _secret_of(_read_head(stream), key, root)
        except (KeysError, ValueError, KeyError, TypeError) as error:
            raise TamperError("tamper.manifest") from error
        yield _rows(stream, secret, _context(key))


def restore_from_manifest(vault: Vault, *, key: ObjectKey, root: RootKey) -> int:
    """Puts a manifest's rows into a database that is migrated and otherwise empty; how many rows. All or nothing."""
    restored = 0
    with transaction(vault.engine) as tx:
        if not manifest_queries.is_empty(tx):
            raise Conflict("vault.initialised")
        with open_manifest(vault.store, key, root) as lines:
            table, batch = "", list[dict[str, Any]]()
            for name, row in lines:
                if name != table or len(batch) >= _ROWS_AT_ONCE:
                    _flush(tx, table, batch)
                    table, batch = name, []
                batch.append(row)
                restored += 1
            _flush(tx, table, batch)
        key_queries.next_generation(tx)
    return restored


def _flush(tx: Connection, table: str, batch: list[dict[str, Any]]) -> None:
    if not batch:
        return
    try:
        manifest_queries.restore_rows(tx, table, batch)
    except KeyError as error:
        raise TamperError("tamper.manifest") from error


def _head(vault: Vault, key: ObjectKey, secret: Secret) -> tuple[bytes, RootKey]:
    """Names the version that wrapped, active when the wrap was counted in the same transaction; and its root key."""
    with transaction(vault.engine) as tx:
        wrapped = vault.keyroom.wrap(tx, _RING, secret, context=_context(key))
        active = _active(tx)
    encoded = _Head(active.ring, active.version, active.key_id, active.wrapped, wrapped).encode()
    return _TITLE + len(encoded).to_bytes(4, "big") + encoded, vault.keyroom.root_of(active)


def _write_rows(tx: Connection, sink: BinaryIO, secret: Secret, context: EncryptionContext, now: dt.datetime) -> int:
    sealer, count, pending = StreamSealer(secret, context=context), 0, io.BytesIO()
    for table in manifest_queries.KEPT:
        for row in manifest_queries.dump_rows(tx, table):
            pending.write(json.dumps([table, _encoded(row)], separators=(",", ":")).encode() + b"\n")
            count += 1
            if pending.tell() >= _BLOCK:
                sink.write(sealer.update(pending.getvalue()))
                pending = io.BytesIO()
    pending.write(json.dumps(["", {"written_at": now.isoformat(), "rows": count}]).encode() + b"\n")
    sink.write(sealer.update(pending.getvalue()) + sealer.finalize())
    return count


def _read_head(stream: BinaryIO) -> _Head:
    if stream.read(len(_TITLE)) != _TITLE:
        raise ValueError("not a manifest")
    length = int.from_bytes(stream.read(4), "big")
    if length > _LONGEST_HEAD:
        raise ValueError("not a manifest")
    return _Head.parse(stream.read(length))


def _secret_of(head: _Head, key: ObjectKey, root: RootKey) -> Secret:
    """This manifest's key, by a keyring that holds one version and is forgotten."""
    kek = KekRecord(
        ring=head.ring, key_id=head.key_id, version=head.version, state=KeyState.ACTIVE, wrapped=head.kek, wraps=0
    )
    keyring = Keyring.sealed()
    keyring.unseal(root, [kek])
    try:
        return keyring.unwrap(head.wrapped, context=_context(key))
    finally:
        keyring.seal()


def _rows(stream: BinaryIO, secret: Secret, context: EncryptionContext) -> Iterator[tuple[str, dict[str, Any]]]:
    """The last line says how many there were: a manifest without it was cut. The stream is read to its own end."""
    count, said = 0, -1
    try:
        for line in _lines(stream, secret, context):
            table, row = json.loads(line)
            if said >= 0:
                raise ValueError("goes on after its last line")
            if table == "":
                said = row["rows"]
                continue
            yield table, _decoded(row)
            count += 1
    except (KeysError, ValueError, KeyError, TypeError) as error:
        raise TamperError("tamper.manifest") from error
    if said != count:
        raise TamperError("tamper.manifest")


def _lines(stream: BinaryIO, secret: Secret, context: EncryptionContext) -> Iterator[bytes]:
    opener, rest = StreamOpener(secret, context=context), b""
    while sealed := stream.read(_BLOCK):
        *lines, rest = (rest + opener.update(sealed)).split(b"\n")
        yield from lines
    *lines, rest = (rest + opener.finalize()).split(b"\n")
    yield from lines


def _active(tx: Connection) -> KekRecord:
    """The service ring's active version. Unavailable ``keys.state`` while it has none."""
    for version in key_queries.list_key_versions(tx):
        if version.ring == _RING and version.state is KeyState.ACTIVE:
            return version
    raise Unavailable("keys.state")


def _encoded(row: dict[str, Any]) -> dict[str, Any]:
    return {name: {"b": _text(value)} if isinstance(value, bytes) else value for name, value in row.items()}


def _decoded(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _bytes(value["b"]) if isinstance(value, dict) else value for name, value in row.items()}


def _context(key: ObjectKey) -> EncryptionContext:
    return EncryptionContext(LABEL, (key.encode(),))


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
