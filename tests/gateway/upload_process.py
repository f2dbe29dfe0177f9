"""A process of its own that takes one large upload through the web application, and watches what it takes to do so.

``python -m tests.gateway.upload_process DIRECTORY MIB`` prints one JSON object: the status, by how many bytes the
process grew at its peak, how often files were looked through for the canary, and where it was found. Looked through
is everything under the vault's directory and the temporary directory, and every file that the process has open, since
a temporary file need not have a name.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.company import reopen_company
from tests.gateway.handing_in import KEY
from tests.gateway.visitor import make_web

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CANARY = b"CANARY-5d1e-upload "
MEBIBYTE = 1 << 20
BOUNDARY = "----boundary-of-the-test"
_LOOK_EVERY = 32 * MEBIBYTE
_PIECE_BYTES = 8 * MEBIBYTE


class GeneratedBody(io.RawIOBase):
    """A form with one text file of ``mib`` MiB that is full of the canary, made as it is read."""

    def __init__(self, watch: Watch, *, mib: int, token: str) -> None:
        fields = {"csrf": token, "submission_key": KEY, "document_id": ""}
        head = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
        head.append(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="Large.txt"\r\n'
            "Content-Type: text/plain\r\n\r\n"
        )
        self._head = "".join(head).encode()
        self._tail = f"\r\n--{BOUNDARY}--\r\n".encode()
        self._block = (CANARY * (MEBIBYTE // len(CANARY) + 1))[:MEBIBYTE]
        self._mib = mib
        self._watch = watch
        self._position = 0
        self.length = len(self._head) + mib * MEBIBYTE + len(self._tail)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._position = offset + (self.length if whence == io.SEEK_END else 0)
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        with memoryview(buffer).cast("B") as target:
            wanted = min(len(target), self.length - self._position)
            filled = 0
            while filled < wanted:
                piece = self._at(self._position + filled, wanted - filled)
                target[filled : filled + len(piece)] = piece
                filled += len(piece)
        if self._position // _LOOK_EVERY != (self._position + filled) // _LOOK_EVERY:
            self._watch.look()
        self._position += filled
        return filled

    def _at(self, position: int, size: int) -> bytes:
        if position < len(self._head):
            return self._head[position : position + size]
        within = position - len(self._head)
        if within < self._mib * MEBIBYTE:
            offset = within % MEBIBYTE
            return self._block[offset : offset + size]
        return self._tail[within - self._mib * MEBIBYTE :][:size]


class Watch:
    """Looks for the canary in files, and remembers where it was."""

    def __init__(self, *directories: Path) -> None:
        self._directories = directories
        self.looks = 0
        self.found: set[str] = set()

    def look(self) -> None:
        self.looks += 1
        places = (*self._directories, Path("/proc/self/fd"))
        paths = [path for place in places for path in place.rglob("*")]
        self.found |= {str(path) for path in paths if _holds(path)}


def _holds(path: Path) -> bool:
    """Whether a regular file holds the canary."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            last = b""
            while piece := file.read(_PIECE_BYTES):
                if CANARY in last + piece:
                    return True
                last = piece[-len(CANARY) :]
    except OSError:
        pass
    return False


def _peak_bytes() -> int:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmHWM:"))


def _finds_what_is_planted(directory: Path) -> bool:
    """That the search sees an unnamed file, which is what it is for."""
    watch = Watch(directory)
    with tempfile.TemporaryFile(dir=directory) as planted:
        planted.write(b"x" * _PIECE_BYTES + CANARY)
        planted.flush()
        watch.look()
    return bool(watch.found)


def main(directory: Path, mib: int) -> None:
    web = make_web(reopen_company(directory))
    author = web.visitor("author")
    watch = Watch(directory, Path(tempfile.gettempdir()))
    planted = _finds_what_is_planted(directory / "spool")
    body = GeneratedBody(watch, mib=mib, token=author.form_token())
    watch.look()
    Path("/proc/self/clear_refs").write_text("5")  # the peak from here on
    before = _peak_bytes()
    answer = author.open(
        "POST",
        f"/dossiers/{web.company.dossier_id}/documents",
        input_stream=body,
        content_length=body.length,
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
    )
    grown = _peak_bytes() - before
    watch.look()
    facts = {"status": answer.status_code, "grown": grown, "looks": watch.looks, "found": sorted(watch.found)}
    print(json.dumps({**facts, "planted_is_found": planted}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
