"""Small files that hold or describe a root key: made once, private, whole or not at all.

Text of ``title`` and ``name value`` lines, the last one ``sum`` with the SHA-256 of the lines before it, which finds a
slip in copying (it is no protection against an attacker, who can compute it as well). A file is read only if it is
a regular file of this user that nobody else may touch; a symbolic link at its place is refused.

Crash order of making one: (1) temporary file, exclusive, 0600; (2) written and fsynced; (3) linked to its name, which
fails if there is one; (4) folder fsynced. Cut off before (3) there is no key file; after (3) it is whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from keys.errors import KeyUnavailable
from keys.model import RandomBytes
from keys.primitives.records import random_bytes

LONGEST_FILE_BYTES = 4096
_FORBIDDEN_MODE = 0o177  # anything but reading and writing by the owner
_SUFFIX_BYTES = 8


def location_path(location: str) -> Path:
    """The path of a URI's location: absolute, taken literally, ``///`` for an empty host allowed (RFC 8089)."""
    path = Path(location.removeprefix("//"))
    if not path.is_absolute() or path.name in {"", ".", ".."} or "\0" in location:
        raise KeyUnavailable("the root key's URI needs an absolute path, as in file:/etc/vault/root.key")
    return path


def require_free(path: Path) -> None:
    """KeyUnavailable if something is at ``path``; asked before a person is asked for a passphrase."""
    if os.path.lexists(path):
        raise KeyUnavailable(f"there is a file {path} already: a root key is never replaced, choose another")


def read_key_file(path: Path, *, title: str, names: tuple[str, ...]) -> Mapping[str, str]:
    """The values of exactly these names. KeyUnavailable with a remedy if the file is missing, exposed or damaged."""
    text = _read_private(path)
    body, _, _ = text.rpartition("sum ")
    lines = body.splitlines()
    fields = [line.partition(" ") for line in lines[1:]]
    whole = text == _with_sum(body) and lines[:1] == [title]
    if not whole or tuple(name for name, _, _ in fields) != names:
        raise KeyUnavailable(f"root key file {path} is damaged or of another kind: restore it from its backup")
    return {name: value for name, _, value in fields}


def create_key_file(path: Path, *, title: str, values: Mapping[str, str], random: RandomBytes) -> None:
    """Writes the file in the order above. KeyUnavailable if there is one already, or it cannot be written."""
    text = _with_sum("".join(f"{line}\n" for line in (title, *(f"{name} {value}" for name, value in values.items()))))
    temporary = path.with_name(f".{path.name}.{random_bytes(random, _SUFFIX_BYTES).hex()}.new")
    try:
        try:
            _write_durably(temporary, text)  # (1), (2)
            os.link(temporary, path, follow_symlinks=False)  # (3)
        finally:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()
        _sync_folder(path.parent)  # (4)
    except FileExistsError as exc:
        raise KeyUnavailable(f"there is a file {path} already: a root key is never replaced, choose another") from exc
    except OSError as exc:
        raise KeyUnavailable(f"root key file {path} cannot be written ({exc.strerror}): mend its folder") from exc


def _read_private(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as exc:
        reason = f"root key file {path} cannot be opened ({exc.strerror})"
        raise KeyUnavailable(f"{reason}: restore it from its backup, or correct the configured path") from exc
    try:
        _check_private(path, os.fstat(descriptor))  # of what is open, so that what is checked is what is read
        return os.read(descriptor, LONGEST_FILE_BYTES).decode("ascii")
    except (OSError, UnicodeDecodeError) as exc:
        raise KeyUnavailable(f"root key file {path} is damaged: restore it from its backup") from exc
    finally:
        os.close(descriptor)


def _check_private(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode) or status.st_size > LONGEST_FILE_BYTES:
        raise KeyUnavailable(f"root key file {path} is no key file: correct the configured path")
    if status.st_uid != os.geteuid():
        raise KeyUnavailable(f"root key file {path} belongs to another user: chown it to the vault's user")
    if stat.S_IMODE(status.st_mode) & _FORBIDDEN_MODE:
        raise KeyUnavailable(f"root key file {path} is open to others: chmod 600 it, and consider the key exposed")


def _write_durably(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as stream:  # noqa: PTH123 - a descriptor made exclusively
        os.fchmod(stream.fileno(), 0o600)  # whatever the umask
        stream.write(text.encode("ascii"))
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _with_sum(body: str) -> str:
    return f"{body}sum {hashlib.sha256(body.encode('ascii')).hexdigest()}\n"
