"""What a witness keeps: its key, and of each log the last checkpoint that it cosigned, in a directory of its own.

::

    key                      the witness's name and its seed, 0600; made at the first start and never again
    lock                     held by the one process that may write
    checkpoints/<log>        the last checkpoint with its cosignature, <log> = SHA-256 of the origin, in hex
    refused/<note>           checkpoints that a known key signed and that contradict the last one: evidence, kept

Crash order of a cosignature: (1) written beside (2) fsync (3) renamed over the last (4) fsync of the folder (5) then
answered. Killed before (3), nothing happened. Killed after, the log has no answer and asks again: the witness says the
size that it has by then, and cosigns the same checkpoint once more. It never answers for what it may forget.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path

from keys.model import Secret
from keys.primitives import SigningKey
from vault.anchors.port import LONGEST_NOTE_BYTES
from vault.anchors.vkeys import COSIGNING_KEY, Vkey
from vault.clock import RandomBytes
from vault.errors import Conflict, InputError, Unavailable

MOST_REFUSED = 1000
"""More evidence of the same log's fault proves nothing more, and a disk has an end."""


class WitnessState:
    """The directory of one witness. Made by :func:`open_state`, which holds the lock for as long as this lives."""

    def __init__(self, directory: Path, *, name: str, key: SigningKey, lock: int) -> None:
        self._directory = directory
        self.name = name
        self.key = key
        self._lock = lock

    @property
    def vkey(self) -> Vkey:
        """What logs are given, so that they know this witness."""
        return Vkey(self.name, self.key.public, COSIGNING_KEY)

    def last(self, origin: str) -> str:
        """The last checkpoint of a log with its cosignature, '' if it has none."""
        return read_last(self._directory, digest_of(origin))

    def last_of(self, digest: str) -> str:
        """As :meth:`last`, by the digest of the origin."""
        return read_last(self._directory, digest)

    def store_last(self, origin: str, note: str) -> None:
        """Durable when this returns. Unavailable ``witness.disk``: nothing has changed."""
        try:
            _replace(self._directory / "checkpoints", digest_of(origin), note.encode())
        except OSError as error:
            raise Unavailable("witness.disk") from error

    def keep_refused(self, note: str) -> None:
        """Keeps what contradicts, once; that it cannot be kept is no reason to answer otherwise."""
        folder = self._directory / "refused"
        with suppress(OSError):
            if sum(1 for _each in folder.iterdir()) < MOST_REFUSED:
                _replace(folder, hashlib.sha256(note.encode()).hexdigest(), note.encode())

    def close(self) -> None:
        os.close(self._lock)


def open_state(directory: Path, *, name: str, random: RandomBytes) -> WitnessState:
    """The state for the one process that writes; made at the first start, for which a ``name`` is needed.

    Conflict ``witness.busy`` while another process has it; InputError ``witness.name``; Unavailable ``witness.disk`` or
    ``witness.key`` for a key that others may read or that is none.
    """
    try:
        for folder in (directory, directory / "checkpoints", directory / "refused"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unavailable("witness.disk") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict("witness.busy") from error
        if not (directory / "key").exists():
            _make_key(directory, name, random)
        known_name, key = read_key(directory)
    except BaseException:
        os.close(lock)
        raise
    return WitnessState(directory, name=known_name, key=key, lock=lock)


def read_key(directory: Path) -> tuple[str, SigningKey]:
    """Name and key. Unavailable ``witness.key``."""
    path = directory / "key"
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Unavailable("witness.key")
        name, seed = path.read_text(encoding="utf-8").splitlines()
        return name, SigningKey.from_secret(Secret(base64.b64decode(seed, validate=True)))
    except (OSError, ValueError) as error:
        raise Unavailable("witness.key") from error


def read_last(directory: Path, digest: str) -> str:
    """The last cosigned checkpoint under the digest of an origin, '' if there is none."""
    try:
        return (directory / "checkpoints" / digest).read_bytes()[:LONGEST_NOTE_BYTES].decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise Unavailable("witness.disk") from error


def list_last(directory: Path) -> list[str]:
    """Every log's last cosigned checkpoint."""
    try:
        names = sorted(each.name for each in (directory / "checkpoints").iterdir() if each.name[0] != ".")
    except OSError as error:
        raise Unavailable("witness.disk") from error
    return [read_last(directory, each) for each in names]


def digest_of(origin: str) -> str:
    """How a log's file is called."""
    return hashlib.sha256(origin.encode()).hexdigest()


def _make_key(directory: Path, name: str, random: RandomBytes) -> None:
    """A name without spaces or plus signs, and a fresh seed; whole or not at all."""
    if not name or len(name) > 128 or any(mark.isspace() or mark == "+" for mark in name):
        raise InputError("witness.name")
    seed = SigningKey.generate(random).seed_for_file().decode("ascii")
    try:
        _replace(directory, "key", f"{name}\n{seed}\n".encode())
    except OSError as error:
        raise Unavailable("witness.disk") from error


def _replace(folder: Path, name: str, content: bytes) -> None:
    beside = folder / f".{name}.unfinished"  # one writer, so that one name is enough
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)  # (1)
        file.flush()
        os.fsync(file.fileno())  # (2)
    beside.replace(folder / name)  # (3)
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)  # (4)
    finally:
        os.close(opened)
