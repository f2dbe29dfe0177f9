"""What every output does, so that sending knows nothing of files and connections.

Errors are :class:`~vault.errors.Unavailable` with one of these codes:

| code | what |
|---|---|
| ``feed.unreachable`` | no connection: name, address, port or network |
| ``feed.certificate`` | the collector's certificate is not believed, or ours is refused |
| ``feed.broken`` | the connection ended |
| ``feed.slow`` | not taken within the time limit |
| ``feed.file`` | the file cannot be opened or written |
| ``feed.full`` | the disk is full |
"""

from __future__ import annotations

from typing import Protocol

SEND_SECONDS = 20.0
"""The longest that handing over one batch may take."""
CONNECT_SECONDS = 10.0
"""The longest that connecting to one address may take, TLS included."""

ENDED = frozenset({"feed.broken", "feed.slow", "feed.certificate"})
"""After these nobody knows what arrived of what a connection took shortly before."""


class Output(Protocol):
    """One place to send to. Used by one thread at a time."""

    @property
    def may_forget(self) -> bool:
        """Whether what it took can be lost when it ends without our closing it."""

    @property
    def is_open(self) -> bool:
        """Whether it is ready, as far as it knows."""

    def open(self) -> None:
        """Makes it ready if it is not."""

    def check(self) -> None:
        """Unavailable if what was open has ended meanwhile. Changes nothing, and waits for nothing."""

    def send(self, content: bytes) -> None:
        """Hands all of it over, as surely as the output can tell. Afterwards it is open, or Unavailable was raised and
        it is closed; how much of it arrived is then unknown."""

    def close(self) -> None:
        """Lets go. What was handed over is not touched."""
