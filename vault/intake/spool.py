"""The private place where a taken file waits until it is durably filed.

Layout: ``<spool>/<random>/origin`` (where it came from) and ``<spool>/<random>/content`` (the file itself, moved, not
copied). Guarantees: the move is one rename; ``origin`` is durable before it, so a file in the spool always knows its
dossier; entries survive a restart; nobody else may read the spool (0700). A crash between the steps of
:meth:`Spool.take` leaves the file in the folder or in the spool, never in both and never in neither.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from vault.clock import RandomBytes
from vault.errors import ConfigError
from vault.intake.dropped_files import DroppedFile, is_takeable, open_directory
from vault.intake.settle import Appearance

_ORIGIN, _CONTENT = "origin", "content"


@dataclass(frozen=True, slots=True)
class SpooledFile:
    """A file in the spool: ``reference`` names the dossier, ``name`` is the file's name as it was dropped.

    Neither is trusted: the name may hold anything a file system allows, bytes that are not UTF-8 as surrogate escapes.
    """

    entry: Path
    reference: str
    name: str

    @property
    def path(self) -> Path:
        return self.entry / _CONTENT

    def open(self) -> BinaryIO:
        """The content, for reading."""
        descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        return os.fdopen(descriptor, "rb")

    def appearance(self) -> Appearance:
        return Appearance.of(os.lstat(self.path))

    def is_sound(self) -> bool:
        """Whether what was moved is still a regular file with one name."""
        return is_takeable(os.lstat(self.path))


class Spool:
    """The spool directory, on the file system of the watched folder."""

    def __init__(self, directory: Path, *, folder: Path, random_bytes: RandomBytes) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.chmod(0o700)
        # a folder that is not mounted yet must not keep the worker from starting: scans say that it is missing
        if folder.exists() and directory.stat().st_dev != folder.stat().st_dev:
            raise ConfigError(["intake.spool: must be on the same file system as intake.folder; move one of them"])
        self._directory = directory
        self._folder = folder
        self._random_bytes = random_bytes

    def take(self, dropped: DroppedFile) -> SpooledFile | None:
        """Move the file here; None if it is not there any more or is not what was seen.

        1. origin durable   2. rename   3. both directories durable
        """
        entry = self._directory / self._random_bytes(16).hex()
        taken = False
        with open_directory(self._folder / dropped.reference) as source:
            try:
                self._write_origin(entry, dropped)
                status = os.stat(dropped.name, dir_fd=source, follow_symlinks=False)
                if not is_takeable(status) or Appearance.of(status) != dropped.appearance:
                    return None
                os.rename(dropped.name, entry / _CONTENT, src_dir_fd=source)
                taken = True
            except FileNotFoundError:
                return None
            finally:
                if not taken:
                    shutil.rmtree(entry, ignore_errors=True)
            os.fsync(source)
        sync_directory(entry)
        return SpooledFile(entry=entry, reference=dropped.reference, name=dropped.name)

    def entries(self) -> list[SpooledFile]:
        """Every file that waits, also those a former process left; entries without content are cleared away."""
        found = []
        for entry in sorted(path for path in self._directory.iterdir() if path.is_dir()):
            if (entry / _CONTENT).is_symlink() or (entry / _CONTENT).exists():
                found.append(_read_entry(entry))
            else:
                shutil.rmtree(entry)
        return found

    def release(self, spooled: SpooledFile) -> None:
        """Remove the entry, whose content is filed or was moved away. Content first: without it the rest is litter."""
        spooled.path.unlink(missing_ok=True)
        sync_directory(spooled.entry)
        shutil.rmtree(spooled.entry)

    def _write_origin(self, entry: Path, dropped: DroppedFile) -> None:
        entry.mkdir(mode=0o700)
        origin = {"reference": os.fsencode(dropped.reference).hex(), "name": os.fsencode(dropped.name).hex()}
        with (entry / _ORIGIN).open("x", encoding="ascii") as file:
            json.dump(origin, file)
            file.flush()
            os.fsync(file.fileno())
        sync_directory(entry)
        sync_directory(self._directory)


def sync_directory(directory: Path) -> None:
    """Make the names in ``directory`` durable."""
    with open_directory(directory) as descriptor:
        os.fsync(descriptor)


def _read_entry(entry: Path) -> SpooledFile:
    """An entry whose origin was damaged from outside still counts, as a file of no dossier: it goes to quarantine."""
    try:
        origin = json.loads((entry / _ORIGIN).read_text(encoding="ascii"))
        reference, name = (os.fsdecode(bytes.fromhex(origin[key])) for key in ("reference", "name"))
    except (OSError, ValueError, KeyError, TypeError):
        return SpooledFile(entry=entry, reference="", name="recovered")
    return SpooledFile(entry=entry, reference=reference, name=name)
