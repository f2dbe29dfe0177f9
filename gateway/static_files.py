"""Style sheet, scripts and icon: beside the code, and kept by browsers for ever under an address that is a digest."""

from __future__ import annotations

import hashlib
from pathlib import Path

STATIC_FOLDER = Path(__file__).parent / "static"
_VERSION_CHARACTERS = 16


def static_names() -> frozenset[str]:
    """The files that are served, by their name within the folder."""
    files = (path for path in STATIC_FOLDER.rglob("*") if path.is_file())
    return frozenset(path.relative_to(STATIC_FOLDER).as_posix() for path in files)


def static_version() -> str:
    """One digest over every file, so that scripts which import each other belong together."""
    digest = hashlib.sha256()
    for name in sorted(static_names()):
        digest.update(name.encode() + b"\0" + (STATIC_FOLDER / name).read_bytes())
    return digest.hexdigest()[:_VERSION_CHARACTERS]
