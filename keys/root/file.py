"""``file:/path``: the root key in a file that only the vault's user may read.

::

    dossier-vault root key v1
    id 6f1d...                      16 bytes, hexadecimal
    key 9c02...                     32 bytes, hexadecimal
    sum 51ab...                     SHA-256 of the lines above

Whoever reads the file and the database opens everything: keep them, and their backups, apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from keys.errors import KeyUnavailable
from keys.model import KEY_ID_BYTES, KeyId, RandomBytes
from keys.primitives.records import new_secret, random_bytes
from keys.root.keyfiles import create_key_file, location_path, read_key_file
from keys.root.local import LocalRootKey, parse_key, parse_key_id
from keys.root.port import Passphrase

TITLE = "dossier-vault root key v1"


def open_root_key(location: str, *, passphrase: Passphrase | None) -> LocalRootKey:
    """The key in the file; a passphrase is not asked for."""
    del passphrase
    return _read(location_path(location))


def create_root_key(location: str, *, passphrase: Passphrase | None, random: RandomBytes) -> LocalRootKey:
    """A fresh key in a new file."""
    del passphrase
    path = location_path(location)
    values = {"id": KeyId(random_bytes(random, KEY_ID_BYTES)).hex(), "key": new_secret(random).reveal().hex()}
    create_key_file(path, title=TITLE, values=values, random=random)
    return _read(path)  # what was written is what opens


def _read(path: Path) -> LocalRootKey:
    values = _values(path)
    key_id, secret = parse_key_id(values["id"]), parse_key(values["key"])
    if key_id is None or secret is None:
        raise KeyUnavailable(f"root key file {path} is damaged: restore it from its backup")
    return LocalRootKey(f"file:{path}", key_id, secret, lambda: _values(path) == values)


def _values(path: Path) -> Mapping[str, str]:
    return read_key_file(path, title=TITLE, names=("id", "key"))
