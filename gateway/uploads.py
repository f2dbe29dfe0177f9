"""Uploaded files on their way from the network into the vault: sealed from the first byte, read as often as needed.

What the framework would keep in memory or in a temporary file goes into a sealed spool instead (guarantee G6), so a
request of any size takes little memory and leaves no plaintext on a disk. A file beyond the limit costs only itself:
its bytes are thrown away and the others of the same form are still taken.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import BinaryIO, cast

from flask import request

from vault.errors import InputError
from vault.sealing.spool import SealedSpool

FILES_FIELD = "files"
KEY_FIELD = "submission_key"
_FORM_KEY = re.compile(r"[0-9a-f]{32}")
_KEY_CHARACTERS = 48


class UploadedFile:
    """What the form parser writes to, and what the vault reads as content (:class:`vault.filing.content.Content`)."""

    def __init__(self, spool: SealedSpool, *, limit_mib: int) -> None:
        self._spool = spool
        self._limit_mib = limit_mib
        self._is_over_limit = False

    @property
    def size(self) -> int:
        return self._spool.size

    @property
    def sha256(self) -> bytes:
        """Digest of the plaintext; never stored."""
        return self._spool.sha256

    def write(self, piece: bytes) -> int:
        """Takes the next bytes. Unavailable where the disk cannot take them."""
        if not self._is_over_limit:
            try:
                return self._spool.write(piece)
            except InputError:
                self._is_over_limit = True
                self._spool.close()
        return len(piece)

    def seek(self, _offset: int, _whence: int = 0, /) -> int:
        """The parser's word that the file is complete; readers begin at the beginning by themselves."""
        return 0

    def rewind(self) -> BinaryIO:
        return self._spool.rewind()

    def require_whole(self) -> None:
        """InputError ``intake.over_limit`` for a file that was too large to keep."""
        if self._is_over_limit:
            raise InputError("intake.over_limit", limit_mib=self._limit_mib)

    def close(self) -> None:
        self._spool.close()


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of the form, under the name that the browser gave it; ``key`` makes sending it twice one act."""

    name: str
    file: UploadedFile
    key: str


def uploads_of_request() -> list[Upload]:
    """The files that were sent. InputError if there is none, or if the form's own number is missing.

    The key is made of the form's number and the content: going back and choosing another file is another submission.
    """
    form_key = request.form.get(KEY_FIELD, "")
    if not _FORM_KEY.fullmatch(form_key):
        raise InputError("input.submission_key")
    chosen = [each for each in request.files.getlist(FILES_FIELD) if each.filename]
    if not chosen:
        raise InputError("intake.no_file")
    files = [(each.filename or "", cast("UploadedFile", each.stream)) for each in chosen]
    return [Upload(name, file, _submission_key(form_key, file)) for name, file in files]


def _submission_key(form_key: str, file: UploadedFile) -> str:
    return f"web-{hashlib.sha256(form_key.encode() + file.sha256).hexdigest()[:_KEY_CHARACTERS]}"
