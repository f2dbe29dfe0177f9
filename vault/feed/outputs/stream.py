"""An open stream, such as standard output: whoever reads it at the other end keeps it."""

from __future__ import annotations

from typing import BinaryIO

from vault.errors import Unavailable


class StreamOutput:
    """Writes and flushes. A reader that went away ends it for good."""

    may_forget = False

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    @property
    def is_open(self) -> bool:
        return True

    def open(self) -> None:
        """It came open."""

    def check(self) -> None:
        """It shows at the next write only."""

    def send(self, content: bytes) -> None:
        try:
            self._stream.write(content)
            self._stream.flush()
        except (OSError, ValueError) as error:
            raise Unavailable("feed.broken") from error

    def close(self) -> None:
        """Not ours to close."""
