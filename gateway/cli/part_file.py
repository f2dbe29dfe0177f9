"""A file that is written under another name and gets its own when it is whole: never half a file under the final name.

What a killed command has left is gone on with: the part lies beside the file and is named after the export.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from vault.errors import TamperError, Unavailable

_BLOCK_BYTES = 1 << 18


def write_whole(
    target: Path,
    *,
    part_name: str,
    file_bytes: int,
    sha256: str,
    content_from: Callable[[int], Iterator[bytes]],
    report: Callable[[int], None],
) -> None:
    """Writes the file, readable by its owner alone; ``content_from`` gives its bytes from a place on.

    Unavailable ``output.unwritable`` when the disk cannot take it; TamperError when the whole is not what was promised,
    and then nothing is left.
    """
    part = target.with_name(f".{target.name}.{part_name}.part")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            digest, written = hashlib.sha256(), 0
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
                written += len(block)
            if written >= file_bytes:  # of something else, or whole and not renamed: once more is safe
                file.seek(0)
                file.truncate()
                digest, written = hashlib.sha256(), 0
            for block in content_from(written):
                file.write(block)
                digest.update(block)
                written += len(block)
                report(written)
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != sha256:
            part.unlink()
            raise TamperError("export.tampered")
        part.replace(target)
    except OSError as error:
        raise Unavailable("output.unwritable") from error
